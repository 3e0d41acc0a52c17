// What a row of timeline_entry stands for. Stored: never renumber.
#pragma once

#include <cstdint>

namespace amends::timeline {

enum EntryKind : std::int64_t { kMessageEntry = 0, kEventEntry = 1 };

}  // namespace amends::timeline
