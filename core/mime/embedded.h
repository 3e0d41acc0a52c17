// Files that old software put into the text itself: uuencode ("begin 644 name" … "end") and yEnc ("=ybegin" … "=yend").
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace amends::mime {

struct EmbeddedFile {
  std::string filename;  // bytes as they stood there
  std::string bytes;
};

// `text` is a plain part's bytes before its charset is looked at; the blocks are taken out of it.
std::vector<EmbeddedFile> take_embedded(std::string& text);

}  // namespace amends::mime
