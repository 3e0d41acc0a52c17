// What people do for themselves: password, second factor, sessions, tokens.
#include <algorithm>

#include "core/app/staff_parts.h"

namespace amends::app {
namespace {

using people::Permission;

// What nobody has anywhere, no token of theirs may ask for.
bool holds(const people::Principal& who, const people::Scope& scope, Permission permission,
           const std::vector<BrandId>& all) {
  if (permission == Permission::self || permission == Permission::nobody_needed) return true;
  if (permission == Permission::installation) return who.admin;
  const std::vector<BrandId>& wanted = scope.brands.empty() ? all : scope.brands;
  const auto held = people::brands_where(who, wanted, permission);
  return scope.brands.empty() ? !held.empty() || who.admin : held.size() == wanted.size();
}

}  // namespace

Result<Done> Staff::end_session(const Principal& who, people::SessionId session) {
  TRY_DO(only_own_session(who));
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    const auto ended = people::end_session(tx, who.user, session);
    if (ended.empty()) return fail(Kind::not_found, "there is no such session");
    for (const auto& one : ended) closed.push_back({one.user, one.session, {}});
    record(tx, who, {.action = "session.ended", .object = "session", .object_id = session.value});
    return Done{};
  });
}

Result<Done> Staff::end_other_sessions(const Principal& who) {
  TRY_DO(only_own_session(who));
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    for (const auto& one : people::end_sessions(tx, who.user, who.session)) {
      closed.push_back({one.user, one.session, {}});
      record(tx, who, {.action = "session.ended", .object = "session", .object_id = one.session.value});
    }
    return Done{};
  });
}

std::vector<people::Session> Staff::sessions(const Principal& who) {
  return hub_.db()
      .read([&](store::Reader& reader) -> Result<std::vector<people::Session>> {
        return people::sessions(reader, who.user, rules_.session);
      })
      .value_or({});
}

Result<Staff::Entered> Staff::change_password(const Principal& who, const Secret& current, const Secret& fresh,
                                              const From& from) {
  TRY_DO(only_own_session(who));
  const Door door = door_of(who.login, from);
  TRY_DO(try_password(door, current));
  std::vector<std::string> names = {who.login, who.display_name};
  const auto user = hub_.db().read([&](store::Reader& reader) -> Result<std::optional<people::User>> {
    return people::find_user(reader, who.user);
  });
  if (user && *user) names.push_back((*user)->email);
  TRY_DO(check_fresh(fresh, std::move(names)));
  TRY(const std::string hash, crypto::hash_password(fresh, rules_.password));
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Entered> {
    if (people::password_hash(tx, door.user) != door.stored) return wrong_credentials();
    people::set_password_hash(tx, who.user, hash);
    people::end_links_of(tx, who.user);
    close_sessions(tx, who.user, closed);
    record(tx, who, {.action = "password.changed", .object = "user", .object_id = who.user.value, .peer = from.peer});
    return enter(tx, who.user, from, closed);
  });
}

Result<people::TotpSetup> Staff::begin_totp(const Principal& who, const Secret& password, const From& from) {
  TRY_DO(confirm_password(who, password, from));
  return commit([&](store::Tx& tx, Closed&) -> Result<people::TotpSetup> {
    record(tx, who, {.action = "totp.begun", .object = "user", .object_id = who.user.value, .peer = from.peer});
    return people::begin_totp(tx, hub_.seal_keys(), who.user, who.login, hub_.clock().now());
  });
}

Result<Staff::TotpOn> Staff::confirm_totp(const Principal& who, std::string_view code, const From& from) {
  TRY_DO(only_own_session(who));
  const Door door = door_of(who.login, from);
  const auto keys = keys_of(door, "code");
  TRY_DO(take(keys));
  auto on = commit([&](store::Tx& tx, Closed& closed) -> Result<TotpOn> {
    TotpOn out;
    TRY(out.recovery_codes, people::confirm_totp(tx, hub_.seal_keys(), who.user, code, hub_.clock().now()));
    close_sessions(tx, who.user, closed);
    record(tx, who, {.action = "totp.on", .object = "user", .object_id = who.user.value, .peer = from.peer});
    TRY(out.entered, enter(tx, who.user, from, closed));
    return out;
  });
  if (on) throttle_.give_back(keys);
  return on;
}

Result<Staff::Entered> Staff::remove_own_totp(const Principal& who, const Secret& password, std::string_view code,
                                              const From& from) {
  TRY_DO(only_own_session(who));
  const Door door = door_of(who.login, from);
  TRY_DO(try_password(door, password));
  if (!door.has_totp) return fail(Kind::not_found, "no second factor is set up");
  TRY_DO(check_code(door, code));
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Entered> {
    people::remove_totp(tx, who.user);
    close_sessions(tx, who.user, closed);
    record(tx, who, {.action = "totp.off", .object = "user", .object_id = who.user.value, .peer = from.peer});
    return enter(tx, who.user, from, closed);
  });
}

Result<people::FreshToken> Staff::add_token(const Principal& who, const people::NewToken& token) {
  TRY_DO(only_own_session(who));
  std::vector<BrandId> all;
  for (const Brand& brand : hub_.brands()) all.push_back(brand.id);
  for (const auto& word : people::kPermissions) {
    if (token.scope.grants.has(word.value) && !holds(who, token.scope, word.value, all)) {
      return not_allowed("give a token \"" + std::string(word.name) + "\", which you don't have there");
    }
  }
  return commit([&](store::Tx& tx, Closed&) -> Result<people::FreshToken> {
    TRY(auto fresh, people::add_token(tx, who.user, token, hub_.clock().now()));
    record(tx, who, {.action = "token.added", .object = "token", .object_id = fresh.id.value});
    return fresh;
  });
}

Result<std::vector<people::Token>> Staff::tokens(const Principal& who) {
  return hub_.db().read(
      [&](store::Reader& reader) -> Result<std::vector<people::Token>> { return people::tokens(reader, who.user); });
}

Result<Done> Staff::revoke_token(const Principal& who, people::TokenId token) {
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    const auto ended = people::revoke_token(tx, who.user, token);
    if (ended.empty()) return fail(Kind::not_found, "there is no such token");
    for (const auto& one : ended) closed.push_back({one.user, {}, one.token});
    record(tx, who, {.action = "token.revoked", .object = "token", .object_id = token.value});
    return Done{};
  });
}

}  // namespace amends::app
