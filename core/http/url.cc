#include "core/http/url.h"

#include "core/base/text.h"
#include "core/http/hex.h"

namespace amends::http {
namespace {

constexpr std::size_t kMostParameters = 256;

constexpr bool is_any_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// The byte of the escape at `at`; -1 when it is broken. REQUIRES: s[at] == '%'.
int escaped_byte(std::string_view s, std::size_t at) {
  if (at + 2 >= s.size()) return -1;
  const int high = hex_value(s[at + 1]), low = hex_value(s[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::optional<std::string> decode_parameter(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '+') {
      c = ' ';
    } else if (c == '%') {
      const int byte = escaped_byte(raw, i);
      if (byte <= 0) return std::nullopt;
      c = static_cast<char>(byte);
      i += 2;
    } else if (c == '\0') {
      return std::nullopt;
    }
    out.push_back(c);
  }
  if (!text::is_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::string> decode_path(std::string_view raw) {
  if (raw.empty() || raw.front() != '/') return std::nullopt;
  std::string out;
  out.reserve(raw.size());
  std::size_t segment = 1;  // where the segment that is being read begins in `out`
  const auto segment_is_fine = [&](bool last) {
    const std::string_view it = std::string_view(out).substr(segment);
    return it != "." && it != ".." && (last || !it.empty());
  };
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '/') {
      if (!out.empty()) {
        if (!segment_is_fine(false)) return std::nullopt;
        segment = out.size() + 1;
      }
      out.push_back(c);
      continue;
    }
    if (c == '%') {
      const int byte = escaped_byte(raw, i);
      if (byte < 0) return std::nullopt;
      c = static_cast<char>(byte);
      i += 2;
      if (c == '/') return std::nullopt;
    }
    if (is_any_control(c) || c == '\\') return std::nullopt;
    out.push_back(c);
  }
  if (!segment_is_fine(true) || !text::is_utf8(out)) return std::nullopt;
  return out;
}

std::optional<std::vector<Field>> parse_query(std::string_view raw) {
  std::vector<Field> out;
  if (raw.empty()) return out;
  for (const std::string_view pair : text::split(raw, '&')) {
    if (pair.empty()) continue;
    if (out.size() == kMostParameters) return std::nullopt;
    const auto equals = pair.find('=');
    auto name = decode_parameter(pair.substr(0, equals));
    auto value = decode_parameter(equals == pair.npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    out.push_back({*std::move(name), *std::move(value)});
  }
  return out;
}

std::string percent_encode(std::string_view s) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : s) {
    if (text::is_alpha(c) || text::is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

}  // namespace amends::http
