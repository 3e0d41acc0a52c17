#include "core/app/staff.h"
#include "core/base/text.h"
#include "core/people/users.h"
#include "core/web/people_shapes.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Schema kUsers{"Users", kListFields<kUser>};
constexpr Field kNewUserFields[] = {
    line_field("login", "2 to 40 of a-z 0-9 . _ -; never given to somebody else").needed().from(2).up_to(40),
    line_field("display_name", "").needed().up_to(100),
    line_field("email", "").or_null().up_to(254),
    line_field("language", "ISO 639-1").or_null().up_to(2),
    flag_field("admin", "Everything everywhere"),
    text_field("password", "At least 12 characters").needed().up_to(1024)};
constexpr Schema kNewUser{"NewUser", kNewUserFields};
constexpr Field kStaffChangeFields[] = {line_field("display_name", "").up_to(100).from(1),
                                        line_field("email", "").or_null().up_to(254),
                                        line_field("language", "ISO 639-1").or_null().up_to(2), flag_field("admin", ""),
                                        flag_field("disabled", "Signed out everywhere at once")};
constexpr Schema kUserChange{"UserChange", kStaffChangeFields};

constexpr Field kMembersQuery[] = {
    flag_field("owners", "Everybody who may take care of a thread here: admins too, nobody who is disabled")};

constexpr Field kStaffRoleFields[] = {word_field("role", kRoleNames, "").needed()};
constexpr Schema kStaffRole{"Role", kStaffRoleFields};

constexpr Field kTeamsFields[] = {object_field("items", kTeam, "").many(10'000)};
constexpr Schema kTeams{"Teams", kTeamsFields};
constexpr Field kNewTeamFields[] = {line_field("name", "").needed().up_to(60),
                                    id_field("members", "Users with a role in the brand").many(1000)};
constexpr Schema kNewTeam{"NewTeam", kNewTeamFields};
constexpr Field kTeamChangeFields[] = {line_field("name", "").from(1).up_to(60),
                                       id_field("members", "All of them").many(1000)};
constexpr Schema kTeamChange{"TeamChange", kTeamChangeFields};

constexpr Field kInvitationsFields[] = {object_field("items", kInvitation, "").many(10'000)};
constexpr Schema kInvitations{"Invitations", kInvitationsFields};
constexpr Field kInviteFields[] = {line_field("email", "Whom it is for").needed().up_to(254),
                                   word_field("role", kRoleNames, "").needed(),
                                   integer_field("hours", 1, 72, "How long it is good; 24 when left out")};
constexpr Schema kInvite{"NewInvitation", kInviteFields};
constexpr Field kInviteAdminFields[] = {line_field("email", "Whom it is for").needed().up_to(254),
                                        integer_field("hours", 1, 72, "How long it is good; 24 when left out")};
constexpr Schema kInviteAdmin{"NewAdminInvitation", kInviteAdminFields};
constexpr Field kStaffConfirmFields[] = {text_field("password", "Your own, once more").needed().up_to(1024)};
constexpr Schema kStaffConfirm{"ConfirmSelf", kStaffConfirmFields};

UserId user_of(const Call& call) { return call.id<UserId>("user"); }
people::TeamId team_of(const Call& call) { return call.id<people::TeamId>("team"); }

std::optional<std::string> given(const Call& call, std::string_view name) {
  const Value* found = call.body.value().find(name);
  return found == nullptr ? std::nullopt : std::optional(found->text);
}

Result<std::string> render_user(const Call& call, store::Reader& reader, UserId id) {
  const auto user = people::find_user(reader, id);
  if (!user) return absent();
  Json json;
  add_user(json, call.services.hub, *user, people::memberships(reader, id));
  return json.take();
}

Result<Reply> user_reply(const Call& call, UserId id, int status) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(std::string body, render_user(call, reader, id));
    return Reply{.status = status, .body = std::move(body)};
  });
}

// Of a brand, or all of them.
Result<Reply> list_of(Call& call, BrandId brand) {
  TRY(const auto from, call.cursor(1));
  std::string after;
  if (!from.empty()) {
    TRY(after, call.services.hub.db().read([&](store::Reader& reader) -> Result<std::string> {
      const auto last = people::find_user(reader, UserId{from[0]});
      return last ? last->login : std::string();
    }));
  }
  TRY(const auto found, brand&& call.query.flag("owners")
                            ? call.services.staff.owners(call.who, brand, after, call.limit())
                            : call.services.staff.users(call.who, brand, after, call.limit()));
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    Json json;
    json.open().key("items").open_list();
    for (const people::User& user : found) {
      auto roles = people::memberships(reader, user.id);
      // A brand's own people see what somebody is there, not elsewhere.
      if (brand) std::erase_if(roles, [&](const people::Membership& m) { return m.brand != brand; });
      add_user(json, call.services.hub, user, roles);
    }
    json.close_list();
    const bool full = found.size() == static_cast<std::size_t>(call.limit());
    call.put_next(json, full ? std::optional(std::vector<std::int64_t>{found.back().id.value}) : std::nullopt);
    json.close();
    return ok(std::move(json));
  });
}

Result<Reply> list_users(Call& call) { return list_of(call, {}); }
Result<Reply> list_members(Call& call) { return list_of(call, call.brand_id()); }

Result<Reply> read_user(Call& call) { return user_reply(call, user_of(call), 200); }

Result<Reply> put_user(Call& call) {
  people::NewUser user;
  user.login = std::string(call.body.text("login"));
  user.display_name = std::string(call.body.text("display_name"));
  user.email = std::string(call.body.text("email"));
  user.language = std::string(call.body.text("language"));
  user.admin = call.body.flag("admin");
  TRY(const UserId id, call.services.staff.add_user(call.who, user, Secret(std::string(call.body.text("password")))));
  return user_reply(call, id, 201);
}

Result<Reply> change_user(Call& call) {
  people::UserChange change;
  change.display_name = given(call, "display_name");
  change.email = given(call, "email");
  change.language = given(call, "language");
  if (call.body.has("admin")) change.admin = call.body.flag("admin");
  if (call.body.has("disabled")) change.disabled = call.body.flag("disabled");
  // What the caller saw, by the version it bore; the change is refused when that has moved.
  std::optional<std::int64_t> version;
  const auto seen = call.services.hub.db().read([&](store::Reader& reader) -> Result<Done> {
    TRY(const std::string before, render_user(call, reader, user_of(call)));
    TRY_DO(call.unchanged(before));
    if (call.request.headers.has("If-Match")) version = people::find_user(reader, user_of(call))->version;
    return Done{};
  });
  if (!seen) return seen.error();
  const auto done = call.services.staff.change_user(call.who, user_of(call), change, version);
  if (!done) return done.error();
  return user_reply(call, user_of(call), 200);
}

Result<Reply> set_role(Call& call) {
  TRY_DO(
      call.services.staff.set_role(call.who, user_of(call), call.brand_id(), *call.body.word("role", people::kRoles)));
  return no_content();
}

Result<Reply> remove_role(Call& call) {
  TRY_DO(call.services.staff.remove_role(call.who, user_of(call), call.brand_id()));
  return no_content();
}

Result<Reply> make_reset_link(Call& call) {
  TRY(const auto link, call.services.staff.make_reset_link(call.who, user_of(call)));
  return handed_out(call, people::LinkKind::reset, link);
}

Result<Reply> staff_remove_totp(Call& call) {
  TRY_DO(
      call.services.staff.confirm_password(call.who, Secret(std::string(call.body.text("password"))), from_of(call)));
  TRY_DO(call.services.staff.remove_totp(call.who, user_of(call)));
  return no_content();
}

// --- teams

Result<Reply> list_teams(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    Json json;
    json.open().key("items").open_list();
    for (const people::Team& team : people::teams(reader, call.brand_id())) add(json, team);
    json.close_list().close();
    return ok(std::move(json));
  });
}

Result<Reply> team_reply(const Call& call, people::TeamId id, int status) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const auto team = people::find_team(reader, call.brand_id(), id);
    if (!team) return absent();
    Json json;
    add(json, *team);
    return Reply{.status = status, .body = json.take()};
  });
}

std::optional<std::vector<UserId>> members_of(const Call& call) {
  if (!call.body.has("members")) return {};
  std::vector<UserId> out;
  for (const std::int64_t id : call.body.integers("members")) out.emplace_back(id);
  return out;
}

Result<Reply> add_team(Call& call) {
  TRY(const people::TeamId id, call.services.staff.add_team(call.who, call.brand_id(), call.body.text("name")));
  if (const auto members = members_of(call); members && !members->empty()) {
    const auto done = call.services.staff.change_team(call.who, call.brand_id(), id, {}, members);
    if (!done) {
      (void)call.services.staff.remove_team(call.who, call.brand_id(), id);
      return done.error();
    }
  }
  return team_reply(call, id, 201);
}

Result<Reply> change_team(Call& call) {
  TRY_DO(
      call.services.staff.change_team(call.who, call.brand_id(), team_of(call), given(call, "name"), members_of(call)));
  return team_reply(call, team_of(call), 200);
}

Result<Reply> remove_team(Call& call) {
  TRY_DO(call.services.staff.remove_team(call.who, call.brand_id(), team_of(call)));
  return no_content();
}

// --- invitations

Result<Reply> list_invitations_of(Call& call, BrandId brand) {
  TRY(const auto open, call.services.staff.open_invitations(call.who, brand));
  Json json;
  json.open().key("items").open_list();
  for (const people::Link& one : open) add(json, call.services.hub, one);
  json.close_list().close();
  return ok(std::move(json));
}
Result<Reply> list_invitations(Call& call) { return list_invitations_of(call, call.brand_id()); }
Result<Reply> list_all_invitations(Call& call) { return list_invitations_of(call, {}); }

Result<Reply> invite_to(Call& call, BrandId brand) {
  app::Staff::Invitation invitation;
  invitation.email = std::string(call.body.text("email"));
  invitation.brand = brand;
  invitation.admin = !brand;
  if (brand) invitation.role = *call.body.word("role", people::kRoles);
  if (call.body.has("hours")) invitation.life = std::chrono::hours(call.body.integer("hours"));
  TRY(const auto link, call.services.staff.invite(call.who, invitation));
  return handed_out(call, people::LinkKind::invitation, link);
}
Result<Reply> invite(Call& call) { return invite_to(call, call.brand_id()); }
Result<Reply> invite_admin(Call& call) { return invite_to(call, {}); }

Result<Reply> revoke_invitation(Call& call) {
  TRY_DO(call.services.staff.revoke_invitation(call.who, call.brand_id(), call.id<people::LinkId>("invitation")));
  return no_content();
}
Result<Reply> revoke_any_invitation(Call& call) {
  TRY_DO(call.services.staff.revoke_invitation(call.who, {}, call.id<people::LinkId>("invitation")));
  return no_content();
}

constexpr Route kStaffRoutes[] = {
    get(AMENDS_API "/users", "list_users", Permission::installation, list_users, "Everybody, by login")
        .answers(kUsers)
        .marked(kPaged),
    post(AMENDS_API "/users", "add_user", Permission::installation, put_user, "A user without a role yet")
        .takes(kNewUser, 16 * 1024)
        .answers(kUser, 201),
    get(AMENDS_API "/users/{user}", "read_user", Permission::installation, read_user, "One of them")
        .answers(kUser)
        .marked(kVersioned),
    patch(AMENDS_API "/users/{user}", "change_user", Permission::installation, change_user,
          "Name, address, admin, disabled")
        .takes(kUserChange)
        .answers(kUser)
        .marked(kVersioned),
    post(AMENDS_API "/users/{user}/reset-link", "make_reset_link", Permission::installation, make_reset_link,
         "A one-time link for a new password, to hand over")
        .answers(kLinkHandedOut, 201)
        .marked(kSecretAnswer),
    post(AMENDS_API "/users/{user}/totp/remove", "remove_user_totp", Permission::installation, staff_remove_totp,
         "Takes a lost second factor off")
        .takes(kStaffConfirm, 16 * 1024)
        .answers_nothing(),
    get(AMENDS_API "/invitations", "list_all_invitations", Permission::installation, list_all_invitations,
        "Invitations nobody took yet")
        .answers(kInvitations),
    post(AMENDS_API "/invitations", "invite_admin", Permission::installation, invite_admin, "Invites an admin")
        .takes(kInviteAdmin)
        .answers(kLinkHandedOut, 201)
        .marked(kSecretAnswer),
    del(AMENDS_API "/invitations/{invitation}", "revoke_any_invitation", Permission::installation,
        revoke_any_invitation, "Takes one back")
        .answers_nothing(),
    get(AMENDS_BRAND "/members", "list_members", Permission::read, list_members, "Who works for the brand, by login")
        .answers(kUsers)
        .with(kMembersQuery)
        .marked(kPaged),
    put(AMENDS_BRAND "/members/{user}", "set_role", Permission::people, set_role, "Gives a user a role here")
        .takes(kStaffRole)
        .answers_nothing(),
    del(AMENDS_BRAND "/members/{user}", "remove_role", Permission::people, remove_role, "Takes it").answers_nothing(),
    get(AMENDS_BRAND "/teams", "list_teams", Permission::read, list_teams, "Teams of the brand").answers(kTeams),
    post(AMENDS_BRAND "/teams", "add_team", Permission::people, add_team, "A team").takes(kNewTeam).answers(kTeam, 201),
    patch(AMENDS_BRAND "/teams/{team}", "change_team", Permission::people, change_team, "Another name, other members")
        .takes(kTeamChange)
        .answers(kTeam),
    del(AMENDS_BRAND "/teams/{team}", "remove_team", Permission::people, remove_team, "Dissolves it").answers_nothing(),
    get(AMENDS_BRAND "/invitations", "list_invitations", Permission::people, list_invitations,
        "Invitations to this brand nobody took yet")
        .answers(kInvitations),
    post(AMENDS_BRAND "/invitations", "invite", Permission::people, invite, "Invites somebody to work here")
        .takes(kInvite)
        .answers(kLinkHandedOut, 201)
        .marked(kSecretAnswer),
    del(AMENDS_BRAND "/invitations/{invitation}", "revoke_invitation", Permission::people, revoke_invitation,
        "Takes one back")
        .answers_nothing(),
};

}  // namespace

std::span<const Route> staff_routes() { return kStaffRoutes; }

}  // namespace amends::web
