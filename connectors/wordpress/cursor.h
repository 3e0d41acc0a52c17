// How far a site's comments were read. WordPress tells neither when a comment was edited nor that one went, so what
// stands there is compared with what stood there before (common/standing): the last days at every pull, everything from
// time to time.
//
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/common/standing/standing.h"
#include "connectors/wordpress/wire.h"
#include "core/base/clock.h"

namespace amends::connectors::wordpress {

// How far behind the newest comment every reading begins: long enough for somebody to approve, mend or remove one.
inline constexpr std::chrono::hours kOverlap{72};

struct Reading {
  Source source = Source::comments;
  std::int64_t page = 1;
  std::optional<Timestamp> after;  // nothing: from the very first
  std::int64_t total = 0;          // what the site counted at the page before; less now: pages moved up
};

struct Cursor {
  standing::Standing standing;
  std::optional<Timestamp> newest;    // of all comments seen
  std::optional<Timestamp> whole_at;  // when the last reading of everything began
  std::optional<Reading> reading;     // the one under way
};

// What is none of ours reads as the start.
Cursor read_cursor(std::string_view text);
std::string write_cursor(const Cursor& cursor);

// The reading that begins now.
Reading next_reading(const Cursor& cursor, Timestamp now, std::chrono::hours whole_every);

}  // namespace amends::connectors::wordpress
