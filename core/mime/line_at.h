// Lines of text that may end with LF or CRLF.
#pragma once

#include <cstddef>
#include <string_view>

namespace amends::mime {

// The line at `at` without its break ("\n" after any number of "\r"); `next` is where the following one begins.
inline std::string_view line_at(std::string_view s, std::size_t at, std::size_t& next) {
  const std::size_t end = s.find('\n', at);
  next = end == s.npos ? s.size() : end + 1;
  std::string_view line = s.substr(at, (end == s.npos ? s.size() : end) - at);
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace amends::mime
