// What a search may be narrowed by, as words in the index (store::IndexedText::facets), so that a rare combination is
// found as fast as a rare word. Pure. Dates go in by year and month: a range becomes the fewest of them that cover it,
// and the edges are checked on the message itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/model/words.h"

namespace amends::search {

struct Filter;

// A message as a filter sees it.
struct Facts {
  BrandId brand;
  std::string channel;
  model::Direction direction = model::Direction::in;
  model::MessageKind kind = model::MessageKind::mail;
  Timestamp at;
  IdentityId identity;
  std::optional<double> rating;
};

std::vector<std::string> facets_of(const Facts& facts);
bool passes(const Facts& facts, BrandId brand, const Filter& filter);

// All of these, each as any of its facets. A message that passes has them; one that has them may still not pass.
// Nothing: no message can pass.
std::optional<std::vector<std::vector<std::string>>> facets_wanted(BrandId brand, const Filter& filter);

// Neighbouring ids share facets too: blocks of 2^11, 2^14 and 2^17. FTS5 looks at the bounds of an id only when it has
// found a match, so a phrase of common words that never stand together would be looked for to the end of the index;
// with a block required beside it, it stops there.
inline constexpr int kBlockBits[] = {11, 14, 17};
std::vector<std::string> block_facets(MessageId message);
struct Block {
  MessageId oldest;  // its first id
  std::string facet;
};
// The block of a level (an index into kBlockBits) that holds a message.
Block block_of(MessageId message, std::size_t level);

}  // namespace amends::search
