// Bytes of somebody's export to UTF-8: what spreadsheets write is UTF-8 with or without a mark, UTF-16, or
// windows-1252. Pure and total.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace amends::connectors::file {

enum class Encoding { utf8, utf16le, utf16be, windows1252 };

std::string_view name_of(Encoding encoding);
// "utf-8", "utf-16" (by its mark, little endian without one) or "windows-1252"; nothing for "auto" and anything else.
std::optional<Encoding> encoding_named(std::string_view name, std::string_view bytes);
// By the mark, by the NULs of UTF-16, by being well-formed UTF-8, else windows-1252.
Encoding detect_encoding(std::string_view bytes);
// Without the byte order mark. What belongs to no character becomes U+FFFD.
std::string to_utf8(std::string_view bytes, Encoding encoding);

}  // namespace amends::connectors::file
