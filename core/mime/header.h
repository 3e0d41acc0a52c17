// A block of header fields, taken apart without being understood: views into the mail's bytes, in order.
//
// Tolerates what real mail has: any line ends, an mbox "From " line, blank or indented first lines, a space before the
// colon, continuation lines that lost their indent, lines that are no field, a missing blank line before the body.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/mime/notes.h"

namespace amends::mime {

inline constexpr std::size_t kMaxHeaderBytes = std::size_t{256} * 1024;
inline constexpr std::size_t kMaxHeaderLines = 1000;

struct Field {
  std::string_view name;
  std::string_view value;  // raw: folds and encoded words still in it
};

struct Header {
  std::vector<Field> fields;
  std::string_view body;

  // The first field of that name, "" when there is none.
  std::string_view operator[](std::string_view name) const;
  const Field* find(std::string_view name) const;
};

// `whole_mail`: the block of a mail, where an mbox line and blank lines may stand before it; a part's block ends at its
// first blank line, even when that is the first line.
Header read_header(std::string_view bytes, bool whole_mail, Notes& notes);

}  // namespace amends::mime
