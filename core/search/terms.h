// What a person typed into the search box, understood. Words must all occur; "several words" in quotes stand together
// in that order; a word with a star at its end stands for all that begin so; a minus in front excludes. Nothing else
// has a meaning, and nothing of it ever reaches the index as syntax. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace amends::search {

// Words that stand one after another, folded as the index has them (core/store/tokenizer.h). A mail address or a link
// is such a phrase too.
struct Term {
  std::vector<std::string> words;
  bool prefix = false;  // the last word may go on
  friend bool operator==(const Term&, const Term&) = default;
};

struct Terms {
  std::vector<Term> all;   // wanted, every one of them
  std::vector<Term> none;  // unwanted
};

// invalid: only exclusions, or more than 32 terms. What holds no word at all gives no terms.
Result<Terms> parse(std::string_view typed);

}  // namespace amends::search
