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

}  // namespace amends::search
