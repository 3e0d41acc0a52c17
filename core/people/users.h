// Users, what they are in which brand, and teams. A password is set by what core/app/staff.h hashed before: nothing
// here takes long.
//
// Tables: app_user, membership, team, team_member.
// Threads: none of its own; everything takes the caller's Tx or Reader. Times are the caller's `now`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/people/principal.h"
#include "core/store/database.h"

namespace amends::people {

struct User {
  UserId id;
  std::string login;         // [a-z0-9._-]{2,40}, unique, never given to somebody else
  std::string display_name;  // up to 100 bytes
  std::string email;         // "" for none; unique without regard to case
  std::string language;
  bool admin = false;
  bool disabled = false;
  bool has_password = false;
  bool has_totp = false;
  std::int64_t version = 0;  // counts changes; memberships count too
  Timestamp created_at;
  std::optional<Timestamp> signed_in_at;  // the last time
};

struct NewUser {
  std::string login, display_name, email, language;
  bool admin = false;
};
// What is named is changed.
struct UserChange {
  std::optional<std::string> display_name, email, language;
  std::optional<bool> admin, disabled;
};

// Why it can't be a login, an address or a name; both are pure.
Result<Done> check_login(std::string_view login);
Result<Done> check_email(std::string_view email);

// invalid: which field; conflict: the login or the address is taken.
Result<UserId> add_user(store::Tx& tx, const NewUser& user, Timestamp now);
// not_found, invalid, conflict; conflict too when nobody would be left who is admin and not disabled.
Result<Done> change_user(store::Tx& tx, UserId user, const UserChange& change);
std::optional<User> find_user(store::Reader& reader, UserId user);
std::optional<User> find_user(store::Reader& reader, std::string_view login);
std::optional<User> find_user_by_email(store::Reader& reader, std::string_view email);
// By login, after `after`. `brand` none: all.
std::vector<User> users(store::Reader& reader, BrandId brand, std::string_view after, int limit);
// Who may take care of a thread of the brand: whoever may act in it, which is everybody with a role there, and admins,
// who need none. Nobody who is disabled. By login, after `after`.
std::vector<User> owners(store::Reader& reader, BrandId brand, std::string_view after, int limit);
// invalid, saying why: they may not. Somebody of another brand is told as nobody is.
Result<Done> check_owner(store::Reader& reader, BrandId brand, std::string_view login);
bool any_user(store::Reader& reader);
bool any_admin(store::Reader& reader);  // who is not disabled

std::vector<Membership> memberships(store::Reader& reader, UserId user);
std::optional<Role> role_of(store::Reader& reader, UserId user, BrandId brand);
// Each answers whether anything changed. not_found: no such user.
Result<bool> set_role(store::Tx& tx, UserId user, BrandId brand, Role role);
Result<bool> remove_role(store::Tx& tx, UserId user, BrandId brand);

// The stored hash (core/crypto/password.h), "" for none.
std::string password_hash(store::Reader& reader, UserId user);
void set_password_hash(store::Tx& tx, UserId user, std::string_view hash);
void note_sign_in(store::Tx& tx, UserId user, Timestamp now);

struct Team {
  TeamId id;
  BrandId brand;
  std::string name;  // up to 60 bytes, unique in the brand
  std::vector<UserId> members;
};
// invalid, conflict: the name is taken in the brand.
Result<TeamId> add_team(store::Tx& tx, BrandId brand, std::string_view name);
// not_found, also for a team of another brand; invalid, conflict.
Result<Done> rename_team(store::Tx& tx, BrandId brand, TeamId team, std::string_view name);
Result<Done> remove_team(store::Tx& tx, BrandId brand, TeamId team);
// Replaces the members. invalid: one of them has no role in the brand.
Result<Done> set_members(store::Tx& tx, BrandId brand, TeamId team, const std::vector<UserId>& members);
std::optional<Team> find_team(store::Reader& reader, BrandId brand, TeamId team);
std::vector<Team> teams(store::Reader& reader, BrandId brand);

}  // namespace amends::people
