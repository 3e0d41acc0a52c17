#include "core/webhook/erase.h"

#include <vector>

namespace amends::webhook {

std::int64_t erase(store::Tx& tx, BrandId brand, const std::set<std::int64_t>& changes,
                   const std::set<MessageId>& messages) {
  std::vector<std::int64_t> theirs;
  for (auto q = tx.query("SELECT id, change_id, message_id FROM webhook_delivery WHERE brand_id = ?", brand);
       q.next();) {
    const store::Row row = q.row();
    if (changes.count(row.integer(1)) != 0 || messages.count(row.id<MessageId>(2)) != 0)
      theirs.push_back(row.integer(0));
  }
  for (const std::int64_t id : theirs) {
    tx.run("DELETE FROM webhook_attempt WHERE delivery_id = ?", id);
    tx.run("DELETE FROM webhook_delivery WHERE id = ?", id);
  }
  return static_cast<std::int64_t>(theirs.size());
}

}  // namespace amends::webhook
