// One-time links: the first admin, invitations, resets.
#include <algorithm>

#include "core/app/staff_parts.h"

namespace amends::app {

using people::LinkKind;
using people::Permission;

std::string Staff::link_path(LinkKind kind, const Secret& secret) {
  struct Row {
    LinkKind kind;
    std::string_view page;
  };
  // Behind the #, so that it reaches no server's log and no Referer.
  static constexpr Row kPages[] = {
      {LinkKind::invitation, "/join#"}, {LinkKind::reset, "/reset#"}, {LinkKind::first_admin, "/setup#"}};
  for (const Row& row : kPages) {
    if (row.kind == kind) return std::string(row.page) + std::string(secret.reveal());
  }
  return {};
}

Result<people::FreshLink> Staff::make_setup_link() {
  return commit([&](store::Tx& tx, Closed&) -> Result<people::FreshLink> {
    if (people::any_admin(tx)) {
      return fail(Kind::conflict, "there is an admin already", "an admin invites others: amends user invite");
    }
    people::NewLink link;
    link.kind = LinkKind::first_admin;
    link.admin = true;
    link.life = rules_.setup;
    auto fresh = people::add_link(tx, link, hub_.clock().now());
    record(tx, {}, {.action = "link.first_admin", .object = "link", .object_id = fresh.id.value});
    return fresh;
  });
}

Result<people::FreshLink> Staff::invite(const Principal& who, const Invitation& invitation) {
  const bool allowed = invitation.brand && !invitation.admin ? people::may_grant(who, invitation.brand, invitation.role)
                                                             : people::may(who, {}, Permission::installation);
  if (!allowed) return not_allowed("invite somebody as that");
  TRY_DO(people::check_email(invitation.email));
  people::NewLink link;
  link.kind = LinkKind::invitation;
  link.made_by = who.user;
  link.email = invitation.email;
  link.brand = invitation.brand;
  link.role = invitation.role;
  link.admin = invitation.admin;
  link.life = invitation.life.value_or(rules_.invitation);
  return commit([&](store::Tx& tx, Closed&) -> Result<people::FreshLink> {
    auto fresh = people::add_link(tx, link, hub_.clock().now());
    record(tx, who,
           {.action = "user.invited",
            .brand = link.brand,
            .object = "link",
            .object_id = fresh.id.value,
            .detail = audit::detail({{"as", link.admin ? "admin" : people::name_of(link.role)}})});
    return fresh;
  });
}

Result<std::vector<people::Link>> Staff::open_invitations(const Principal& who, BrandId brand) {
  if (!people::may(who, brand, brand ? Permission::people : Permission::installation)) {
    return not_allowed("see these invitations");
  }
  return hub_.db().read([&](store::Reader& reader) -> Result<std::vector<people::Link>> {
    return people::open_invitations(reader, brand, hub_.clock().now());
  });
}

Result<Done> Staff::revoke_invitation(const Principal& who, BrandId brand, people::LinkId link) {
  if (!people::may(who, brand, brand ? Permission::people : Permission::installation)) {
    return not_allowed("take this invitation back");
  }
  return commit([&](store::Tx& tx, Closed&) -> Result<Done> {
    TRY_DO(people::revoke_invitation(tx, brand, link));
    record(tx, who, {.action = "user.uninvited", .brand = brand, .object = "link", .object_id = link.value});
    return Done{};
  });
}

Result<Staff::Entered> Staff::accept(LinkKind kind, std::string_view secret, const Newcomer& newcomer,
                                     const From& from) {
  if (kind == LinkKind::reset) return bad_link();
  TRY(const auto link, hub_.db().read([&](store::Reader& reader) -> Result<std::optional<people::Link>> {
    return people::find_link(reader, kind, secret, hub_.clock().now());
  }));
  if (!link) return bad_link();
  const people::NewUser user{newcomer.login, newcomer.display_name,
                             kind == LinkKind::invitation ? link->email : newcomer.email, newcomer.language,
                             link->admin};
  TRY_DO(people::check_login(user.login));
  TRY_DO(check_fresh(newcomer.password, {user.login, user.display_name, user.email}));
  TRY(const std::string hash, crypto::hash_password(newcomer.password, rules_.password));
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Entered> {
    const Timestamp now = hub_.clock().now();
    const auto taken = people::take_link(tx, kind, secret, now);
    if (!taken || (kind == LinkKind::first_admin && people::any_admin(tx))) return bad_link();
    auto id = people::add_user(tx, user, now);
    if (!id && id.error().kind == Kind::conflict) {
      return std::move(id).error().with_hint("if it is yours, sign in and open the link again");
    }
    TRY(const UserId added, std::move(id));
    people::set_password_hash(tx, added, hash);
    if (taken->brand) TRY_DO(people::set_role(tx, added, taken->brand, taken->role));
    TRY(Entered out, enter(tx, added, from, closed));
    record(tx, out.principal,
           {.action = "user.joined",
            .brand = taken->brand,
            .object = "user",
            .object_id = added.value,
            .detail = audit::detail({{"by", people::name_of(kind)}, {"link", std::to_string(taken->id.value)}}),
            .peer = from.peer});
    return out;
  });
}

Result<Done> Staff::join(const Principal& who, std::string_view secret) {
  TRY_DO(only_own_session(who));
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    const auto taken = people::take_link(tx, LinkKind::invitation, secret, hub_.clock().now());
    if (!taken) return bad_link();
    if (taken->admin) {
      people::UserChange change;
      change.admin = true;
      TRY_DO(people::change_user(tx, who.user, change));
    }
    if (taken->brand) TRY_DO(people::set_role(tx, who.user, taken->brand, taken->role));
    close_sessions(tx, who.user, closed);
    record(tx, who,
           {.action = "user.joined",
            .brand = taken->brand,
            .object = "user",
            .object_id = who.user.value,
            .detail = audit::detail({{"by", "invitation"}, {"link", std::to_string(taken->id.value)}})});
    return Done{};
  });
}

Result<people::FreshLink> Staff::make_reset_link(const Principal& who, UserId user) {
  if (!people::may(who, {}, Permission::installation)) return not_allowed("reset passwords");
  return commit([&](store::Tx& tx, Closed&) -> Result<people::FreshLink> {
    const auto found = people::find_user(tx, user);
    if (!found) return fail(Kind::not_found, "there is no such user");
    if (found->disabled) return fail(Kind::conflict, "the user is disabled", "enable the user first");
    people::NewLink link;
    link.kind = LinkKind::reset;
    link.user = user;
    link.made_by = who.user;
    link.life = rules_.reset;
    auto fresh = people::add_link(tx, link, hub_.clock().now());
    record(tx, who, {.action = "password.reset_link", .object = "user", .object_id = user.value});
    return fresh;
  });
}

Result<Done> Staff::reset_password(std::string_view secret, const Secret& fresh, const From& from) {
  std::vector<std::string> names;
  TRY(const bool good, hub_.db().read([&](store::Reader& reader) -> Result<bool> {
    const auto link = people::find_link(reader, LinkKind::reset, secret, hub_.clock().now());
    const auto user = link ? people::find_user(reader, link->user) : std::nullopt;
    if (user) names = {user->login, user->display_name, user->email};
    return user && !user->disabled;
  }));
  if (!good) return bad_link();
  TRY_DO(check_fresh(fresh, std::move(names)));
  TRY(const std::string hash, crypto::hash_password(fresh, rules_.password));
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    const auto taken = people::take_link(tx, LinkKind::reset, secret, hub_.clock().now());
    if (!taken) return bad_link();
    people::set_password_hash(tx, taken->user, hash);
    people::end_links_of(tx, taken->user);
    close_sessions(tx, taken->user, closed);
    record(tx, {},
           {.action = "password.reset",
            .object = "user",
            .object_id = taken->user.value,
            .detail = audit::detail({{"link", std::to_string(taken->id.value)}}),
            .peer = from.peer});
    throttle_.forgive("account:" + std::to_string(taken->user.value));
    return Done{};
  });
}

}  // namespace amends::app
