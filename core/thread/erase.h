// Taking messages out of their threads for good, for an erasure: their nodes, the hashes they can be met by, who took
// part because of them. Tables and threads: as threads.h.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/store/database.h"

namespace amends::thread {

struct AfterErasure {
  std::vector<ThreadId> emptied;  // they keep their number, which reply addresses bear, and nothing else
  std::vector<ThreadId> changed;
};
// `subject_of` gives the subject of the message that a thread begins with now.
AfterErasure erase(store::Tx& tx, BrandId brand, const std::set<MessageId>& messages,
                   const std::function<std::string(MessageId)>& subject_of);

}  // namespace amends::thread
