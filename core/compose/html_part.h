// The HTML part of a mail, made from its plain text: paragraphs, line breaks, links, and quotes as <blockquote>.
// Nothing in the text is ever taken for markup. Pure; linear. Threads: any.
#pragma once

#include <string>
#include <string_view>

namespace amends::compose {

// A whole document. `text` is UTF-8 with LF; lines that begin with ">" are quoted, ">>" twice, to a depth of 8.
std::string html_of(std::string_view text);

}  // namespace amends::compose
