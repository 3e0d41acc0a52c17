// Which attributes may be shown, and with what values. Internal to core/html.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/html/elements.h"
#include "core/html/tokenizer.h"

namespace amends::html {

// Appends s with < > & " ' ` as references and without control characters.
void append_escaped(std::string& out, std::string_view s);

struct Counts {
  std::int32_t links = 0;
  std::int32_t remote_images = 0;
};

// Appends the start tag of `element` with what may stay of the token's attributes and `style`, which is clean. Nothing
// is appended for a tag that says nothing: a link without an address, an image without a picture and words, a page that
// looks like any other. True when something was.
bool append_start_tag(std::string& out, const Element& element, const Token& token, std::string_view style,
                      Counts& counts);

// A colour of an attribute as a declaration to put into a style, "color:#ff9900;"; "" when it isn't one.
std::string color_declaration(std::string_view property, std::string_view decoded);

// An address as a browser reads it: spaces around it and line breaks in it are gone. "" unless it begins with http://,
// https://, mailto: or tel:.
std::string clean_link(std::string_view decoded);

}  // namespace amends::html
