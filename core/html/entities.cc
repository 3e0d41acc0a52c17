#include "core/html/entities.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/html/html.h"

namespace amends::html {
namespace {

constexpr std::size_t kLongestName = 31;  // CounterClockwiseContourIntegral
constexpr std::size_t kLongestBare = 6;   // frac34

// What browsers make of the C1 range: windows-1252 (HTML Standard, 13.2.5.80).
constexpr char16_t kWindows1252[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                       0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                       0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                       0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

bool is_name_byte(char c) { return text::is_alpha(c) || text::is_digit(c); }

const Entity* find_entity(std::string_view name) {
  const Entity* end = kEntities + kEntityCount;
  const Entity* found =
      std::lower_bound(kEntities, end, name, [](const Entity& e, std::string_view n) { return e.name < n; });
  return found != end && found->name == name ? found : nullptr;
}

int hex_value(char c) {
  if (text::is_digit(c)) return c - '0';
  const char lower = text::ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// "&#…" at `at`; returns the position after it, or `at` when it is no reference.
std::size_t numeric(std::string& out, std::string_view s, std::size_t at) {
  std::size_t i = at + 2;
  const bool hex = i < s.size() && (s[i] == 'x' || s[i] == 'X');
  if (hex) ++i;
  const std::size_t digits = i;
  char32_t value = 0;
  for (; i < s.size(); ++i) {
    const int digit = hex ? hex_value(s[i]) : (text::is_digit(s[i]) ? s[i] - '0' : -1);
    if (digit < 0) break;
    if (value <= 0x10FFFF) value = value * (hex ? 16 : 10) + static_cast<char32_t>(digit);
  }
  if (i == digits) return at;
  if (i < s.size() && s[i] == ';') ++i;
  if (value == 0) value = 0xFFFD;
  if (value >= 0x80 && value < 0xA0) value = kWindows1252[value - 0x80];
  text::append_utf8(out, value);
  return i;
}

std::size_t named(std::string& out, std::string_view s, std::size_t at, bool in_attribute) {
  std::size_t end = at + 1;
  while (end < s.size() && end - at <= kLongestName && is_name_byte(s[end])) ++end;
  const std::string_view name = s.substr(at + 1, end - at - 1);
  if (name.size() < 2) return at;
  if (end < s.size() && s[end] == ';') {
    if (const Entity* whole = find_entity(name)) {
      out += whole->text;
      return end + 1;
    }
  }
  for (std::size_t n = std::min(name.size(), kLongestBare); n >= 2; --n) {
    const Entity* part = find_entity(name.substr(0, n));
    if (part == nullptr || !part->bare) continue;
    const std::size_t after = at + 1 + n;
    if (in_attribute && after < s.size() && (s[after] == '=' || is_name_byte(s[after]))) return at;
    out += part->text;
    return after < s.size() && s[after] == ';' ? after + 1 : after;
  }
  return at;
}

}  // namespace

void append_decoded(std::string& out, std::string_view s, bool in_attribute) {
  std::size_t at = 0;
  while (at < s.size()) {
    const std::size_t stop = s.find_first_of(std::string_view("&\0", 2), at);
    out.append(s, at, stop == s.npos ? s.npos : stop - at);
    if (stop == s.npos) return;
    at = stop;
    if (s[at] == '\0') {
      if (in_attribute) out += "\xEF\xBF\xBD";
      ++at;
      continue;
    }
    std::size_t after = at;
    if (at + 1 < s.size()) {
      after = s[at + 1] == '#' ? numeric(out, s, at) : named(out, s, at, in_attribute);
    }
    if (after == at) {
      out += '&';
      ++after;
    }
    at = after;
  }
}

std::string decode_entities(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  append_decoded(out, s, false);
  return out;
}

}  // namespace amends::html
