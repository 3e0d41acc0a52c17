// Header text: unfolding, RFC 2047 encoded words, and raw 8-bit bytes, to one line of clean UTF-8.
//
// Bytes of neighbouring words in the same charset are joined before they are decoded, since much software splits a
// character over two words. What is no well-formed word stays as it is. Linear in the size of the text.
#pragma once

#include <string>
#include <string_view>

#include "core/mime/notes.h"

namespace amends::mime {

// A field's raw value on one line, line breaks gone, white space kept (RFC 5322 section 2.2.3), ends trimmed.
std::string unfold(std::string_view raw);

// Unfolded text decoded. `hint` is the charset of raw 8-bit bytes, when the mail has said one somewhere.
std::string decode_words(std::string_view unfolded, Notes& notes, std::string_view hint = {});

// Control characters (C0, DEL, C1) and Unicode's line separators leave; tab and line breaks become a space.
std::string one_line(std::string_view utf8);

}  // namespace amends::mime
