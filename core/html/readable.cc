#include "core/html/readable.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"

namespace amends::html {

std::string readable_line(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  bool gap = true;  // nothing, or a space, before
  char32_t joiner = 0;
  for (std::size_t at = 0; at < s.size();) {
    const unsigned char lead = static_cast<unsigned char>(s[at]);
    if (lead < 0x80) {
      joiner = 0;
      if (lead >= 0x20 ? lead != 0x7F : lead == '\t') out += s[at];
      gap = lead == ' ' || lead == '\t';
      ++at;
      continue;
    }
    const char32_t c = text::next_utf8(s, at);
    if (c == 0xAD || c == 0x200B || c == 0xFEFF || c == 0x34F || c == 0x2060 || c == 0x180E || (c >= 0x80 && c < 0xA0))
      continue;
    if (c >= 0x200C && c <= 0x200F) {
      joiner = gap ? 0 : c;
      continue;
    }
    if (c == 0xA0) {
      joiner = 0;
      out += ' ';
      gap = true;
      continue;
    }
    if (joiner != 0) text::append_utf8(out, joiner);
    joiner = 0;
    text::append_utf8(out, c);
    gap = false;
  }
  return std::string(text::trim_right(out));
}

bool shows_address(std::string_view shown, std::string_view url) {
  if (text::trim(shown).empty()) return true;
  const auto bare = [](std::string_view s) {
    std::string out;
    for (const char c : s) {
      if (!text::is_space(c)) out += text::ascii_lower(c);
    }
    for (const std::string_view start : {"http://", "https://", "mailto:", "www."}) {
      if (std::string_view(out).substr(0, start.size()) == start) out.erase(0, start.size());
    }
    while (!out.empty() && (out.back() == '/' || out.back() == '.')) out.pop_back();
    return out;
  };
  if (text::starts_with_ignoring_case(url, "tel:")) {
    const auto digits = [](std::string_view s) {
      std::string out;
      std::copy_if(s.begin(), s.end(), std::back_inserter(out), [](char c) { return text::is_digit(c); });
      return out;
    };
    return digits(shown).size() >= 5;
  }
  std::string target = bare(url);
  if (text::starts_with_ignoring_case(url, "mailto:")) target = target.substr(0, target.find('?'));
  const std::string words = bare(shown);
  return !target.empty() && words.find(target) != words.npos;
}

}  // namespace amends::html
