// The answer somebody wrote may be out of date by the time they send it: a send carries the version of the thread its
// author saw, and is refused with what is new when the thread has moved on.
//
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/model/words.h"

namespace amends::outbox {

// What came into the thread after the version its author saw.
struct Newcomer {
  MessageId message;
  model::Direction direction = model::Direction::in;
  std::string author;
  Timestamp at;
  std::string preview;
};

// conflict when `seen` is not `current`; the hint lists the newcomers, newest last, so that the person can read them
// where they wrote. 0 for `seen` means that the author asked to send whatever happened.
Result<Done> check_unmoved(std::int64_t seen, std::int64_t current, const std::vector<Newcomer>& newcomers);

}  // namespace amends::outbox
