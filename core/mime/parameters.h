// Content-Type and Content-Disposition: a value and its parameters (RFC 2045 section 5.1, RFC 2183), with the
// continuations and charsets of RFC 2231 in any order, encoded words and raw 8-bit bytes where they don't belong,
// missing semicolons, unquoted names with spaces, and quotes that were never closed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/mime/notes.h"

namespace amends::mime {

struct Parameters {
  std::string value;                                         // in lower case: "text/plain", "attachment"
  std::vector<std::pair<std::string, std::string>> entries;  // name in lower case, value in UTF-8 on one line

  // "" when there is none; the first of several.
  std::string_view operator[](std::string_view name) const;
};

Parameters read_parameters(std::string_view raw, Notes& notes);

// A file name that is only a name: no path, no control or direction characters, at most 255 bytes. "" stays "".
std::string safe_filename(std::string_view name);

}  // namespace amends::mime
