// What was told of an erased person: deliveries hold the words of messages where an endpoint asked for them. They go,
// with their attempts; what was still to be told of the person is told no more. Tables: webhook_delivery,
// webhook_attempt. Threads: the database's writer.
#pragma once

#include <cstdint>
#include <set>

#include "core/base/ids.h"
#include "core/store/database.h"

namespace amends::webhook {

// `changes` are rows of the change log that were about the person. Walks all deliveries that are kept. How many went.
std::int64_t erase(store::Tx& tx, BrandId brand, const std::set<std::int64_t>& changes,
                   const std::set<MessageId>& messages);

}  // namespace amends::webhook
