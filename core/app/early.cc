#include "core/app/early.h"

#include <vector>

#include "core/ingest/ingest.h"

namespace amends::app {
namespace {

constexpr int kRecalledAtOnce = 1000;

std::vector<RawItemId> ripe(store::Reader& reader, Timestamp now) {
  std::vector<RawItemId> out;
  // The states: those of a post whose way out isn't over (outbox::awaits_name); 4 is the one in a worker's hands.
  for (auto q = reader.query(
           "SELECT r.id FROM raw_item r WHERE r.state = 4 AND (r.received_at < ?"
           " OR EXISTS (SELECT 1 FROM outbox_update u WHERE u.account_id = r.account_id AND u.external_id = r.waits_for"
           " AND u.external_id <> '' AND u.state <> 4)"
           " OR NOT EXISTS (SELECT 1 FROM outbox_update u WHERE u.account_id = r.account_id AND u.purpose = 0"
           " AND u.state IN (1, 3, 4, 5, 8) AND u.first_try IS NOT NULL"
           " AND (u.external_id = '' OR u.external_id = r.waits_for)))"
           " ORDER BY r.id LIMIT ?",
           now - kEarlyFor, kRecalledAtOnce);
       q.next();) {
    out.push_back(q.row().id<RawItemId>(0));
  }
  return out;
}

}  // namespace

Result<std::int64_t> recall_early(store::Database& database, Timestamp now) {
  const auto find = [now](store::Reader& reader) -> Result<std::vector<RawItemId>> { return ripe(reader, now); };
  TRY(const std::vector<RawItemId> seen, database.read(find));
  if (seen.empty()) return 0;
  return database.write([now](store::Tx& tx) -> Result<std::int64_t> {
    const std::vector<RawItemId> items = ripe(tx, now);
    for (const RawItemId id : items) ingest::set_state(tx, id, ingest::RawState::waiting);
    return static_cast<std::int64_t>(items.size());
  });
}

}  // namespace amends::app
