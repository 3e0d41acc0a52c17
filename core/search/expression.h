// What FTS5 is asked for a search: terms and facets as its expression, the rarest part first, and where matches can
// lie. Everything of a person stands in it quoted.
#pragma once

#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/search/facets.h"
#include "core/search/terms.h"
#include "core/store/database.h"

namespace amends::search {

// A term as FTS5 reads it.
struct Phrases {
  std::string expression;
  int count = 1;
  bool single_word = false;
  bool all = true;     // false: some words that begin so were left out
  bool small = false;  // known to be in few messages
  int first = 0;       // the number of its first phrase in the whole expression
};

struct Expression {
  std::string wanted;
  std::string unwanted;         // empty: nothing is
  std::vector<Phrases> groups;  // of the wanted terms
  bool all = true;
  bool small = false;        // so few messages can match that they are looked through in one go
  MessageId newest, oldest;  // no match lies outside

  std::string whole() const;
  // What matches inside a block of ids.
  std::string within(const Block& block) const;
};

Expression expression_of(store::Reader& reader, const Terms& terms, std::vector<std::vector<std::string>> facets,
                         MessageId newest);

}  // namespace amends::search
