// Characters that only serve to deceive the eye.
#pragma once

#include <string>
#include <string_view>

namespace amends::text {

// Without the characters that turn the direction of what follows (U+202A to U+202E, U+2066 to U+2069): in a name or a
// subject they only serve to show something else than what is there.
std::string without_direction_overrides(std::string_view s);

}  // namespace amends::text
