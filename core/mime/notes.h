// What had to be repaired and what is odd, a sentence fragment each, said once and never without end.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace amends::mime {

using Notes = std::vector<std::string>;

inline void add_note(Notes& notes, std::string_view text) {
  constexpr std::size_t kMost = 50;
  if (notes.size() >= kMost || std::find(notes.begin(), notes.end(), text) != notes.end()) return;
  notes.emplace_back(text);
}

}  // namespace amends::mime
