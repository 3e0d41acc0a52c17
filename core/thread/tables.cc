#include "core/thread/tables.h"

#include <algorithm>
#include <set>
#include <utility>

namespace amends::thread::tables {
namespace {

constexpr int kNodeColumns = 7;
#define AMENDS_NODE_COLUMNS "n.message_id, n.thread_id, n.at, n.received_at, n.flags, n.sender, n.links"

Node node_of(store::Row r, int from = 0) {
  Node n;
  n.message = r.integer(from);
  n.thread = r.integer(from + 1);
  n.at = r.time(from + 2);
  n.received_at = r.time(from + 3);
  n.set_flags(r.integer(from + 4));
  n.sender = r.integer(from + 5);
  n.set_links(r.blob(from + 6));
  return n;
}

std::vector<Met> met(store::Query q) {
  std::vector<Met> out;
  while (q.next()) out.push_back({node_of(q.row()), q.row().as<Role>(kNodeColumns)});
  return out;
}

#define AMENDS_THREAD_COLUMNS                                                                                    \
  "id, brand_id, account_id, subject, first_at, last_at, last_direction, last_in_at, last_out_at, last_ask_at, " \
  "messages, version, settled, merged_into"

std::optional<Timestamp> time_or_none(store::Row r, int column) {
  if (r.is_null(column)) return {};
  return r.time(column);
}

Summary summary_of(store::Row r) {
  Summary s;
  s.id = r.id<ThreadId>(0);
  s.brand = r.id<BrandId>(1);
  s.account = r.id<AccountId>(2);
  s.subject = r.string(3);
  s.first_at = r.time(4);
  s.last_at = r.time(5);
  s.last_direction = r.as<model::Direction>(6);
  s.last_in_at = time_or_none(r, 7);
  s.last_out_at = time_or_none(r, 8);
  s.last_ask_at = time_or_none(r, 9);
  s.messages = r.integer(10);
  s.version = r.integer(11);
  s.settled = r.boolean(12);
  s.merged_into = r.id<ThreadId>(13);
  return s;
}

// Of two at the same time ours is the last word.
void keep_last(Summary& s, bool first, Timestamp at, model::Direction direction) {
  if (!first && (at < s.last_at || (at == s.last_at && s.last_direction == model::Direction::out))) return;
  s.last_at = at;
  s.last_direction = direction;
}

void keep_latest(std::optional<Timestamp>& latest, Timestamp at) {
  if (!latest || *latest < at) latest = at;
}

}  // namespace

// The limits stand in the text: SQLite prepares a statement with a bare `LIMIT ?` anew on every run.
static_assert(kMaxBearers == 8 && kMaxMeeting == 24);
#define AMENDS_MET              \
  "SELECT " AMENDS_NODE_COLUMNS \
  ", k.role FROM thread_key k JOIN thread_node n ON n.message_id = k.message_id WHERE k.brand_id = ? AND k.key = ?"

std::vector<Met> bearing(store::Reader& reader, BrandId brand, Hash key) {
  return met(reader.query(AMENDS_MET " AND k.role = 0 ORDER BY k.message_id LIMIT 8", brand, key));
}

std::vector<Met> bearing_or_naming(store::Reader& reader, BrandId brand, Hash key) {
  return met(reader.query(AMENDS_MET " AND k.role <= 2 ORDER BY k.role, k.message_id LIMIT 24", brand, key));
}

std::vector<Met> speaking_or_asking(store::Reader& reader, BrandId brand, Hash key) {
  return met(reader.query(AMENDS_MET " AND k.role >= 3 ORDER BY k.role, k.message_id LIMIT 24", brand, key));
}

std::vector<Met> asking(store::Reader& reader, BrandId brand, Hash key) {
  return met(reader.query(AMENDS_MET " AND k.role = 4 ORDER BY k.message_id LIMIT 24", brand, key));
}

std::optional<Node> node(store::Reader& reader, std::int64_t message) {
  return reader.first(
      "SELECT " AMENDS_NODE_COLUMNS " FROM thread_node n WHERE n.message_id = ?",
      [](store::Row r) { return node_of(r); }, message);
}

std::vector<Node> nodes_in(store::Reader& reader, std::int64_t thread, int limit) {
  std::vector<Node> out;
  for (auto q = reader.query("SELECT " AMENDS_NODE_COLUMNS
                             " FROM thread_node n WHERE n.thread_id = ? ORDER BY n.message_id LIMIT (? + 0)",
                             thread, limit);
       q.next();) {
    out.push_back(node_of(q.row()));
  }
  return out;
}

void insert_node(store::Tx& tx, BrandId brand, const Node& n) {
  const std::string links = n.links();
  tx.run(
      "INSERT INTO thread_node (message_id, brand_id, thread_id, at, received_at, flags, sender, links)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      n.message, brand, n.thread, n.at, n.received_at, n.flags(), n.sender, store::Blob{links});
}

void update_flags(store::Tx& tx, const Node& n) {
  tx.run("UPDATE thread_node SET flags = ? WHERE message_id = ?", n.flags(), n.message);
}

void rename(store::Tx& tx, BrandId brand, Node& n, Hash id) {
  tx.run("DELETE FROM thread_key WHERE brand_id = ? AND key = ? AND role = ? AND message_id = ?", brand, n.id,
         Role::bears, n.message);
  n.id = id;
  const std::string links = n.links();
  tx.run("UPDATE thread_node SET links = ? WHERE message_id = ?", store::Blob{links}, n.message);
  insert_key(tx, brand, id, Role::bears, n.message);
}

void forget_whole(store::Tx& tx, BrandId brand, Node& n) {
  for (std::size_t r = 0; r < n.references.size(); ++r) {
    insert_key(tx, brand, n.references[r], r == n.parent ? Role::answers : Role::names, n.message);
  }
  if (std::exchange(n.whole, false)) update_flags(tx, n);
}

void set_thread(store::Tx& tx, std::int64_t message, std::int64_t thread) {
  tx.run("UPDATE thread_node SET thread_id = ? WHERE message_id = ?", thread, message);
}

void insert_key(store::Tx& tx, BrandId brand, Hash key, Role role, std::int64_t message) {
  tx.run("INSERT INTO thread_key (brand_id, key, role, message_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", brand,
         key, role, message);
}

bool takes_part(store::Reader& reader, BrandId brand, std::int64_t thread, Hash person) {
  auto q =
      reader.query("SELECT 1 FROM thread_person WHERE brand_id = ? AND thread_id = ? AND person = ? AND message_id = 0",
                   brand, thread, person);
  return q.next();
}

bool insert_person(store::Tx& tx, BrandId brand, std::int64_t thread, Hash person, std::int64_t message) {
  return tx.run(
             "INSERT INTO thread_person (brand_id, thread_id, person, message_id) VALUES (?, ?, ?, ?)"
             " ON CONFLICT DO NOTHING",
             brand, thread, person, message) != 0;
}

std::vector<Person> people(store::Reader& reader, BrandId brand, std::int64_t thread) {
  std::vector<Person> out;
  for (auto q = reader.query("SELECT person, message_id FROM thread_person WHERE brand_id = ? AND thread_id = ?", brand,
                             thread);
       q.next();) {
    out.push_back({q.row().integer(0), q.row().integer(1)});
  }
  return out;
}

std::vector<std::int64_t> take_waiting(store::Tx& tx, BrandId brand, std::int64_t thread, Hash person,
                                       std::size_t limit) {
  std::vector<std::int64_t> out;
  for (auto q = tx.query("SELECT message_id FROM thread_person WHERE brand_id = ? AND thread_id = ? AND person = ?"
                         " AND message_id > 0 ORDER BY message_id LIMIT (? + 0)",
                         brand, thread, person, limit);
       q.next();) {
    out.push_back(q.row().integer(0));
  }
  for (const auto message : out) {
    tx.run("DELETE FROM thread_person WHERE brand_id = ? AND thread_id = ? AND person = ? AND message_id = ?", brand,
           thread, person, message);
  }
  return out;
}

void delete_people(store::Tx& tx, BrandId brand, std::int64_t thread) {
  tx.run("DELETE FROM thread_person WHERE brand_id = ? AND thread_id = ?", brand, thread);
}

void rebuild_people(store::Tx& tx, BrandId brand, std::int64_t thread, const std::vector<Node>& nodes) {
  tx.run("DELETE FROM thread_person WHERE brand_id = ? AND thread_id = ? AND message_id = 0", brand, thread);
  std::set<Hash> in;
  for (const Node& n : nodes) {
    for (const Hash person : lets_in(n)) in.insert(person);
  }
  for (const Hash person : in) insert_person(tx, brand, thread, person, 0);
}

std::int64_t insert_thread(store::Tx& tx, BrandId brand, AccountId account, std::string_view subject,
                           const Node& first) {
  return tx.insert(
      "INSERT INTO thread (brand_id, account_id, subject, first_at, last_at, last_direction, last_in_at, last_out_at,"
      " last_ask_at, messages, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1)",
      brand, account, subject, first.at, first.at, first.own ? model::Direction::out : model::Direction::in,
      first.own ? std::nullopt : std::optional(first.at), first.own ? std::optional(first.at) : std::nullopt,
      first.asks ? std::optional(first.at) : std::nullopt);
}

Summary count_in(store::Tx& tx, const Node& n) {
  const auto direction = n.own ? model::Direction::out : model::Direction::in;
  const std::optional<Timestamp> in = n.own ? std::nullopt : std::optional(n.at);
  const std::optional<Timestamp> out = n.own ? std::optional(n.at) : std::nullopt;
  const std::optional<Timestamp> ask = n.asks ? std::optional(n.at) : std::nullopt;
  return tx
      .first(
          "UPDATE thread SET messages = messages + 1, version = version + 1,"
          " first_at = CASE WHEN first_at > ? THEN ? ELSE first_at END,"
          " last_direction = CASE WHEN last_at > ? OR (last_at = ? AND last_direction = 1) THEN last_direction ELSE ? "
          "END,"
          " last_at = CASE WHEN last_at > ? THEN last_at ELSE ? END,"
          " last_in_at = CASE WHEN last_in_at >= COALESCE(?, last_in_at) THEN last_in_at ELSE COALESCE(?, last_in_at) "
          "END,"
          " last_out_at ="
          " CASE WHEN last_out_at >= COALESCE(?, last_out_at) THEN last_out_at ELSE COALESCE(?, last_out_at) END,"
          " last_ask_at ="
          " CASE WHEN last_ask_at >= COALESCE(?, last_ask_at) THEN last_ask_at ELSE COALESCE(?, last_ask_at) END"
          " WHERE id = ? RETURNING " AMENDS_THREAD_COLUMNS,
          [](store::Row r) { return summary_of(r); }, n.at, n.at, n.at, n.at, direction, n.at, n.at, in, in, out, out,
          ask, ask, n.thread)
      .value_or(Summary{});
}

void store(store::Tx& tx, const Summary& s) {
  tx.run(
      "UPDATE thread SET subject = ?, first_at = ?, last_at = ?, last_direction = ?, last_in_at = ?, last_out_at = ?,"
      " last_ask_at = ?, messages = ?, version = ?, settled = ?, merged_into = ? WHERE id = ?",
      s.subject, s.first_at, s.last_at, s.last_direction, s.last_in_at, s.last_out_at, s.last_ask_at, s.messages,
      s.version, s.settled, s.merged_into, s.id);
}

Summary recount(store::Tx& tx, Summary s, const std::vector<Node>& nodes) {
  s.messages = static_cast<std::int64_t>(nodes.size());
  ++s.version;
  s.last_in_at = s.last_out_at = s.last_ask_at = std::nullopt;
  // A thread of nothing else is as young as what was never said in it.
  const bool silent = std::all_of(nodes.begin(), nodes.end(), [](const Node& n) { return n.unsaid; });
  bool first = true, first_word = true;
  for (const Node& n : nodes) {
    if (first || n.at < s.first_at) s.first_at = n.at;
    first = false;
    if (n.unsaid && !silent) continue;
    keep_last(s, first_word, n.at, n.own ? model::Direction::out : model::Direction::in);
    first_word = false;
    if (n.unsaid) continue;
    keep_latest(n.own ? s.last_out_at : s.last_in_at, n.at);
    if (n.asks) keep_latest(s.last_ask_at, n.at);
  }
  store(tx, s);
  return s;
}

void insert_link(store::Tx& tx, BrandId brand, const Suggestion& s) {
  tx.run(
      "INSERT INTO thread_link (brand_id, thread_id, other_id, reason, message_id) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING",
      brand, s.thread, s.other, s.reason, s.message);
}

void move_links(store::Tx& tx, BrandId brand, std::int64_t from, std::int64_t to) {
  tx.run(
      "INSERT INTO thread_link (brand_id, thread_id, other_id, reason, message_id)"
      " SELECT brand_id, ?, other_id, reason, message_id FROM thread_link WHERE brand_id = ? AND thread_id = ?"
      " AND other_id <> ? ON CONFLICT DO NOTHING",
      to, brand, from, to);
  tx.run(
      "INSERT INTO thread_link (brand_id, thread_id, other_id, reason, message_id)"
      " SELECT brand_id, thread_id, ?, reason, message_id FROM thread_link WHERE brand_id = ? AND other_id = ?"
      " AND thread_id <> ? ON CONFLICT DO NOTHING",
      to, brand, from, to);
  tx.run("DELETE FROM thread_link WHERE brand_id = ? AND thread_id = ?", brand, from);
  tx.run("DELETE FROM thread_link WHERE brand_id = ? AND other_id = ?", brand, from);
}

}  // namespace amends::thread::tables

namespace amends::thread {

std::optional<Summary> summary(store::Reader& reader, ThreadId thread) {
  return reader.first(
      "SELECT " AMENDS_THREAD_COLUMNS " FROM thread WHERE id = ?", [](store::Row r) { return tables::summary_of(r); },
      thread);
}

std::int64_t move_version(store::Tx& tx, ThreadId thread) {
  tx.run("UPDATE thread SET version = version + 1 WHERE id = ?", thread);
  return tx.count("SELECT version FROM thread WHERE id = ?", thread);
}

ThreadId current(store::Reader& reader, ThreadId thread) {
  // A merge only ever points to a thread that had not gone, so this ends.
  for (;;) {
    const auto next = reader.first(
        "SELECT merged_into FROM thread WHERE id = ?", [](store::Row r) { return r.id<ThreadId>(0); }, thread);
    if (!next || !*next) return thread;
    thread = *next;
  }
}

std::vector<MessageId> messages(store::Reader& reader, ThreadId thread) {
  std::vector<MessageId> out;
  for (auto q = reader.query("SELECT message_id FROM thread_node WHERE thread_id = ? ORDER BY message_id", thread);
       q.next();) {
    out.push_back(q.row().id<MessageId>(0));
  }
  return out;
}

std::vector<Suggestion> suggestions(store::Reader& reader, ThreadId thread, int limit) {
  std::vector<Suggestion> out;
  const auto about = summary(reader, current(reader, thread));
  if (!about) return out;
  thread = about->id;
  for (auto q = reader.query("SELECT other_id, reason, message_id FROM thread_link WHERE brand_id = ? AND thread_id = ?"
                             " UNION ALL "
                             "SELECT thread_id, reason, message_id FROM thread_link WHERE brand_id = ? AND other_id = ?"
                             " ORDER BY 1 DESC LIMIT (? + 0)",
                             about->brand, thread, about->brand, thread, limit);
       q.next();) {
    const auto r = q.row();
    out.push_back({thread, r.id<ThreadId>(0), r.as<Reason>(1), r.id<MessageId>(2)});
  }
  // What a person joined since suggests nothing any more.
  for (auto& s : out) s.other = current(reader, s.other);
  out.erase(std::remove_if(out.begin(), out.end(), [](const Suggestion& s) { return s.other == s.thread; }), out.end());
  return out;
}

void dismiss(store::Tx& tx, ThreadId thread, ThreadId other) {
  const auto about = summary(tx, thread);
  if (!about) return;
  for (const auto& [a, b] : {std::pair(thread, other), std::pair(other, thread)}) {
    tx.run("DELETE FROM thread_link WHERE brand_id = ? AND thread_id = ? AND other_id = ?", about->brand, a, b);
  }
}

}  // namespace amends::thread
