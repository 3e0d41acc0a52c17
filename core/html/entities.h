// Character references (HTML Standard, sections 13.2.5.72 to 13.2.5.80). Internal to core/html.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace amends::html {

struct Entity {
  std::string_view name;  // without "&" and ";"
  std::string_view text;  // UTF-8
  bool bare;              // understood without ";" too
};
extern const Entity kEntities[];  // sorted by name
extern const std::size_t kEntityCount;

// Appends `s` with its references decoded. In an attribute value a reference without ";" before "=" or a letter or
// digit stays as it is. NUL becomes U+FFFD in attributes and vanishes in text.
void append_decoded(std::string& out, std::string_view s, bool in_attribute);

}  // namespace amends::html
