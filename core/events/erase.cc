#include "core/events/erase.h"

namespace amends::events {

std::set<std::int64_t> erase(store::Tx& tx, const std::set<ThreadId>& threads, const std::set<CustomerId>& customers) {
  std::set<std::int64_t> theirs;
  for (auto q = tx.query("SELECT id, thread_id, customer_id FROM change"); q.next();) {
    const store::Row row = q.row();
    if (threads.count(row.id<ThreadId>(1)) != 0 || customers.count(row.id<CustomerId>(2)) != 0)
      theirs.insert(row.integer(0));
  }
  for (const std::int64_t id : theirs) tx.run("UPDATE change SET detail = '' WHERE id = ? AND detail <> ''", id);
  return theirs;
}

}  // namespace amends::events
