// Plain text of a mail as lines: one kind of line end, nothing invisible, and format=flowed made whole again.
#pragma once

#include <string>
#include <string_view>

namespace amends::mime {

// UTF-8 in, UTF-8 out: CRLF and CR become LF; control characters other than tab and LF leave. With `trim`, white space
// at the ends of lines leaves too (but for the signature line "-- "), as do blank lines at the start and the end.
std::string tidy_lines(std::string_view in, bool trim);

// RFC 3676: soft line breaks and space stuffing undone, quoted lines as "> ", one mark a level. `in` has LF line ends.
std::string unflow(std::string_view in, bool delsp);

}  // namespace amends::mime
