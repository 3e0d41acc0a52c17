#include "core/people/sessions.h"

#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/crypto/random.h"

namespace amends::people {
namespace {

constexpr std::size_t kSecretLength = 52;  // 256 bits as base32
constexpr std::size_t kLongestAgent = 200;
constexpr std::size_t kLongestPeer = 64;
constexpr std::chrono::hours kNetworkLife{90 * 24};

std::string tidy(std::string_view s, std::size_t most) {
  return std::string(text::clip(text::printable(text::repair_utf8(s)), most));
}

}  // namespace

FreshSession begin_session(store::Tx& tx, UserId user, std::string_view peer, std::string_view agent, Timestamp now,
                           const SessionLife& life) {
  FreshSession out;
  out.secret = Secret(crypto::random_token());
  out.ends_at = now + life.absolute;
  const auto hash = crypto::sha256(out.secret.reveal());
  out.id = SessionId{tx.insert(
      "INSERT INTO session (user_id, secret_hash, peer, agent, created_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)", user,
      store::Blob{crypto::bytes_of(hash)}, tidy(peer, kLongestPeer), tidy(agent, kLongestAgent), now, now)};
  return out;
}

std::optional<Principal> session_principal(store::Reader& reader, std::string_view secret, Timestamp now,
                                           const SessionLife& life) {
  if (secret.size() != kSecretLength) return {};
  const auto hash = crypto::sha256(secret);
  std::optional<Principal> out;
  for (auto q = reader.query(
           "SELECT s.id, u.id, u.login, u.display_name, u.language, u.admin, "
           "EXISTS (SELECT 1 FROM second_factor f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL), "
           "m.brand_id, m.role FROM session s JOIN app_user u ON u.id = s.user_id "
           "LEFT JOIN membership m ON m.user_id = u.id "
           "WHERE s.secret_hash = ? AND s.seen_at > ? AND s.created_at > ? AND u.disabled = 0 ORDER BY m.brand_id",
           store::Blob{crypto::bytes_of(hash)}, now - life.idle, now - life.absolute);
       q.next();) {
    const store::Row row = q.row();
    if (!out) {
      out.emplace();
      out->entry = Entry::session;
      out->session = row.id<SessionId>(0);
      out->user = row.id<UserId>(1);
      out->login = row.string(2);
      out->display_name = row.string(3);
      out->language = row.string(4);
      out->admin = row.boolean(5);
      out->has_totp = row.boolean(6);
    }
    if (!row.is_null(7)) out->memberships.push_back({row.id<BrandId>(7), row.as<Role>(8)});
  }
  return out;
}

std::vector<Session> sessions(store::Reader& reader, UserId user, const SessionLife& life) {
  std::vector<Session> out;
  for (auto q =
           reader.query("SELECT id, peer, agent, created_at, seen_at FROM session WHERE user_id = ? ORDER BY id", user);
       q.next();) {
    const store::Row row = q.row();
    out.push_back({row.id<SessionId>(0), user, row.string(1), row.string(2), row.time(3), row.time(4),
                   row.time(3) + life.absolute});
  }
  return out;
}

void note_seen(store::Tx& tx, SessionId session, Timestamp now) {
  tx.run("UPDATE session SET seen_at = ? WHERE id = ? AND seen_at < ?", now, session, now);
}

std::vector<EndedSession> end_session(store::Tx& tx, UserId user, SessionId session) {
  if (tx.run("DELETE FROM session WHERE id = ? AND user_id = ?", session, user) == 0) return {};
  return {{session, user}};
}

namespace {

std::vector<EndedSession> removed(store::Query q) {
  std::vector<EndedSession> out;
  while (q.next()) out.push_back({q.row().id<SessionId>(0), q.row().id<UserId>(1)});
  return out;
}

}  // namespace

std::vector<EndedSession> end_sessions(store::Tx& tx, UserId user, SessionId but) {
  return removed(tx.query("DELETE FROM session WHERE user_id = ? AND id <> ? RETURNING id, user_id", user, but.value));
}

std::vector<EndedSession> end_oldest_sessions(store::Tx& tx, UserId user, int count) {
  return removed(
      tx.query("DELETE FROM session WHERE user_id = ? AND id NOT IN "
               "(SELECT id FROM session WHERE user_id = ? ORDER BY id DESC LIMIT ?) RETURNING id, user_id",
               user, user, count));
}

std::vector<EndedSession> end_session(store::Tx& tx, std::string_view secret) {
  const auto hash = crypto::sha256(secret);
  return removed(
      tx.query("DELETE FROM session WHERE secret_hash = ? RETURNING id, user_id", store::Blob{crypto::bytes_of(hash)}));
}

std::vector<EndedSession> end_expired(store::Tx& tx, Timestamp now, const SessionLife& life) {
  return removed(tx.query("DELETE FROM session WHERE seen_at <= ? OR created_at <= ? RETURNING id, user_id",
                          now - life.idle, now - life.absolute));
}

bool any_expired(store::Reader& reader, Timestamp now, const SessionLife& life) {
  return reader.count("SELECT EXISTS (SELECT 1 FROM session WHERE seen_at <= ? OR created_at <= ?)", now - life.idle,
                      now - life.absolute) > 0;
}

bool knows_network(store::Reader& reader, UserId user, std::string_view network, Timestamp now) {
  return reader.count("SELECT count(*) FROM known_network WHERE user_id = ? AND network = ? AND at > ?", user, network,
                      now - kNetworkLife) > 0;
}

void know_network(store::Tx& tx, UserId user, std::string_view network, Timestamp now) {
  tx.run("DELETE FROM known_network WHERE user_id = ? AND at <= ?", user, now - kNetworkLife);
  tx.run(
      "INSERT INTO known_network (user_id, network, at) VALUES (?, ?, ?) "
      "ON CONFLICT (user_id, network) DO UPDATE SET at = excluded.at",
      user, network, now);
}

}  // namespace amends::people
