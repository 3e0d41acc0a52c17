#include "core/events/erase.h"

#include <vector>

namespace amends::events {

std::int64_t erase(store::Tx& tx, const std::set<ThreadId>& threads, const std::set<CustomerId>& customers) {
  std::vector<std::int64_t> theirs;
  for (auto q = tx.query("SELECT id, thread_id, customer_id FROM change WHERE detail <> ''"); q.next();) {
    const store::Row row = q.row();
    if (threads.count(row.id<ThreadId>(1)) != 0 || customers.count(row.id<CustomerId>(2)) != 0)
      theirs.push_back(row.integer(0));
  }
  for (const std::int64_t id : theirs) tx.run("UPDATE change SET detail = '' WHERE id = ?", id);
  return static_cast<std::int64_t>(theirs.size());
}

}  // namespace amends::events
