#include "core/web/people_shapes.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/web/services.h"

namespace amends::web {
namespace {

constexpr Field kMembershipFields[] = {line_field("brand", "Its key").needed(),
                                       line_field("name", "The brand's name").needed().from(0),
                                       word_field("role", kRoleNames, "").needed(),
                                       word_field("permissions", kPermissionNames, "What that allows").many(100)};
constexpr Schema kMembership{"Membership", kMembershipFields};

constexpr std::string_view kEntries[] = {"none", "session", "token", "console"};
constexpr Field kMeFields[] = {id_field("id", "").needed(),
                               line_field("login", "").needed(),
                               line_field("display_name", "").needed().from(0),
                               line_field("language", "").or_null().needed(),
                               flag_field("admin", "Everything everywhere").needed(),
                               flag_field("has_totp", "A second factor is in use").needed(),
                               flag_field("must_set_up_totp", "Nothing else is allowed before").needed(),
                               word_field("signed_in_by", kEntries, "").needed(),
                               object_field("memberships", kMembership, "").many(10'000)};

constexpr Field kRoleFields[] = {line_field("brand", "Its key").needed(), word_field("role", kRoleNames, "").needed()};
constexpr Schema kRole{"RoleInBrand", kRoleFields};
constexpr Field kUserFields[] = {id_field("id", "").needed(),
                                 line_field("login", "").needed(),
                                 line_field("display_name", "").needed().from(0),
                                 line_field("email", "").or_null().needed(),
                                 line_field("language", "").or_null().needed(),
                                 flag_field("admin", "").needed(),
                                 flag_field("disabled", "").needed(),
                                 flag_field("has_totp", "").needed(),
                                 integer_field("version", 0, kLargestId, "").needed(),
                                 time_field("created_at", "").needed(),
                                 time_field("signed_in_at", "").or_null().needed(),
                                 object_field("roles", kRole, "").many(10'000)};

constexpr Field kTeamFields[] = {id_field("id", "").needed(), line_field("name", "").needed(),
                                 id_field("members", "Users").many(100'000)};

constexpr Field kInvitationFields[] = {id_field("id", "").needed(),
                                       line_field("email", "").needed().from(0),
                                       line_field("brand", "").or_null().needed(),
                                       word_field("role", kRoleNames, "").or_null().needed(),
                                       flag_field("admin", "").needed(),
                                       time_field("created_at", "").needed(),
                                       time_field("expires_at", "").needed()};

constexpr Field kLinkFields[] = {
    line_field("url", "To hand over; shown once. Without a configured public address only its path").needed(),
    time_field("expires_at", "").needed()};

}  // namespace

const Schema kMe{"Me", kMeFields};
const Schema kUser{"User", kUserFields};
const Schema kTeam{"Team", kTeamFields};
const Schema kInvitation{"Invitation", kInvitationFields};
const Schema kLinkHandedOut{"Link", kLinkFields};

std::string brand_key(const app::Hub& hub, BrandId brand) {
  const app::Brand* found = hub.find_brand(brand);
  return found != nullptr ? found->config->key : "";
}

Json& add_me(Json& json, const app::Hub& hub, const people::Principal& who) {
  json.open()
      .put("id", who.user)
      .put("login", who.login)
      .put("display_name", who.display_name)
      .put_text_or_null("language", who.language)
      .put("admin", who.admin)
      .put("has_totp", who.has_totp)
      .put("must_set_up_totp", who.must_set_up_totp)
      .put("signed_in_by", kEntries[static_cast<std::size_t>(who.entry)])
      .key("memberships")
      .open_list();
  for (const people::Membership& membership : who.memberships) {
    const app::Brand* brand = hub.find_brand(membership.brand);
    if (brand == nullptr) continue;
    json.open()
        .put("brand", brand->config->key)
        .put("name", brand->config->name)
        .put("role", people::name_of(membership.role))
        .key("permissions")
        .open_list();
    for (const auto& word : people::kPermissions) {
      if (may(who, membership.brand, word.value)) json.add(word.name);
    }
    json.close_list().close();
  }
  return json.close_list().close();
}

Json& add_user(Json& json, const app::Hub& hub, const people::User& user,
               const std::vector<people::Membership>& memberships) {
  json.open()
      .put("id", user.id)
      .put("login", user.login)
      .put("display_name", user.display_name)
      .put_text_or_null("email", user.email)
      .put_text_or_null("language", user.language)
      .put("admin", user.admin)
      .put("disabled", user.disabled)
      .put("has_totp", user.has_totp)
      .put("version", user.version)
      .put("created_at", user.created_at)
      .put("signed_in_at", user.signed_in_at)
      .key("roles")
      .open_list();
  for (const people::Membership& one : memberships) {
    const std::string key = brand_key(hub, one.brand);
    if (!key.empty()) json.open().put("brand", key).put("role", people::name_of(one.role)).close();
  }
  return json.close_list().close();
}

Json& add(Json& json, const people::Team& team) {
  return json.open().put("id", team.id).put("name", team.name).put_list("members", team.members).close();
}

Json& add(Json& json, const app::Hub& hub, const people::Link& one) {
  json.open().put("id", one.id).put("email", one.email).put_text_or_null("brand", brand_key(hub, one.brand));
  json.put_text_or_null("role", one.brand ? people::name_of(one.role) : std::string_view{});
  return json.put("admin", one.admin).put("created_at", one.created_at).put("expires_at", one.expires_at).close();
}

Reply handed_out(const Call& call, people::LinkKind kind, const people::FreshLink& link) {
  Json json;
  json.open()
      .put("url", call.services.options.us.url + app::Staff::link_path(kind, link.secret))
      .put("expires_at", link.expires_at)
      .close();
  return created(std::move(json));
}

app::From from_of(const Call& call) {
  return {call.request.peer, std::string(text::clip(text::printable(call.request.headers.get("User-Agent")), 200))};
}

void put_cookie(const Call& call, Reply& reply, const app::Staff::Entered& entered) {
  const std::int64_t seconds = std::max<std::int64_t>(0, (entered.ends_at - call.now).count() / 1000);
  reply.headers.add("Set-Cookie", set_session_cookie(call.request.secure, entered.secret.reveal(), seconds));
}

}  // namespace amends::web
