// A brand's own wording, beside the program's: what somebody of the brand wrote wins over the built-in template of the
// same step, place and language, and when it is dropped the built-in one is used again.
//
// Whoever keeps one has asked flaws_of() before; where one is used it is asked again, because a younger program may be
// stricter than the one that took it.
//
// Table: brand_template. Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/compose/templates.h"
#include "core/store/database.h"

namespace amends::compose {

inline constexpr std::int64_t kMostOwnTemplates = 1000;  // of one brand

struct OwnTemplate {
  std::int64_t id = 0;
  Template wording;
  Timestamp changed_at;
  std::string changed_by;  // a login
};

// In the order of their names.
std::vector<OwnTemplate> own_templates(store::Reader& reader, BrandId brand);
// `name` is a Template's id.
std::optional<OwnTemplate> own_template(store::Reader& reader, BrandId brand, std::string_view name);

// Made, or in the place of the one of its name. rejected: the brand has kMostOwnTemplates.
Result<std::int64_t> keep_template(store::Tx& tx, BrandId brand, const Template& wording, std::string_view by,
                                   Timestamp now);
void drop_template(store::Tx& tx, BrandId brand, std::string_view name);

// What the brand answers with: the program's wording with its own over it.
TemplateSet templates_of(store::Reader& reader, BrandId brand);

}  // namespace amends::compose
