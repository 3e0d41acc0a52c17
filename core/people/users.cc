#include "core/people/users.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::people {
namespace {

constexpr std::size_t kShortestLogin = 2;
constexpr std::size_t kLongestLogin = 40;
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestEmail = 254;  // RFC 5321 section 4.5.3.1.3, without the angle brackets
constexpr int kLongestPage = 200;

constexpr std::string_view kUserColumns =
    "SELECT u.id, u.login, u.display_name, u.email, u.language, u.admin, u.disabled, u.password <> '', "
    "EXISTS (SELECT 1 FROM second_factor f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL), u.version, "
    "u.created_at, u.signed_in_at FROM app_user u ";

User user_of(const store::Row& row) {
  User out;
  out.id = row.id<UserId>(0);
  out.login = row.string(1);
  out.display_name = row.string(2);
  out.email = row.string(3);
  out.language = row.string(4);
  out.admin = row.boolean(5);
  out.disabled = row.boolean(6);
  out.has_password = row.boolean(7);
  out.has_totp = row.boolean(8);
  out.version = row.integer(9);
  out.created_at = row.time(10);
  if (!row.is_null(11)) out.signed_in_at = row.time(11);
  return out;
}

std::optional<User> one(store::Reader& reader, std::string_view where, const store::Value& value) {
  const store::Value values[] = {value};
  store::Query q = reader.query_with(std::string(kUserColumns) + std::string(where), values);
  if (!q.next()) return {};
  return user_of(q.row());
}

std::string email_key(std::string_view email) { return text::fold(text::trim(email)); }
std::optional<std::string> key_or_null(std::string_view email) {
  std::string key = email_key(email);
  return key.empty() ? std::nullopt : std::optional(std::move(key));
}

bool has_control(std::string_view s) {
  return std::any_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Result<Done> check_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || has_control(name) || !text::is_utf8(name) ||
      text::trim(name).size() != name.size()) {
    return fail(Kind::invalid, "display_name: 1 to 100 bytes, on one line, without spaces around it");
  }
  return Done{};
}

Result<Done> check_language(std::string_view language) {
  const bool code = language.size() == 2 && text::is_alpha(language[0]) && text::is_alpha(language[1]) &&
                    text::ascii_lower(language) == language;
  if (language.empty() || code) return Done{};
  return fail(Kind::invalid, "language: two letters as in ISO 639-1, \"en\"");
}

Result<Done> refuse_taken(store::Reader& reader, std::string_view email, UserId but) {
  const auto key = key_or_null(email);
  if (key && reader.count("SELECT count(*) FROM app_user WHERE email_key = ? AND id <> ?", *key, but.value) > 0) {
    return fail(Kind::conflict, "email: another user has this address");
  }
  return Done{};
}

Error no_user() { return fail(Kind::not_found, "there is no such user"); }

void count_change(store::Tx& tx, UserId user) {
  tx.run("UPDATE app_user SET version = version + 1 WHERE id = ?", user);
}

}  // namespace

Result<Done> check_login(std::string_view login) {
  const bool right = login.size() >= kShortestLogin && login.size() <= kLongestLogin &&
                     std::all_of(login.begin(), login.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || text::is_digit(c) || c == '.' || c == '_' || c == '-';
                     });
  if (right) return Done{};
  return fail(Kind::invalid, "login: 2 to 40 of a-z 0-9 . _ -");
}

Result<Done> check_email(std::string_view email) {
  const auto at = email.rfind('@');
  const bool right = at != email.npos && at > 0 && at + 1 < email.size() && email.size() <= kLongestEmail &&
                     !has_control(email) && text::is_utf8(email) &&
                     email.find_first_of(" <>(),;:\\\"[]") == email.npos && email.find('@') == at &&
                     email.back() != '.';
  if (right) return Done{};
  return fail(Kind::invalid, "email: this is no address");
}

Result<UserId> add_user(store::Tx& tx, const NewUser& user, Timestamp now) {
  TRY_DO(check_login(user.login));
  TRY_DO(check_name(user.display_name));
  TRY_DO(check_language(user.language));
  if (!user.email.empty()) TRY_DO(check_email(user.email));
  if (tx.count("SELECT count(*) FROM app_user WHERE login = ?", user.login) > 0) {
    return fail(Kind::conflict, "login: another user has this name", "choose another one");
  }
  TRY_DO(refuse_taken(tx, user.email, {}));
  return UserId{
      tx.insert("INSERT INTO app_user (login, display_name, email, email_key, language, admin, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                user.login, user.display_name, user.email, key_or_null(user.email), user.language, user.admin, now)};
}

Result<Done> change_user(store::Tx& tx, UserId id, const UserChange& change) {
  const auto user = find_user(tx, id);
  if (!user) return no_user();
  if (change.display_name) {
    TRY_DO(check_name(*change.display_name));
    tx.run("UPDATE app_user SET display_name = ? WHERE id = ?", *change.display_name, id);
  }
  if (change.language) {
    TRY_DO(check_language(*change.language));
    tx.run("UPDATE app_user SET language = ? WHERE id = ?", *change.language, id);
  }
  if (change.email) {
    if (!change.email->empty()) TRY_DO(check_email(*change.email));
    TRY_DO(refuse_taken(tx, *change.email, id));
    tx.run("UPDATE app_user SET email = ?, email_key = ? WHERE id = ?", *change.email, key_or_null(*change.email), id);
  }
  const bool admin = change.admin.value_or(user->admin);
  const bool disabled = change.disabled.value_or(user->disabled);
  tx.run("UPDATE app_user SET admin = ?, disabled = ? WHERE id = ?", admin, disabled, id);
  if (user->admin && !user->disabled && !any_admin(tx)) {
    return fail(Kind::conflict, "nobody would be left who is admin", "make somebody else admin first");
  }
  count_change(tx, id);
  return Done{};
}

std::optional<User> find_user(store::Reader& reader, UserId user) { return one(reader, "WHERE u.id = ?", user); }

std::optional<User> find_user(store::Reader& reader, std::string_view login) {
  return one(reader, "WHERE u.login = ?", login);
}

std::optional<User> find_user_by_email(store::Reader& reader, std::string_view email) {
  const std::string key = email_key(email);
  if (key.empty()) return {};
  return one(reader, "WHERE u.email_key = ?", key);
}

namespace {

std::vector<User> users_where(store::Reader& reader, std::string_view condition, std::vector<store::Value> values,
                              int limit) {
  const std::string sql =
      std::string(kUserColumns) + "WHERE u.login > ? " + std::string(condition) + "ORDER BY u.login LIMIT ?";
  values.emplace_back(std::clamp(limit, 1, kLongestPage + 1));
  std::vector<User> out;
  for (auto q = reader.query_with(sql, values); q.next();) out.push_back(user_of(q.row()));
  return out;
}

}  // namespace

std::vector<User> users(store::Reader& reader, BrandId brand, std::string_view after, int limit) {
  if (!brand) return users_where(reader, "", {after}, limit);
  return users_where(reader, "AND EXISTS (SELECT 1 FROM membership m WHERE m.user_id = u.id AND m.brand_id = ?) ",
                     {after, brand}, limit);
}

std::vector<User> owners(store::Reader& reader, BrandId brand, std::string_view after, int limit) {
  return users_where(reader,
                     "AND u.disabled = 0 AND (u.admin = 1 OR EXISTS (SELECT 1 FROM membership m WHERE m.user_id = u.id "
                     "AND m.brand_id = ?)) ",
                     {after, brand}, limit);
}

Result<Done> check_owner(store::Reader& reader, BrandId brand, std::string_view login) {
  const auto user = find_user(reader, login);
  const auto role = user ? role_of(reader, user->id, brand) : std::optional<Role>();
  if (!user || (!user->admin && !role)) {
    return fail(Kind::invalid, "Nobody of that login works for this brand.",
                "Give them a role in the brand first, or choose somebody who has one.");
  }
  if (user->disabled) {
    return fail(Kind::invalid, user->login + " can't sign in any more, so nobody would take care of it.",
                "Choose somebody else, or enable the user first.");
  }
  if (!user->admin && !grants_of(*role).has(Permission::act)) {
    return fail(Kind::invalid, "As " + std::string(name_of(*role)) + " " + user->login + " may not act in this brand.",
                "Choose somebody whose role lets them.");
  }
  return Done{};
}

bool any_user(store::Reader& reader) { return reader.count("SELECT EXISTS (SELECT 1 FROM app_user)") > 0; }

bool any_admin(store::Reader& reader) {
  return reader.count("SELECT count(*) FROM app_user WHERE admin = 1 AND disabled = 0") > 0;
}

std::vector<Membership> memberships(store::Reader& reader, UserId user) {
  std::vector<Membership> out;
  for (auto q = reader.query("SELECT brand_id, role FROM membership WHERE user_id = ? ORDER BY brand_id", user);
       q.next();) {
    out.push_back({q.row().id<BrandId>(0), q.row().as<Role>(1)});
  }
  return out;
}

std::optional<Role> role_of(store::Reader& reader, UserId user, BrandId brand) {
  return reader.first(
      "SELECT role FROM membership WHERE user_id = ? AND brand_id = ?",
      [](const store::Row& row) { return row.as<Role>(0); }, user, brand);
}

Result<bool> set_role(store::Tx& tx, UserId user, BrandId brand, Role role) {
  if (!find_user(tx, user)) return no_user();
  if (tx.count("SELECT count(*) FROM brand WHERE id = ?", brand) == 0) {
    return fail(Kind::not_found, "there is no such brand");
  }
  if (role_of(tx, user, brand) == role) return false;
  tx.run(
      "INSERT INTO membership (user_id, brand_id, role) VALUES (?, ?, ?) "
      "ON CONFLICT (user_id, brand_id) DO UPDATE SET role = excluded.role",
      user, brand, role);
  count_change(tx, user);
  return true;
}

Result<bool> remove_role(store::Tx& tx, UserId user, BrandId brand) {
  if (!find_user(tx, user)) return no_user();
  if (tx.run("DELETE FROM membership WHERE user_id = ? AND brand_id = ?", user, brand) == 0) return false;
  tx.run("DELETE FROM team_member WHERE user_id = ? AND brand_id = ?", user, brand);
  count_change(tx, user);
  return true;
}

std::string password_hash(store::Reader& reader, UserId user) {
  return reader
      .first(
          "SELECT password FROM app_user WHERE id = ?", [](const store::Row& row) { return row.string(0); }, user)
      .value_or("");
}

void set_password_hash(store::Tx& tx, UserId user, std::string_view hash) {
  tx.run("UPDATE app_user SET password = ? WHERE id = ?", hash, user);
}

void note_sign_in(store::Tx& tx, UserId user, Timestamp now) {
  tx.run("UPDATE app_user SET signed_in_at = ? WHERE id = ?", now, user);
}

}  // namespace amends::people
