// What was set of a brand over the API, beside the configuration file. core/app says which of it holds.
//
// Table: brand_settings. Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/store/database.h"

namespace amends::ingest {

// Nothing: it was never set.
struct StoredBrand {
  std::optional<std::string> name, language, signature;
  std::optional<std::int64_t> strictness;
  std::optional<std::vector<std::string>> domains;
};
StoredBrand stored_brand(store::Reader& reader, BrandId brand);
void keep_brand(store::Tx& tx, BrandId brand, const StoredBrand& settings, std::string_view by, Timestamp now);

}  // namespace amends::ingest
