#include "core/base/text.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstring>

#include "core/base/direction.h"

namespace amends::text {

std::string_view trim_left(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  return s;
}

std::string_view trim_right(std::string_view s) {
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s;
}

std::string_view trim(std::string_view s) { return trim_left(trim_right(s)); }

std::string ascii_lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && starts_with_ignoring_case(a, b);
}

bool starts_with_ignoring_case(std::string_view s, std::string_view prefix) {
  return s.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), s.begin(),
                                                 [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
}

std::size_t find_ignoring_case(std::string_view s, std::string_view needle, std::size_t from) {
  if (from > s.size()) return std::string_view::npos;
  const auto found = std::search(s.begin() + static_cast<std::ptrdiff_t>(from), s.end(), needle.begin(), needle.end(),
                                 [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
  return found == s.end() && !needle.empty() ? std::string_view::npos : static_cast<std::size_t>(found - s.begin());
}

std::vector<std::string_view> split(std::string_view s, char separator) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  for (std::size_t at = s.find(separator); at != s.npos; at = s.find(separator, from)) {
    parts.push_back(s.substr(from, at - from));
    from = at + 1;
  }
  parts.push_back(s.substr(from));
  return parts;
}

std::vector<std::string_view> lines(std::string_view s) {
  std::vector<std::string_view> out;
  while (!s.empty()) {
    const std::size_t end = s.find('\n');
    std::string_view line = s.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    out.push_back(line);
    if (end == s.npos) break;
    s.remove_prefix(end + 1);
  }
  return out;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const auto& part : parts) {
    if (&part != &parts.front()) out += separator;
    out += part;
  }
  return out;
}

std::string replace_all(std::string_view s, std::string_view from, std::string_view to) {
  if (from.empty()) return std::string(s);
  std::string out;
  std::size_t at = 0;
  for (std::size_t hit = s.find(from); hit != s.npos; hit = s.find(from, at)) {
    out.append(s, at, hit - at).append(to);
    at = hit + from.size();
  }
  return out.append(s, at);
}

namespace {

// The length of the well-formed sequence at `at`, or 0; `bad` is then how many bytes form the maximal subpart.
std::size_t sequence(std::string_view s, std::size_t at, std::size_t& bad) {
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  const unsigned lead = byte(at);
  bad = 1;
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(at + 1) < low || byte(at + 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (byte(at + i) < 0x80 || byte(at + i) > 0xBF) {
      bad = i;
      return 0;
    }
  }
  return length;
}

}  // namespace

bool is_ascii(std::string_view bytes) {
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    if (word & 0x8080808080808080ULL) return false;
  }
  for (; i < bytes.size(); ++i) {
    if (static_cast<unsigned char>(bytes[i]) >= 0x80) return false;
  }
  return true;
}

bool is_utf8(std::string_view s) {
  const char* at = s.data();
  const char* const end = at + s.size();
  while (at != end) {
    // Eight bytes of ASCII at once, then what is left of them.
    for (std::uint64_t eight = 0; end - at >= 8; at += 8) {
      std::memcpy(&eight, at, sizeof eight);
      if ((eight & 0x8080'8080'8080'8080) != 0) break;
    }
    while (at != end && static_cast<unsigned char>(*at) < 0x80) ++at;
    if (at == end) break;
    std::size_t bad = 0;
    const std::size_t length = sequence(s, static_cast<std::size_t>(at - s.data()), bad);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string repair_utf8(std::string_view s) {
  if (is_utf8(s)) return std::string(s);
  std::string out;
  out.reserve(s.size() + 16);
  for (std::size_t at = 0; at < s.size();) {
    std::size_t bad = 1;
    if (const std::size_t length = sequence(s, at, bad); length != 0) {
      out.append(s, at, length);
      at += length;
    } else {
      out += "\xEF\xBF\xBD";
      at += bad;
    }
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 63));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 63));
    out += static_cast<char>(0x80 | (c & 63));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 63));
    out += static_cast<char>(0x80 | ((c >> 6) & 63));
    out += static_cast<char>(0x80 | (c & 63));
  }
}

char32_t next_utf8(std::string_view s, std::size_t& at) {
  std::size_t bad = 1;
  const std::size_t length = sequence(s, at, bad);
  if (length == 0) {
    ++at;
    return 0xFFFD;
  }
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(s[at + i])); };
  char32_t c = byte(0);
  if (length == 2) c = ((c & 31) << 6) | (byte(1) & 63);
  if (length == 3) c = ((c & 15) << 12) | ((byte(1) & 63) << 6) | (byte(2) & 63);
  if (length == 4) c = ((c & 7) << 18) | ((byte(1) & 63) << 12) | ((byte(2) & 63) << 6) | (byte(3) & 63);
  at += length;
  return c;
}

std::string_view clip(std::string_view s, std::size_t max) {
  if (s.size() <= max) return s;
  while (max > 0 && (static_cast<unsigned char>(s[max]) & 0xC0) == 0x80) --max;
  return s.substr(0, max);
}

std::string excerpt(std::string_view s, std::size_t max) {
  if (s.size() <= max) return std::string(s);
  std::string_view cut = clip(s, max > 3 ? max - 3 : 0);
  if (const std::size_t space = cut.find_last_of(" \n\t"); space != cut.npos && space + 24 > cut.size()) {
    cut = cut.substr(0, space);
  }
  return std::string(trim_right(cut)) + "…";
}

std::string fold(std::string_view s) {
  if (is_ascii(s)) return ascii_lower(s);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(status);
  std::string out;
  if (U_FAILURE(status)) return std::string(s);
  nfkc->normalize(icu::UnicodeString::fromUTF8(icu::StringPiece(s.data(), static_cast<int32_t>(s.size()))), status)
      .toUTF8String(out);
  return out;
}

std::string squeeze(std::string_view s) {
  std::string out(s.size(), '\0');  // written in place: every line of every mail comes through here
  char* to = out.data();
  bool gap = false;
  for (const char c : s) {
    if (is_space(c)) {
      gap = to != out.data();
      continue;
    }
    if (gap) *to++ = ' ';
    gap = false;
    *to++ = c;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return out;
}

std::string to_hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

namespace {

std::string base64(std::string_view bytes, std::string_view alphabet, bool pad) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) {
      return i + k < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i + k])) : 0U;
    };
    const unsigned triple = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k <= have; ++k) out += alphabet[(triple >> (18 - 6 * k)) & 63];
    if (pad) out.append(3 - have, '=');
  }
  return out;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  return base64(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

std::string to_base64url(std::string_view bytes) {
  return base64(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

std::string without_direction_overrides(std::string_view s) {
  // In UTF-8: E2 80 AA to E2 80 AE, and E2 81 A6 to E2 81 A9.
  const auto is_override = [&](std::size_t at) {
    if (at + 2 >= s.size() || s[at] != '\xE2') return false;
    const auto last = static_cast<unsigned char>(s[at + 2]);
    return (s[at + 1] == '\x80' && last >= 0xAA && last <= 0xAE) ||
           (s[at + 1] == '\x81' && last >= 0xA6 && last <= 0xA9);
  };
  std::string out;
  out.reserve(s.size());
  for (std::size_t at = 0; at < s.size();) {
    if (is_override(at)) {
      at += 3;
    } else {
      out += s[at++];
    }
  }
  return out;
}

std::string printable(std::string_view s) {
  std::string out = without_direction_overrides(s);
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
  };
  if (std::none_of(out.begin(), out.end(), is_control)) return out;
  std::string safe;
  safe.reserve(out.size() + 16);
  for (const char c : out) {
    if (is_control(c)) {
      safe += "\xEF\xBF\xBD";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace amends::text
