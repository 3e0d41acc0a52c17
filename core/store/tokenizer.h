// Text into the words that are searched. One rule for what is indexed, for what is asked and for what is marked in a
// result, so that they always agree.
//
// A word is a run of letters, digits and the marks on them: compatibility forms, case and diacritics folded ("Ærø" and
// "aero" are one word). Scripts written without spaces (Han, Kana, Hangul, Thai, Lao, Khmer, Burmese) become
// overlapping pairs of characters; the last of a run also stands alone, so that one character finds every word it is in
// by its prefix. Addresses, links and numbers fall into their parts, and asking for a whole one asks for the parts in
// order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace amends::store {

// Longer ones are cut: nobody types more, and encoded lumps would bloat the index.
inline constexpr std::size_t kLongestWord = 48;

enum class Purpose { index, ask };

// Calls `use(context, 0, bytes, size, start, end)` for every word: the folded word, and where it stood in `text`. Stops
// when it answers other than 0, with that answer. The signature is FTS5's own.
using UseWord = int (*)(void* context, int flags, const char* bytes, int size, int start, int end);
int each_word(std::string_view text, Purpose purpose, void* context, UseWord use);

struct Word {
  std::string folded;
  std::size_t start = 0;  // bytes of the text
  std::size_t end = 0;
  friend bool operator==(const Word&, const Word&) = default;
};
std::vector<Word> words_of(std::string_view text, Purpose purpose);

// In the index, a value that begins with this is a list of words parted by spaces and taken as they are (each begins
// with it too). Text of people never does: see fulltext.h.
inline constexpr char kFacetSign = '\x01';

// Makes the tokenizer known to a connection as "amends". Answers an SQLite code.
int register_tokenizer(sqlite3* connection);

}  // namespace amends::store
