// What a person sees of a line and of a link. Internal to core/html.
#pragma once

#include <string>
#include <string_view>

namespace amends::html {

// Hard spaces become spaces; characters that take no room go, unless they shape the letters around them.
std::string readable_line(std::string_view line);

// True when the words of a link already show where it goes, or when it has no words to put an address behind.
bool shows_address(std::string_view shown, std::string_view url);

}  // namespace amends::html
