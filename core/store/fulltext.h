// The full-text index: FTS5, contentless with deletes, changed in the same transaction as the message it is about.
// Tokens are Unicode words, case and diacritics folded; CJK text is indexed as overlapping pairs. The message's id is
// the row id, so newest-first reads the index backwards and stops after a page.
//
// FTS5 writes out what it has gathered at every savepoint, and SQLite makes one for many an ordinary statement. So
// put() and remove() only take note; the index is changed in one go just before the commit (Tx::before_commit), which
// makes it several times cheaper. A search inside the same transaction doesn't see it yet.
//
// Table: message_index (virtual), written by core/search alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/store/database.h"

namespace amends::store {

struct IndexedText {
  std::string_view subject;
  std::string_view people;  // names and addresses
  std::string_view text;    // what is new in the message: quoted text was indexed with the message it came from
  std::string_view files;   // attachment names
  // What a search may be narrowed by, as words of their own that no text can contain: "cemail", "m202611". They never
  // meet words of the text, and hold no space.
  std::vector<std::string> facets = {};
};

class Fulltext {
 public:
  // What {fulltext} in a migration stands for.
  static std::string_view definition();
  // In the place of what was indexed under this id before.
  static void put(Tx& tx, MessageId id, const IndexedText& text);
  static void remove(Tx& tx, MessageId id);
  // Words of removed messages stay in the index until a merge passes over them. Merges a part of about `pages` pages;
  // false when nothing is left to merge and nothing removed is in it any more.
  static bool merge(Tx& tx, int pages);
};

// A facet as it stands in a match expression; a word of the text needs no such thing.
std::string facet_word(std::string_view facet);

}  // namespace amends::store
