// Lines that say who wrote what follows: "On Tue, 3 May 2022 at 10:00, Bob <bob@example.com> wrote:", over one to five
// lines, in the languages of reply_words. Internal to the reply splitter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/mime/reply_lines.h"

namespace amends::mime::reply {

enum class Trust : std::uint8_t {
  none,
  if_quoted,  // reads like one; counts when quoted lines follow
  if_reply,   // the same, with a date: counts in a mail that answers another, too
  sure,       // a date with a time or an address
};

struct Attribution {
  std::size_t end = 0;  // the line after it
  Trust trust = Trust::none;
};

// For each line the attribution that starts there.
std::vector<Attribution> find_attributions(const std::vector<Line>& lines);

}  // namespace amends::mime::reply
