// Being signed in. The secret goes to the browser once and is stored as SHA-256 alone; whoever reads the database can't
// sign in with it.
//
// Limits: 8 h without a request, 7 d in all (OWASP ASVS 5.0, 7.3), which options may lower.
// Tables: session, api_token. Threads: none of its own.
#pragma once

#include <chrono>
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

struct SessionLife {
  std::chrono::minutes idle{8 * 60};
  std::chrono::hours absolute{7 * 24};
};

struct Session {
  SessionId id;
  UserId user;
  std::string peer;   // the network address it began from
  std::string agent;  // what the browser calls itself, cut to 200 bytes
  Timestamp created_at, seen_at, ends_at;
};

struct FreshSession {
  SessionId id;
  Secret secret;  // 256 random bits as base32; shown to the browser, never stored
  Timestamp ends_at;
};

FreshSession begin_session(store::Tx& tx, UserId user, std::string_view peer, std::string_view agent, Timestamp now,
                           const SessionLife& life);
// Whose secret it is, with the roles of this moment. Nothing when it is unknown, over, or its user is disabled.
std::optional<Principal> session_principal(store::Reader& reader, std::string_view secret, Timestamp now,
                                           const SessionLife& life);
std::vector<Session> sessions(store::Reader& reader, UserId user);
void note_seen(store::Tx& tx, SessionId session, Timestamp now);

// Each ends sessions and answers which.
std::vector<SessionId> end_session(store::Tx& tx, UserId user, SessionId session);
std::vector<SessionId> end_sessions(store::Tx& tx, UserId user, SessionId but = {});
std::vector<SessionId> end_expired(store::Tx& tx, Timestamp now, const SessionLife& life);
bool any_expired(store::Reader& reader, Timestamp now, const SessionLife& life);

// --- API tokens: "amends_" and 256 random bits as base32, so that leak scanners know one when they see it.

inline constexpr std::string_view kTokenPrefix = "amends_";

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
// invalid: which field. `user` may hold 50.
Result<FreshToken> add_token(store::Tx& tx, UserId user, const NewToken& token, Timestamp now);
// Nothing when it is unknown, revoked, expired, or its user is disabled.
std::optional<Principal> token_principal(store::Reader& reader, std::string_view secret, Timestamp now);
std::vector<Token> tokens(store::Reader& reader, UserId user);
// not_found, also for another user's.
Result<Done> revoke_token(store::Tx& tx, UserId user, TokenId token);
std::vector<TokenId> revoke_tokens(store::Tx& tx, UserId user);
std::vector<TokenId> remove_expired_tokens(store::Tx& tx, Timestamp now);
void note_used(store::Tx& tx, TokenId token, Timestamp now);

}  // namespace amends::people
