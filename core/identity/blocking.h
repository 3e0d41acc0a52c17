// Which pairs are worth comparing. Every record gives several dozen keys (the same e-mail, surname and birth by sound,
// street and number, …); records that share a key meet, and in large groups only neighbours in sorted order do.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/identity/record.h"

namespace amends::identity {

using Pair = std::pair<std::uint32_t, std::uint32_t>;  // positions, first < second

// Ascending and without doubles. All pairs when there are at most 600 records.
std::vector<Pair> candidate_pairs(const Population& population);

// The keys of one record, as 64-bit hashes: stored by the hub to find candidates later.
std::vector<std::uint64_t> blocking_keys(const Population& population, const Record& record);

}  // namespace amends::identity
