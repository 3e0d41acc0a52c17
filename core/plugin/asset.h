// A file of a page that a plugin brings along: what the site answers at "/" to browsers. Built into the program, so the
// bytes live as long as it does and belong to nobody.
//
// Threads: constants.
#pragma once

#include <string_view>
#include <vector>

namespace amends::plugin {

struct Asset {
  std::string_view path;  // "/index.html": from the site's root
  std::string_view type;  // media type, with its charset
  std::string_view hash;  // of the content; letters and digits
  std::string_view plain;
  std::string_view gzip, brotli;  // the same compressed; "" where that saves nothing
  bool named_by_content = false;  // another content has another name, so it may be kept for ever
};

// Those of all plugins in this build; the list is generated from plugins/.
std::vector<Asset> builtin_assets();

}  // namespace amends::plugin
