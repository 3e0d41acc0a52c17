// The date of a mail: RFC 5322 section 3.3 and 4.3, and what else clients and scripts write (asctime, ISO 8601, RFC
// 850, two-digit years, named zones, "GMT+0200", AM and PM, month names in a few languages).
#pragma once

#include <optional>
#include <string_view>

#include "core/base/clock.h"
#include "core/mime/notes.h"

namespace amends::mime {

// `raw` is a field's value. Nothing, and a note, when it holds no date that can be.
std::optional<Timestamp> read_date(std::string_view raw, Notes& notes);

}  // namespace amends::mime
