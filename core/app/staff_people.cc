// What is done to others: users, roles, teams.
#include <algorithm>

#include "core/app/staff_parts.h"

namespace amends::app {

using people::Permission;

namespace {

Error no_user() { return fail(Kind::not_found, "there is no such user"); }

// Which fields a change names, for the record: never what they were changed to.
std::string fields_of(const people::UserChange& change) {
  std::vector<std::string> fields;
  if (change.display_name) fields.emplace_back("display_name");
  if (change.email) fields.emplace_back("email");
  if (change.language) fields.emplace_back("language");
  if (change.admin) fields.emplace_back(*change.admin ? "admin" : "no_admin");
  if (change.disabled) fields.emplace_back(*change.disabled ? "disabled" : "enabled");
  std::string out;
  for (const std::string& field : fields) out += (out.empty() ? "" : ",") + field;
  return audit::detail({{"fields", out}});
}

std::string_view action_of(const people::UserChange& change) {
  if (change.disabled) return *change.disabled ? "user.disabled" : "user.enabled";
  if (change.admin) return *change.admin ? "user.made_admin" : "user.admin_removed";
  return "user.changed";
}

}  // namespace

Result<UserId> Staff::add_user(const Principal& who, const people::NewUser& user, const Secret& password) {
  if (!people::may(who, {}, Permission::installation)) return not_allowed("add users");
  std::string hash;
  if (!password.empty()) {
    TRY_DO(check_fresh(password, {user.login, user.display_name, user.email}));
    TRY(hash, crypto::hash_password(password, rules_.password));
  }
  return commit([&](store::Tx& tx, Closed&) -> Result<UserId> {
    TRY(const UserId id, people::add_user(tx, user, hub_.clock().now()));
    if (!hash.empty()) people::set_password_hash(tx, id, hash);
    record(tx, who,
           {.action = "user.added",
            .object = "user",
            .object_id = id.value,
            .detail = user.admin ? audit::detail({{"as", "admin"}}) : std::string()});
    return id;
  });
}

Result<Done> Staff::change_user(const Principal& who, UserId user, const people::UserChange& change,
                                std::optional<std::int64_t> if_version) {
  const bool admin = people::may(who, {}, Permission::installation);
  const bool harmless = !change.email && !change.admin && !change.disabled;
  if (!admin && !(harmless && user == who.user && people::may(who, {}, Permission::self))) {
    return not_allowed("change that of this user");
  }
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    const auto before = people::find_user(tx, user);
    if (!before) return no_user();
    if (if_version && *if_version != before->version) {
      return fail(Kind::conflict, "somebody changed this user in the meantime", "read it again, then decide");
    }
    TRY_DO(people::change_user(tx, user, change));
    const bool disables = change.disabled.value_or(false) && !before->disabled;
    const bool other_rights = change.admin && *change.admin != before->admin;
    if (disables || other_rights) {
      close_sessions(tx, user, closed);
      close_tokens(tx, user, closed);
    }
    if (disables) people::end_links_of(tx, user);
    record(tx, who,
           {.action = action_of(change), .object = "user", .object_id = user.value, .detail = fields_of(change)});
    return Done{};
  });
}

Result<Done> Staff::set_role(const Principal& who, UserId user, BrandId brand, people::Role role) {
  if (!people::may_grant(who, brand, role)) return not_allowed("give this role in this brand");
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    const auto before = people::role_of(tx, user, brand);
    // Who isn't of the brand comes by invitation: its managers don't see who else there is.
    if (!before && !who.admin) return no_user();
    if (before && !people::may_grant(who, brand, *before)) return not_allowed("take this user's role away");
    TRY(const bool changed, people::set_role(tx, user, brand, role));
    if (!changed) return Done{};
    close_sessions(tx, user, closed);
    close_tokens(tx, user, closed);
    record(
        tx, who,
        {.action = "role.changed",
         .brand = brand,
         .object = "user",
         .object_id = user.value,
         .detail = audit::detail({{"from", before ? people::name_of(*before) : ""}, {"to", people::name_of(role)}})});
    return Done{};
  });
}

Result<Done> Staff::remove_role(const Principal& who, UserId user, BrandId brand) {
  if (!people::may(who, brand, Permission::people)) return not_allowed("remove people from this brand");
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    const auto before = people::role_of(tx, user, brand);
    if (!before) return no_user();
    if (!people::may_grant(who, brand, *before)) return not_allowed("take this user's role away");
    TRY_DO(people::remove_role(tx, user, brand));
    close_sessions(tx, user, closed);
    close_tokens(tx, user, closed);
    record(tx, who,
           {.action = "role.removed",
            .brand = brand,
            .object = "user",
            .object_id = user.value,
            .detail = audit::detail({{"from", people::name_of(*before)}})});
    return Done{};
  });
}

Result<Done> Staff::set_password(const Principal& who, UserId user, const Secret& fresh) {
  if (who.entry != people::Entry::console) return not_allowed("set somebody's password");
  TRY(const auto found, hub_.db().read([&](store::Reader& reader) -> Result<std::optional<people::User>> {
    return people::find_user(reader, user);
  }));
  if (!found) return no_user();
  TRY_DO(check_fresh(fresh, {found->login, found->display_name, found->email}));
  TRY(const std::string hash, crypto::hash_password(fresh, rules_.password));
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    people::set_password_hash(tx, user, hash);
    people::end_links_of(tx, user);
    close_sessions(tx, user, closed);
    record(tx, who, {.action = "password.set", .object = "user", .object_id = user.value});
    return Done{};
  });
}

Result<Done> Staff::remove_totp(const Principal& who, UserId user) {
  if (!people::may(who, {}, Permission::installation)) return not_allowed("remove a second factor");
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    if (!people::find_user(tx, user)) return no_user();
    if (!people::remove_totp(tx, user)) return fail(Kind::not_found, "the user has no second factor");
    close_sessions(tx, user, closed);
    record(tx, who, {.action = "totp.removed", .object = "user", .object_id = user.value});
    return Done{};
  });
}

Result<std::vector<people::User>> Staff::users(const Principal& who, BrandId brand, std::string_view after, int limit) {
  if (!people::may(who, brand, brand ? Permission::read : Permission::installation))
    return not_allowed("see who is here");
  return hub_.db().read([&](store::Reader& reader) -> Result<std::vector<people::User>> {
    return people::users(reader, brand, after, limit);
  });
}

Result<std::vector<people::User>> Staff::owners(const Principal& who, BrandId brand, std::string_view after,
                                                int limit) {
  if (!people::may(who, brand, Permission::read)) return not_allowed("see who is here");
  return hub_.db().read([&](store::Reader& reader) -> Result<std::vector<people::User>> {
    return people::owners(reader, brand, after, limit);
  });
}

Result<people::TeamId> Staff::add_team(const Principal& who, BrandId brand, std::string_view name) {
  if (!brand || !people::may(who, brand, Permission::people)) return not_allowed("change teams");
  return commit([&](store::Tx& tx, Closed&) -> Result<people::TeamId> {
    TRY(const people::TeamId id, people::add_team(tx, brand, name));
    record(tx, who, {.action = "team.added", .brand = brand, .object = "team", .object_id = id.value});
    return id;
  });
}

Result<Done> Staff::change_team(const Principal& who, BrandId brand, people::TeamId team,
                                const std::optional<std::string>& name,
                                const std::optional<std::vector<UserId>>& members) {
  if (!brand || !people::may(who, brand, Permission::people)) return not_allowed("change teams");
  return commit([&](store::Tx& tx, Closed&) -> Result<Done> {
    if (!people::find_team(tx, brand, team)) return fail(Kind::not_found, "there is no such team");
    if (name) TRY_DO(people::rename_team(tx, brand, team, *name));
    if (members) TRY_DO(people::set_members(tx, brand, team, *members));
    record(tx, who, {.action = "team.changed", .brand = brand, .object = "team", .object_id = team.value});
    return Done{};
  });
}

Result<Done> Staff::remove_team(const Principal& who, BrandId brand, people::TeamId team) {
  if (!brand || !people::may(who, brand, Permission::people)) return not_allowed("change teams");
  return commit([&](store::Tx& tx, Closed&) -> Result<Done> {
    TRY_DO(people::remove_team(tx, brand, team));
    record(tx, who, {.action = "team.removed", .brand = brand, .object = "team", .object_id = team.value});
    return Done{};
  });
}

}  // namespace amends::app
