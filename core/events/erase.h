// What the change log says of an erased person: the rows stay, because positions in it were given out, and say no more
// than that something changed. Table and threads: as events.h.
#pragma once

#include <cstdint>
#include <set>

#include "core/base/ids.h"
#include "core/store/database.h"

namespace amends::events {

// Walks the whole log: some hundred milliseconds for its longest. The ids of all rows about them.
std::set<std::int64_t> erase(store::Tx& tx, const std::set<ThreadId>& threads, const std::set<CustomerId>& customers);

}  // namespace amends::events
