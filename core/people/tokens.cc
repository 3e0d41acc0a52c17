#include "core/people/tokens.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/crypto/random.h"

namespace amends::people {
namespace {

constexpr std::size_t kLongestTokenName = 100;
constexpr std::size_t kTokenLength = kTokenPrefix.size() + 52;  // 256 bits as base32
constexpr std::size_t kStartLength = kTokenPrefix.size() + 5;

std::string words_of(Grants grants) {
  std::vector<std::string> words;
  for (const auto& word : kPermissions) {
    if (grants.has(word.value)) words.emplace_back(word.name);
  }
  return text::join(words, ",");
}

Grants grants_of_words(std::string_view words) {
  Grants out;
  for (const auto word : text::split(words, ',')) {
    if (const auto permission = model::value_in(kPermissions, word)) out.add(*permission);
  }
  return out;
}

std::string numbers_of(const std::vector<BrandId>& brands) {
  std::vector<std::string> numbers;
  numbers.reserve(brands.size());
  for (const BrandId brand : brands) numbers.push_back(std::to_string(brand.value));
  return text::join(numbers, ",");
}

std::vector<BrandId> brands_of_numbers(std::string_view numbers) {
  std::vector<BrandId> out;
  if (numbers.empty()) return out;
  for (const auto number : text::split(numbers, ',')) {
    // What is no number stands for a brand that doesn't exist: no scope becomes wider by being unreadable.
    std::int64_t n = -1;
    std::from_chars(number.data(), number.data() + number.size(), n);
    out.push_back(BrandId{n});
  }
  return out;
}

Result<Done> check(const NewToken& token, Timestamp now) {
  const bool line =
      std::none_of(token.name.begin(), token.name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (token.name.empty() || token.name.size() > kLongestTokenName || !line || !text::is_utf8(token.name)) {
    return fail(Kind::invalid, "name: 1 to 100 bytes, on one line");
  }
  if (token.scope.grants.empty()) return fail(Kind::invalid, "scopes: at least one permission");
  if (token.expires_at && *token.expires_at <= now) return fail(Kind::invalid, "expires_at: is over already");
  return Done{};
}

std::vector<EndedToken> ended(store::Query q) {
  std::vector<EndedToken> out;
  while (q.next()) out.push_back({q.row().id<TokenId>(0), q.row().id<UserId>(1)});
  return out;
}

}  // namespace

Result<FreshToken> add_token(store::Tx& tx, UserId user, const NewToken& token, Timestamp now) {
  TRY_DO(check(token, now));
  if (tx.count("SELECT count(*) FROM api_token WHERE user_id = ?", user) >= kMostTokens) {
    return fail(Kind::conflict, "there are 50 tokens already", "revoke one that is not used any more");
  }
  FreshToken out;
  out.secret = Secret(std::string(kTokenPrefix) + crypto::random_token());
  const auto hash = crypto::sha256(out.secret.reveal());
  out.id = TokenId{
      tx.insert("INSERT INTO api_token (user_id, secret_hash, start, name, grants, brands, created_at, expires_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                user, store::Blob{crypto::bytes_of(hash)}, out.secret.reveal().substr(0, kStartLength), token.name,
                words_of(token.scope.grants), numbers_of(token.scope.brands), now, token.expires_at)};
  return out;
}

std::optional<Principal> token_principal(store::Reader& reader, std::string_view secret, Timestamp now) {
  if (secret.size() != kTokenLength || secret.rfind(kTokenPrefix, 0) != 0) return {};
  const auto hash = crypto::sha256(secret);
  std::optional<Principal> out;
  for (auto q =
           reader.query("SELECT t.id, u.id, u.login, u.display_name, u.language, u.admin, "
                        "EXISTS (SELECT 1 FROM second_factor f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL), "
                        "t.grants, t.brands, m.brand_id, m.role FROM api_token t JOIN app_user u ON u.id = t.user_id "
                        "LEFT JOIN membership m ON m.user_id = u.id "
                        "WHERE t.secret_hash = ? AND (t.expires_at IS NULL OR t.expires_at > ?) AND u.disabled = 0 "
                        "ORDER BY m.brand_id",
                        store::Blob{crypto::bytes_of(hash)}, now);
       q.next();) {
    const store::Row row = q.row();
    if (!out) {
      out.emplace();
      out->entry = Entry::token;
      out->token = row.id<TokenId>(0);
      out->user = row.id<UserId>(1);
      out->login = row.string(2);
      out->display_name = row.string(3);
      out->language = row.string(4);
      out->admin = row.boolean(5);
      out->has_totp = row.boolean(6);
      out->scope = {grants_of_words(row.text(7)), brands_of_numbers(row.text(8))};
    }
    if (!row.is_null(9)) out->memberships.push_back({row.id<BrandId>(9), row.as<Role>(10)});
  }
  return out;
}

std::vector<Token> tokens(store::Reader& reader, UserId user) {
  std::vector<Token> out;
  for (auto q = reader.query("SELECT id, name, start, grants, brands, created_at, expires_at, used_at FROM api_token "
                             "WHERE user_id = ? ORDER BY id",
                             user);
       q.next();) {
    const store::Row row = q.row();
    Token token{row.id<TokenId>(0),
                user,
                row.string(1),
                row.string(2),
                {grants_of_words(row.text(3)), brands_of_numbers(row.text(4))},
                row.time(5),
                std::nullopt,
                std::nullopt};
    if (!row.is_null(6)) token.expires_at = row.time(6);
    if (!row.is_null(7)) token.used_at = row.time(7);
    out.push_back(std::move(token));
  }
  return out;
}

std::vector<EndedToken> revoke_token(store::Tx& tx, UserId user, TokenId token) {
  return ended(tx.query("DELETE FROM api_token WHERE id = ? AND user_id = ? RETURNING id, user_id", token, user));
}

std::vector<EndedToken> revoke_tokens(store::Tx& tx, UserId user) {
  return ended(tx.query("DELETE FROM api_token WHERE user_id = ? RETURNING id, user_id", user));
}

std::vector<EndedToken> remove_expired_tokens(store::Tx& tx, Timestamp now) {
  return ended(tx.query("DELETE FROM api_token WHERE expires_at <= ? RETURNING id, user_id", now));
}

bool any_expired_token(store::Reader& reader, Timestamp now) {
  return reader.count("SELECT EXISTS (SELECT 1 FROM api_token WHERE expires_at <= ?)", now) > 0;
}

void note_used(store::Tx& tx, TokenId token, Timestamp now) {
  tx.run("UPDATE api_token SET used_at = ? WHERE id = ?", now, token);
}

}  // namespace amends::people
