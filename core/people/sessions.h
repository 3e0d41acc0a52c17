// Being signed in. The secret goes to the browser once and is stored as SHA-256 alone; whoever reads the database can't
// sign in with it.
//
// Limits: 8 h without a request, 7 d in all (OWASP ASVS 5.0, 7.3), which options may lower.
// Tables: session, known_network. Threads: none of its own.
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
std::vector<Session> sessions(store::Reader& reader, UserId user, const SessionLife& life);
void note_seen(store::Tx& tx, SessionId session, Timestamp now);

struct EndedSession {
  SessionId session;
  UserId user;
};
// Each ends sessions and answers which.
std::vector<EndedSession> end_session(store::Tx& tx, UserId user, SessionId session);
std::vector<EndedSession> end_session(store::Tx& tx, std::string_view secret);
std::vector<EndedSession> end_sessions(store::Tx& tx, UserId user, SessionId but = {});
// All but the newest `count`.
std::vector<EndedSession> end_oldest_sessions(store::Tx& tx, UserId user, int count);
std::vector<EndedSession> end_expired(store::Tx& tx, Timestamp now, const SessionLife& life);
bool any_expired(store::Reader& reader, Timestamp now, const SessionLife& life);

// Networks (throttle.h) that the user signed in from in the last 90 days.
bool knows_network(store::Reader& reader, UserId user, std::string_view network, Timestamp now);
void know_network(store::Tx& tx, UserId user, std::string_view network, Timestamp now);

}  // namespace amends::people
