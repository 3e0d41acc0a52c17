// Facts about posts of ours that come before we know what their site calls them: "delivered" may be told faster than
// the answer to our own request is stored, and a kill may lie between the two. Such an item stays raw
// (ingest::RawState::early) while a post of its account may have gone whose name nobody has told us; then it is placed
// like any other.
//
// Threads: any; what changes goes through the database's one writer.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/store/database.h"

namespace amends::app {

// No longer than this: sites repeat what they could not deliver for up to seven days (Meta's webhooks, WhatsApp).
inline constexpr std::chrono::hours kEarlyFor{24 * 7};

// Those whose post has its name by now, and those that no post can claim any more, wait to be placed again. How many.
Result<std::int64_t> recall_early(store::Database& database, Timestamp now);

}  // namespace amends::app
