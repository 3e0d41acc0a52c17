// Customers and their identities, gone for good, for an erasure. A customer's number is never given to somebody else:
// its row stays, empty and in no brand. Tables and threads: as identities.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/store/database.h"

namespace amends::identity {

// Of a brand, for a look at each: a restored backup is searched for whom somebody had erased since.
struct Handle {
  IdentityId id;
  CustomerId customer;
  std::string kind, handle;
};
std::vector<Handle> all_identities(store::Reader& reader, BrandId brand);

// How many suggestions there are with any of them in it.
std::int64_t count_suggestions(store::Reader& reader, BrandId brand, const std::vector<CustomerId>& customers);
// REQUIRES: `customers` is a family (family_of), `identities` all that its head speaks for, and no message names them.
void erase(store::Tx& tx, BrandId brand, const std::vector<CustomerId>& customers,
           const std::vector<IdentityId>& identities);

}  // namespace amends::identity
