// Threads put right by people. What a person arranged is settled: new messages still come to it, but it is not merged,
// nor taken apart, by itself any more. Every step can be undone, the last one on a thread first, and leaves the threads
// as they were before it.
//
// Tables and threads: see threads.h.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/store/database.h"
#include "core/thread/threads.h"

namespace amends::thread {

// Stored: never renumber.
enum class HandKind : std::uint8_t { move = 0, split = 1, join = 2 };

struct HandMade {
  std::int64_t op = 0;  // what undo takes
  ThreadId thread;      // where the messages are now; of an undo, where they came from
  std::vector<Moved> moved;
  std::vector<ThreadId> touched;  // every thread whose messages changed
};

// One message into another thread of its brand. conflict when it is there already.
Result<HandMade> move(store::Tx& tx, MessageId message, ThreadId to);
// Messages of one thread into a new one that bears `subject`. conflict when nothing would stay behind.
Result<HandMade> split(store::Tx& tx, const std::vector<MessageId>& messages, std::string_view subject);
// All of `gone` into `into`.
Result<HandMade> join(store::Tx& tx, ThreadId into, ThreadId gone);
// Takes a step back. What came since goes with the message it answers. conflict when a later step on one of its threads
// still stands, or it was undone before.
Result<HandMade> undo(store::Tx& tx, std::int64_t op);
// The same, of this brand's steps alone: not_found for another's, as for none.
Result<HandMade> undo(store::Tx& tx, BrandId brand, std::int64_t op);
// The last step on a thread that still stands; 0 when there is none.
std::int64_t last_step(store::Reader& reader, ThreadId thread);

}  // namespace amends::thread
