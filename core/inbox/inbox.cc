#include "core/inbox/inbox.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "core/base/text.h"

namespace amends::inbox {
namespace {

constexpr std::string_view kRowColumns =
    "i.thread_id, i.identity_id, i.status, i.awaiting, i.unread, i.owner, i.snooze_until, i.last_at, "
    "i.last_message_id, "
    "m.channel, m.author, m.subject, m.preview, m.kind, m.direction, m.rating, m.visibility";

Row row_from(store::Row r) {
  Row out;
  out.thread = r.id<ThreadId>(0);
  out.identity = r.id<IdentityId>(1);
  out.status = r.as<Status>(2);
  out.awaiting = r.boolean(3);
  out.unread = r.boolean(4);
  out.owner = r.string(5);
  if (!r.is_null(6)) out.snooze_until = r.time(6);
  out.last_at = r.time(7);
  out.last_message = r.id<MessageId>(8);
  out.channel = r.string(9);
  out.author = r.string(10);
  out.subject = r.string(11);
  out.preview = r.string(12);
  out.kind = r.as<model::MessageKind>(13);
  out.direction = r.as<model::Direction>(14);
  if (!r.is_null(15)) out.rating = r.real(15);
  out.visibility = r.as<model::Visibility>(16);
  return out;
}

// The condition of a view, each served by an index of its own but for those that look at the last message.
struct Condition {
  View view;
  std::string_view sql;
  bool takes_user;
  std::string_view of_message = {};  // a further condition on the last message; its ? is kQuestion
};
constexpr std::string_view kQuestion = "%?%";
constexpr std::int64_t kLooksAt = 5000;  // threads, when such a view is counted
constexpr Condition kConditions[] = {
    {View::waiting, "i.status = 0 AND i.awaiting = 1", false},
    {View::unowned, "i.status = 0 AND i.awaiting = 1 AND i.owner IS NULL", false},
    {View::mine, "i.status = 0 AND i.owner = ?", true},
    {View::open, "i.status = 0", false},
    {View::snoozed, "i.status = 1", false},
    {View::closed, "i.status = 2", false},
    {View::everything, "i.status IN (0, 1, 2)", false},  // for counting; pages are put together from the three
    {View::questions_praise, "i.status = 0 AND i.awaiting = 1", false,
     "(m.rating >= 4 OR (m.rating IS NULL AND m.subject || ' ' || m.preview LIKE ?))"},
    {View::unthreaded,
     "i.status = 0 AND (EXISTS (SELECT 1 FROM thread_link l WHERE l.brand_id = i.brand_id AND l.thread_id = "
     "i.thread_id) "
     "OR EXISTS (SELECT 1 FROM thread_link l WHERE l.brand_id = i.brand_id AND l.other_id = i.thread_id))",
     false},
};

const Condition& condition_of(View view) { return kConditions[static_cast<std::size_t>(view)]; }

Error no_thread(ThreadId thread) { return fail(Kind::not_found, "there is no thread " + std::to_string(thread.value)); }

bool exists(store::Reader& reader, ThreadId thread) {
  return reader.count("SELECT COUNT(*) FROM inbox_thread WHERE thread_id = ?", thread) != 0;
}

BrandId brand_of(store::Reader& reader, ThreadId thread) {
  return reader
      .first(
          "SELECT brand_id FROM inbox_thread WHERE thread_id = ?", [](store::Row r) { return r.id<BrandId>(0); },
          thread)
      .value_or(BrandId{});
}

// `changed` rows of an update whose WHERE names what would change: none may mean "no such thread" or "was so already".
Result<bool> changed_or_missing(store::Tx& tx, ThreadId thread, std::int64_t changed) {
  if (changed > 0) return true;
  if (!exists(tx, thread)) return no_thread(thread);
  return false;
}

}  // namespace

void touch(store::Tx& tx, const Touch& t, Status fresh) {
  // A thread that is new takes `fresh`; a known one is opened again when a person wrote, and otherwise stays as it is.
  tx.run(
      "INSERT INTO inbox_thread (thread_id, brand_id, identity_id, last_message_id, last_at, status, awaiting, unread) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (thread_id) DO UPDATE SET identity_id = excluded.identity_id, "
      "last_message_id = excluded.last_message_id, last_at = excluded.last_at, awaiting = excluded.awaiting",
      t.thread, t.brand, t.identity, t.last_message, t.last_at, fresh, t.awaiting,
      t.new_inbound && fresh == Status::open);
  if (t.new_inbound && fresh == Status::open) {
    tx.run("UPDATE inbox_thread SET status = 0, snooze_until = NULL, unread = 1 WHERE thread_id = ?", t.thread);
  } else if (t.new_outbound) {
    tx.run("UPDATE inbox_thread SET unread = 0 WHERE thread_id = ? AND unread = 1", t.thread);
  }
}

void replace(store::Tx& tx, ThreadId gone, ThreadId into) {
  tx.run(
      "INSERT INTO thread_tag (brand_id, tag, thread_id) SELECT brand_id, tag, ? FROM thread_tag WHERE thread_id = ? "
      "ON CONFLICT DO NOTHING",
      into, gone);
  tx.run("DELETE FROM thread_tag WHERE thread_id = ?", gone);
  tx.run("UPDATE note SET thread_id = ? WHERE thread_id = ?", into, gone);
  tx.run(
      "UPDATE inbox_thread SET owner = (SELECT g.owner FROM inbox_thread g WHERE g.thread_id = ?) "
      "WHERE thread_id = ? AND owner IS NULL",
      gone, into);
  tx.run("DELETE FROM inbox_thread WHERE thread_id = ?", gone);
}

void forget(store::Tx& tx, ThreadId thread) { tx.run("DELETE FROM inbox_thread WHERE thread_id = ?", thread); }

namespace {

// The index knows the order within one status only, so a page over all is the three of them side by side.
Page page_of_all(store::Reader& reader, BrandId brand, std::string_view tag, const Before& before, int limit) {
  Page out;
  bool more = false;
  for (const View view : {View::open, View::snoozed, View::closed}) {
    Page one = page(reader, brand, view, "", tag, before, limit);
    more = more || one.next.has_value();
    std::move(one.rows.begin(), one.rows.end(), std::back_inserter(out.rows));
  }
  std::sort(out.rows.begin(), out.rows.end(), [](const Row& a, const Row& b) {
    return std::tuple(b.last_at, b.thread.value) < std::tuple(a.last_at, a.thread.value);
  });
  if (more || out.rows.size() > static_cast<std::size_t>(limit)) {
    out.rows.resize(std::min(out.rows.size(), static_cast<std::size_t>(limit)));
    if (!out.rows.empty()) out.next = Before{out.rows.back().last_at, out.rows.back().thread.value};
  }
  return out;
}

}  // namespace

Page page(store::Reader& reader, BrandId brand, View view, std::string_view user, std::string_view tag,
          const Before& before, int limit) {
  if (view == View::everything) return page_of_all(reader, brand, tag, before, limit);
  const Condition& condition = condition_of(view);
  std::string sql = "SELECT " + std::string(kRowColumns) +
                    " FROM inbox_thread i JOIN message m ON m.id = i.last_message_id WHERE i.brand_id = ? AND " +
                    std::string(condition.sql);
  std::vector<store::Value> values{brand};
  if (condition.takes_user) values.emplace_back(user);
  if (!condition.of_message.empty()) {
    sql += " AND " + std::string(condition.of_message);
    values.emplace_back(kQuestion);
  }
  if (!tag.empty()) {
    sql += " AND EXISTS (SELECT 1 FROM thread_tag g WHERE g.thread_id = i.thread_id AND g.tag = ?)";
    values.emplace_back(tag);
  }
  sql += " AND (i.last_at, i.thread_id) < (?, ?) ORDER BY i.last_at DESC, i.thread_id DESC LIMIT ?";
  values.emplace_back(before.at);
  values.emplace_back(before.thread);
  values.emplace_back(limit + 1);

  Page out;
  for (auto q = reader.query_with(sql, values); q.next();) {
    if (static_cast<int>(out.rows.size()) == limit) {
      out.next = Before{out.rows.back().last_at, out.rows.back().thread.value};
      break;
    }
    out.rows.push_back(row_from(q.row()));
  }
  return out;
}

std::int64_t count(store::Reader& reader, BrandId brand, View view, std::string_view user, std::int64_t cap) {
  const Condition& condition = condition_of(view);
  std::string rows =
      "SELECT i.last_message_id FROM inbox_thread i WHERE i.brand_id = ? AND " + std::string(condition.sql);
  std::vector<store::Value> values{brand};
  if (condition.takes_user) values.emplace_back(user);
  if (!condition.of_message.empty()) {
    rows = "SELECT 1 FROM (" + rows +
           " ORDER BY i.last_at DESC, i.thread_id DESC LIMIT ?) AS n JOIN message m ON m.id = " +
           "n.last_message_id WHERE " + std::string(condition.of_message);
    values.emplace_back(kLooksAt);
    values.emplace_back(kQuestion);
  }
  const std::string sql = "SELECT COUNT(*) FROM (" + rows + " LIMIT ?) AS capped";
  values.emplace_back(cap);
  auto q = reader.query_with(sql, values);
  return q.next() ? q.row().integer(0) : 0;
}

Result<bool> assign(store::Tx& tx, ThreadId thread, std::string_view owner) {
  const std::int64_t changed =
      owner.empty() ? tx.run("UPDATE inbox_thread SET owner = NULL WHERE thread_id = ? AND owner IS NOT NULL", thread)
                    : tx.run("UPDATE inbox_thread SET owner = ? WHERE thread_id = ? AND (owner IS NULL OR owner <> ?)",
                             owner, thread, owner);
  return changed_or_missing(tx, thread, changed);
}

Result<bool> close(store::Tx& tx, ThreadId thread) {
  return changed_or_missing(
      tx, thread,
      tx.run("UPDATE inbox_thread SET status = 2, snooze_until = NULL, unread = 0 WHERE thread_id = ? AND status <> 2",
             thread));
}

Result<bool> reopen(store::Tx& tx, ThreadId thread) {
  return changed_or_missing(
      tx, thread,
      tx.run("UPDATE inbox_thread SET status = 0, snooze_until = NULL WHERE thread_id = ? AND status <> 0", thread));
}

Result<bool> snooze(store::Tx& tx, ThreadId thread, Timestamp until) {
  return changed_or_missing(
      tx, thread, tx.run("UPDATE inbox_thread SET status = 1, snooze_until = ? WHERE thread_id = ?", until, thread));
}

Result<bool> set_unread(store::Tx& tx, ThreadId thread, bool unread) {
  return changed_or_missing(
      tx, thread,
      tx.run("UPDATE inbox_thread SET unread = ? WHERE thread_id = ? AND unread <> ?", unread, thread, unread));
}

Result<bool> tag(store::Tx& tx, ThreadId thread, std::string_view tag) {
  tag = text::trim(tag);
  if (tag.empty() || tag.size() > 60 || tag.find(',') != tag.npos || !text::is_utf8(tag)) {
    return fail(Kind::invalid, "a tag has 1 to 60 bytes and no comma");
  }
  const BrandId brand = brand_of(tx, thread);
  if (!brand) return no_thread(thread);
  return tx.run("INSERT INTO thread_tag (brand_id, tag, thread_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", brand, tag,
                thread) > 0;
}

Result<bool> untag(store::Tx& tx, ThreadId thread, std::string_view tag) {
  const BrandId brand = brand_of(tx, thread);
  if (!brand) return no_thread(thread);
  return tx.run("DELETE FROM thread_tag WHERE brand_id = ? AND tag = ? AND thread_id = ?", brand, text::trim(tag),
                thread) > 0;
}

std::vector<std::string> tags(store::Reader& reader, ThreadId thread) {
  std::vector<std::string> out;
  for (auto q = reader.query("SELECT tag FROM thread_tag WHERE thread_id = ? ORDER BY tag", thread); q.next();) {
    out.push_back(q.row().string(0));
  }
  return out;
}

std::vector<ThreadId> wake_due(store::Tx& tx, Timestamp now) {
  std::vector<ThreadId> due;
  for (auto q =
           tx.query("SELECT thread_id FROM inbox_thread WHERE snooze_until IS NOT NULL AND snooze_until <= ?", now);
       q.next();) {
    due.push_back(q.row().id<ThreadId>(0));
  }
  for (const ThreadId thread : due) {
    tx.run("UPDATE inbox_thread SET status = 0, snooze_until = NULL, unread = 1 WHERE thread_id = ?", thread);
  }
  return due;
}

Result<std::int64_t> add_note(store::Tx& tx, ThreadId thread, std::string_view author, std::string_view words,
                              Timestamp now) {
  if (text::trim(words).empty()) return fail(Kind::invalid, "the note is empty");
  const BrandId brand = brand_of(tx, thread);
  if (!brand) return no_thread(thread);
  return tx.insert("INSERT INTO note (brand_id, thread_id, author, at, text) VALUES (?, ?, ?, ?, ?)", brand, thread,
                   author, now, words);
}

std::vector<Note> notes(store::Reader& reader, ThreadId thread) {
  std::vector<Note> out;
  for (auto q = reader.query("SELECT id, author, at, text FROM note WHERE thread_id = ? ORDER BY at, id", thread);
       q.next();) {
    const store::Row r = q.row();
    out.push_back({r.integer(0), r.string(1), r.time(2), r.string(3)});
  }
  return out;
}

std::vector<std::pair<ThreadId, Note>> notes(store::Reader& reader, std::span<const ThreadId> threads) {
  std::vector<std::pair<ThreadId, Note>> out;
  for (auto at = threads.begin(); at != threads.end();) {
    // Few threads bear notes: from one that does to the next.
    const auto bears = reader.first(
        "SELECT thread_id FROM note WHERE thread_id >= ? ORDER BY thread_id LIMIT 1",
        [](store::Row r) { return r.id<ThreadId>(0); }, *at);
    if (!bears) break;
    at = std::lower_bound(at, threads.end(), *bears);
    if (at == threads.end() || *at != *bears) continue;
    for (Note& note : notes(reader, *at)) out.emplace_back(*at, std::move(note));
    ++at;
  }
  return out;
}

Result<Done> save_draft(store::Tx& tx, ThreadId thread, std::string_view author, const Draft& draft) {
  const BrandId brand = brand_of(tx, thread);
  if (!brand) return no_thread(thread);
  tx.run(
      "INSERT INTO draft (thread_id, author, brand_id, saved_at, thread_version, text) VALUES (?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (thread_id, author) DO UPDATE SET saved_at = excluded.saved_at, text = excluded.text",
      thread, author, brand, draft.saved_at, draft.thread_version, draft.text);
  return Done{};
}

std::optional<Draft> draft(store::Reader& reader, ThreadId thread, std::string_view author) {
  return reader.first(
      "SELECT text, thread_version, saved_at FROM draft WHERE thread_id = ? AND author = ?",
      [](store::Row r) {
        return Draft{r.string(0), r.integer(1), r.time(2)};
      },
      thread, author);
}

void discard_draft(store::Tx& tx, ThreadId thread, std::string_view author) {
  tx.run("DELETE FROM draft WHERE thread_id = ? AND author = ?", thread, author);
}

std::optional<Row> find(store::Reader& reader, ThreadId thread) {
  static const std::string sql =
      "SELECT " + std::string(kRowColumns) +
      " FROM inbox_thread i JOIN message m ON m.id = i.last_message_id WHERE i.thread_id = ?";
  return reader.first(sql, row_from, thread);
}

}  // namespace amends::inbox
