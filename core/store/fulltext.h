// The full-text index: FTS5, contentless with deletes, changed in the same transaction as the message it is about.
// Tokens are Unicode words, case and diacritics folded; CJK text is indexed as overlapping pairs. The message's id is
// the row id, so newest-first reads the index backwards and stops after a page.
//
// Table: message_index (virtual), written by core/search alone.
#pragma once

#include <string>
#include <string_view>

#include "core/base/ids.h"
#include "core/store/database.h"

namespace amends::store {

struct IndexedText {
  std::string_view subject;
  std::string_view people;  // names and addresses
  std::string_view text;    // what is new in the message: quoted text was indexed with the message it came from
  std::string_view files;   // attachment names
};

class Fulltext {
 public:
  static void create(Tx& tx);
  static void put(Tx& tx, MessageId id, const IndexedText& text);
  static void remove(Tx& tx, MessageId id);
};

}  // namespace amends::store
