// RFC 4648 section 6 in lower case, without padding: it survives mail servers that fold the case of a local part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace amends::crypto {

std::string to_base32(std::string_view bytes);
// Either case; nothing for a character outside the alphabet, an impossible length or spare bits that are not zero.
std::optional<std::string> from_base32(std::string_view text);

// A number in the same alphabet, most significant digit first, at least `digits` long.
std::string number_to_base32(std::uint64_t value, std::size_t digits = 1);
// Nothing for a foreign character, for none at all and for more than 64 bits.
std::optional<std::uint64_t> number_from_base32(std::string_view text);

}  // namespace amends::crypto
