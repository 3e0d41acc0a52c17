// Reading base64 (RFC 4648) that must be right: an id, a key, a signature. Writing it is in text.h; what a mail body
// holds is read with patience in core/mime/transfer.h. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace amends::text {

// Section 4: whole groups with their padding. Nothing for what has another character, a space included, or bits that
// no encoder would have set.
std::optional<std::string> from_base64(std::string_view s);
// Section 5, with or without padding.
std::optional<std::string> from_base64url(std::string_view s);

}  // namespace amends::text
