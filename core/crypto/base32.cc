#include "core/crypto/base32.h"

#include "core/base/text.h"

#include <algorithm>

namespace amends::crypto {
namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";

int digit_of(char c) {
  c = text::ascii_lower(c);
  if (c >= 'a' && c <= 'z') return c - 'a';
  if (c >= '2' && c <= '7') return c - '2' + 26;
  return -1;
}

}  // namespace

std::string to_base32(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 8 + 4) / 5);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : bytes) {
    held = (held << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) out += kAlphabet[(held >> (bits - 5)) & 31];
  }
  if (bits > 0) out += kAlphabet[(held << (5 - bits)) & 31];
  return out;
}

std::optional<std::string> from_base32(std::string_view text) {
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    const int digit = digit_of(c);
    if (digit < 0) return {};
    held = (held << 5) | static_cast<std::uint32_t>(digit);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>((held >> bits) & 0xff);
    }
  }
  if (bits >= 5 || (held & ((1u << bits) - 1)) != 0) return {};
  return out;
}

std::string number_to_base32(std::uint64_t value, std::size_t digits) {
  std::string out;
  for (; value != 0 || out.size() < digits; value >>= 5) out += kAlphabet[value & 31];
  std::reverse(out.begin(), out.end());
  return out;
}

std::optional<std::uint64_t> number_from_base32(std::string_view text) {
  if (text.empty()) return {};
  std::uint64_t value = 0;
  for (const char c : text) {
    const int digit = digit_of(c);
    if (digit < 0 || value >> 59 != 0) return {};
    value = (value << 5) | static_cast<std::uint64_t>(digit);
  }
  return value;
}

}  // namespace amends::crypto
