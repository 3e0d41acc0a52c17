// API tokens: "amends_" and 256 random bits as base32, so that leak scanners know one when they see it. Stored as
// SHA-256 alone; what it may is what its user may, narrowed to its scope.
//
// Table: api_token. Threads: none of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/people/principal.h"
#include "core/store/database.h"

namespace amends::people {

inline constexpr std::string_view kTokenPrefix = "amends_";
inline constexpr int kMostTokens = 50;  // a user may hold

struct NewToken {
  std::string name;  // 1 to 100 bytes
  Scope scope;       // at least one permission
  std::optional<Timestamp> expires_at;
};
struct Token {
  TokenId id;
  UserId user;
  std::string name;
  std::string start;  // its first characters, to know it again
  Scope scope;
  Timestamp created_at;
  std::optional<Timestamp> expires_at, used_at;
};
struct FreshToken {
  TokenId id;
  Secret secret;
};
struct EndedToken {
  TokenId token;
  UserId user;
};

// invalid: which field. conflict: the user holds kMostTokens.
Result<FreshToken> add_token(store::Tx& tx, UserId user, const NewToken& token, Timestamp now);
// Nothing when it is unknown, revoked, expired, or its user is disabled.
std::optional<Principal> token_principal(store::Reader& reader, std::string_view secret, Timestamp now);
std::vector<Token> tokens(store::Reader& reader, UserId user);
// Nothing when the user has no such token.
std::vector<EndedToken> revoke_token(store::Tx& tx, UserId user, TokenId token);
std::vector<EndedToken> revoke_tokens(store::Tx& tx, UserId user);
std::vector<EndedToken> remove_expired_tokens(store::Tx& tx, Timestamp now);
bool any_expired_token(store::Reader& reader, Timestamp now);
void note_used(store::Tx& tx, TokenId token, Timestamp now);

}  // namespace amends::people
