// How mail clients mark quotes and signatures in their HTML, as data. Internal to core/html.
#pragma once

#include <cstdint>

#include "core/html/tokenizer.h"

namespace amends::html {

enum class Mark : std::uint8_t {
  none,
  quote,       // the element is a quote
  quote_lead,  // what comes before the first <blockquote> in it announces the quote; behind it the author writes again
  signature,
  rest,    // from here on everything is quoted
  indent,  // a <blockquote> that only moves text to the right
};

// By class, id, name, type and style of a start tag.
Mark mark_of(const Token& token);

// True when one of the classes begins with "Mso": Word's paragraphs, which have no margins.
bool is_word_paragraph(const Token& token);

}  // namespace amends::html
