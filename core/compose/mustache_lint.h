// The strict reader in front of the Mustache library, which takes anything and renders unknown names as nothing.
// Pure; linear. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace amends::compose {

inline constexpr std::size_t kTemplateMax = 64 * 1024;
inline constexpr int kDeepestSection = 8;

struct Tag {
  enum class Kind { value, section, inverted, close, comment } kind = Kind::value;
  std::string name;
  int line = 1;
};

// The tags in order, or invalid with the line of what is not allowed.
Result<std::vector<Tag>> read_tags(std::string_view source);

}  // namespace amends::compose
