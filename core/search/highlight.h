// The piece of a text that shows best why it was found, and where the found words stand in it. Pure: the index keeps no
// text, so the caller brings it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/search/terms.h"

namespace amends::search {

struct Mark {
  std::size_t start = 0, end = 0;  // bytes of the snippet's text
  friend bool operator==(const Mark&, const Mark&) = default;
};

struct Snippet {
  std::string text;         // white space squeezed, "…" where something was left out
  std::vector<Mark> marks;  // ascending, apart from each other
};

// About `most` bytes around the place where the most of `terms` stand close together; the beginning when none does.
Snippet highlight(std::string_view text, std::span<const Term> terms, std::size_t most = 200);

}  // namespace amends::search
