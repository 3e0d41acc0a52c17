#include "core/events/events.h"

#include <algorithm>

namespace amends::events {
namespace {

constexpr std::string_view kColumns = "id, brand_id, at, what, thread_id, customer_id, subject_id, actor, detail";

Change read_row(store::Row row) {
  Change change;
  change.id = row.integer(0);
  change.brand = row.id<BrandId>(1);
  change.at = row.time(2);
  change.what = row.as<What>(3);
  change.thread = row.id<ThreadId>(4);
  change.customer = row.id<CustomerId>(5);
  change.subject = row.integer(6);
  change.actor = row.string(7);
  change.detail = row.string(8);
  return change;
}

}  // namespace

bool Filter::lets(const Change& change) const {
  if (!change.brand) return installation;
  return all_brands || std::find(brands.begin(), brands.end(), change.brand) != brands.end();
}

std::int64_t append(store::Tx& tx, const Change& change) {
  return tx.insert(
      "INSERT INTO change (brand_id, at, what, thread_id, customer_id, subject_id, actor, detail)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      change.brand, change.at, change.what, change.thread, change.customer, Id<struct SubjectTag>{change.subject},
      change.actor, change.detail.size() > kMaxDetail ? std::string_view() : std::string_view(change.detail));
}

std::vector<Change> after(store::Reader& reader, std::int64_t position, const Filter& filter, int limit,
                          std::int64_t* scanned) {
  static const std::string kSql = "SELECT " + std::string(kColumns) + " FROM change WHERE id > ? ORDER BY id LIMIT ?";
  std::vector<Change> out;
  std::int64_t last = position;
  for (auto q = reader.query(kSql, position, limit); q.next();) {
    Change change = read_row(q.row());
    last = change.id;
    if (filter.lets(change)) out.push_back(std::move(change));
  }
  if (scanned != nullptr) *scanned = last;
  return out;
}

std::optional<Change> find(store::Reader& reader, std::int64_t id) {
  static const std::string kSql = "SELECT " + std::string(kColumns) + " FROM change WHERE id = ?";
  return reader.first(
      kSql, [](store::Row row) { return read_row(row); }, id);
}

Span span(store::Reader& reader) {
  return *reader.first("SELECT (SELECT MIN(id) FROM change), (SELECT MAX(id) FROM change)", [](store::Row row) {
    return Span{row.integer(0), row.integer(1)};
  });
}

bool holds(const Span& span, std::int64_t position) {
  if (span.newest == 0) return position == 0;
  return position >= span.oldest - 1 && position <= span.newest;
}

std::int64_t trim(store::Tx& tx, const Keep& keep, Timestamp now, std::int64_t limit) {
  const auto behind = [&](std::int64_t rows) {
    // The oldest of the `rows` newest: what lies before it has that many younger ones.
    return tx
        .first(
            "SELECT id FROM change ORDER BY id DESC LIMIT 1 OFFSET ?", [](store::Row row) { return row.integer(0); },
            std::max<std::int64_t>(rows, 1) - 1)
        .value_or(0);
  };
  const std::int64_t spare = behind(keep.rows), surplus = behind(keep.most);
  const Timestamp young = now - keep.age;
  std::int64_t last = 0;
  for (auto q = tx.query("SELECT id, at FROM change WHERE id < ? ORDER BY id LIMIT ?", spare, limit); q.next();) {
    const std::int64_t id = q.row().integer(0);
    if (id >= surplus && q.row().time(1) >= young) break;
    last = id;
  }
  return last == 0 ? 0 : tx.run("DELETE FROM change WHERE id <= ?", last);
}

void restart(store::Tx& tx, Timestamp now) {
  const std::int64_t first = std::max(span(tx).newest + 1, now.ms);
  tx.run("DELETE FROM change");
  tx.run("INSERT INTO change (id, at, what, actor, detail) VALUES (?, ?, ?, 'amends', '')", first, now,
         What::log_restarted);
}

}  // namespace amends::events
