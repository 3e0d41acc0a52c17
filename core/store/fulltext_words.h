// The words of the full-text index that begin in a certain way. FTS5 can only answer a prefix by reading the postings
// of all of them; this reads just the pages where words stand, so the caller can ask for the words themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/store/database.h"

namespace amends::store {

struct IndexWord {
  std::string word;
  std::int64_t weight = 0;  // bytes of its postings, roughly: how common it is
};

struct IndexWords {
  std::vector<IndexWord> words;  // each once, in the order of their bytes
  bool all = true;               // false: there were so many that only the most common ones are here
};

// REQUIRES: `beginning` is folded as by tokenizer.h and not empty.
IndexWords words_beginning(Reader& reader, std::string_view beginning);

// The words on one leaf page of an FTS5 segment (the format is described in SQLite's fts5_index.c, "Segment leaves"),
// with the bytes from each to the next; the last one's postings may go on after the page. Pure; a damaged page gives
// what was read before the damage.
std::vector<IndexWord> words_on_page(std::string_view page);

}  // namespace amends::store
