// What a brand says of itself: name, language, signature, domains, how hard the draft check insists. What the
// configuration file states is changed there and nowhere else, so that no two places disagree; the rest is kept in the
// database.
//
// Threads: any; everything takes the caller's Tx or Reader. Who changes a brand calls Hub::reread_brand() after the
// commit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/config.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/store/database.h"

namespace amends::app {

// Nothing: it stays.
struct BrandChange {
  std::optional<std::string> name, language, signature;
  std::optional<Strictness> strictness;
  std::optional<std::vector<std::string>> domains;
};

inline constexpr std::size_t kSignatureMax = 2000;  // bytes

// `stated` is what the file says (or the defaults); the answer is what holds.
BrandConfig brand_in_force(store::Reader& reader, BrandId brand, const BrandConfig& stated);

// The names of what differs from what holds, "name language"; "" when nothing does. invalid: a value is not one;
// conflict: the file states it. Nothing is written then.
Result<std::string> change_brand(store::Tx& tx, BrandId brand, const BrandConfig& stated, const BrandChange& change,
                                 std::string_view by, Timestamp now);

}  // namespace amends::app
