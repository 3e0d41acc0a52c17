#include "core/base/base64.h"

#include <cstdint>

namespace amends::text {
namespace {

int value_of(char c, char last_but_one, char last) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == last_but_one) return 62;
  return c == last ? 63 : -1;
}

// Without padding.
std::optional<std::string> decoded(std::string_view s, char last_but_one, char last) {
  if (s.size() % 4 == 1) return {};
  std::string out;
  out.reserve(s.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : s) {
    const int value = value_of(c, last_but_one, last);
    if (value < 0) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> held & 0xFF);
  }
  if ((bits & ((1u << held) - 1)) != 0) return {};
  return out;
}

std::string_view without_padding(std::string_view s) {
  for (int i = 0; i < 2 && !s.empty() && s.back() == '='; ++i) s.remove_suffix(1);
  return s;
}

}  // namespace

std::optional<std::string> from_base64(std::string_view s) {
  if (s.size() % 4 != 0) return {};
  return decoded(without_padding(s), '+', '/');
}

std::optional<std::string> from_base64url(std::string_view s) {
  const std::string_view bare = without_padding(s);
  if (bare.size() != s.size() && s.size() % 4 != 0) return {};
  return decoded(bare, '-', '_');
}

}  // namespace amends::text
