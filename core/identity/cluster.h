// From scored pairs to persons. Plain transitive closure lets one bad pair chain two people into one; here two groups
// join only when their members, taken all together, speak for it, and never over a conflict.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/identity/blocking.h"

namespace amends::identity {

struct Edge {
  std::uint32_t a = 0, b = 0;
  double log_odds = 0;  // bits; pairs below the threshold aren't edges
};

// What any two records say about each other: bits for (positive) or against (negative) one person, 0 when they say
// nothing; conflict when rules forbid it.
struct Opinion {
  double bits = 0;
  bool conflict = false;
};

// Agglomerates along edges from the strongest down. `opinion` is asked for pairs across two groups, also such that
// blocking never proposed. `must` joins come first and are not asked about.
std::vector<std::vector<std::uint32_t>> cluster(std::size_t records, std::vector<Edge> edges,
                                                const std::function<Opinion(std::uint32_t, std::uint32_t)>& opinion,
                                                const std::vector<Pair>& must);

}  // namespace amends::identity
