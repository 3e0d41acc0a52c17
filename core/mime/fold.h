// Header fields on the wire: 7-bit, folded at 78 (RFC 5322 section 2.1.1), what is not ASCII as RFC 2047 encoded words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace amends::mime {

// One field with its CRLF from words that may be parted by a fold. REQUIRES: the words are printable ASCII.
std::string fold(std::string_view name, const std::vector<std::string>& words);

// Free text (a subject, a display name outside quotes) as words for fold(). REQUIRES: valid UTF-8 without line breaks.
std::vector<std::string> text_words(std::string_view text);

// A display name: an atom sequence, a quoted string, or encoded words.
std::vector<std::string> phrase_words(std::string_view name);

// "; name=value" pieces of a structured field: a quoted string, or RFC 2231 where that can't hold it.
std::vector<std::string> parameter_words(std::string_view name, std::string_view value);

// True when a header can't carry it: CR, LF, NUL and every other control character, or broken UTF-8.
bool is_unsafe(std::string_view text);

}  // namespace amends::mime
