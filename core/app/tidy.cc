#include "core/app/tidy.h"

#include "core/ingest/connections.h"
#include "core/webhook/webhooks.h"

namespace amends::app {
namespace {

constexpr std::int64_t kTidiedAtOnce = 2'000;

template <class Trim>
Result<std::int64_t> in_steps(store::Database& db, Trim trim) {
  std::int64_t gone = 0;
  for (std::int64_t last = kTidiedAtOnce; last == kTidiedAtOnce; gone += last) {
    TRY(last, db.write([&](store::Tx& tx) -> Result<std::int64_t> { return trim(tx); }));
  }
  return gone;
}

}  // namespace

Result<std::int64_t> tidy_logs(Hub& hub, const events::Keep& keep) {
  const Timestamp now = hub.clock().now();
  TRY(const std::int64_t changes,
      in_steps(hub.db(), [&](store::Tx& tx) { return events::trim(tx, keep, now, kTidiedAtOnce); }));
  TRY(const std::int64_t deliveries,
      in_steps(hub.db(), [&](store::Tx& tx) { return webhook::trim(tx, now - kKeepDeliveries, kTidiedAtOnce); }));
  TRY(const std::int64_t walks,
      hub.db().write([&](store::Tx& tx) -> Result<std::int64_t> { return ingest::drop_old_walks(tx, now); }));
  return changes + deliveries + walks;
}

}  // namespace amends::app
