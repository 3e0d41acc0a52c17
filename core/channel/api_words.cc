// The spellings of the web that every site's API shares: paths, queries, Link, limits, errors in words.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/json.h"

namespace amends::channel {
namespace {

constexpr std::size_t kMostWords = 300;

// A parameter's value and what stands behind it; `s` begins behind the '='.
std::string take_value(std::string_view& s) {
  s = text::trim_left(s);
  std::string out;
  if (s.empty() || s.front() != '"') {
    const std::size_t end = std::min(s.find_first_of(";, \t"), s.size());
    out = s.substr(0, end);
    s.remove_prefix(end);
    return out;
  }
  std::size_t at = 1;
  for (; at < s.size() && s[at] != '"'; ++at) {
    if (s[at] == '\\' && at + 1 < s.size()) ++at;
    out += s[at];
  }
  s.remove_prefix(std::min(at + 1, s.size()));
  return out;
}

// The first rel among a link's parameters (RFC 8288 section 3.3: later ones don't count), and `s` moved to the next
// link.
std::string take_rel(std::string_view& s) {
  std::optional<std::string> rel;
  while (!s.empty() && s.front() != ',') {
    const std::size_t end = std::min(s.find_first_of("=;,"), s.size());
    const std::string_view name = text::trim(s.substr(0, end));
    s.remove_prefix(end);
    if (!s.empty() && s.front() == ';') s.remove_prefix(1);
    if (s.empty() || s.front() != '=') continue;
    s.remove_prefix(1);
    std::string value = take_value(s);
    if (!rel && text::equals_ignoring_case(name, "rel")) rel = std::move(value);
  }
  return rel.value_or("");
}

}  // namespace

std::string percent_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (text::is_alpha(c) || text::is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string encode_fields(const Fields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += percent_encode(name) + "=" + percent_encode(value);
  }
  return out;
}

std::string path_of(std::string_view pattern, std::initializer_list<std::string_view> values) {
  std::string out;
  auto value = values.begin();
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern.substr(at, 2) == "{}" && value != values.end()) {
      out += percent_encode(*value++);
      ++at;
    } else {
      out += pattern[at];
    }
  }
  return out;
}

std::optional<Timestamp> read_reset(std::string_view given, Timestamp now) {
  const std::string_view value = text::trim(given);
  if (const auto at = from_rfc3339(value)) return at;
  double number = 0;
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), number, std::chars_format::fixed);
  if (error != std::errc() || end != value.data() + value.size() || !std::isfinite(number) || number < 0) return {};
  constexpr double kSeconds = 1e9, kMilliseconds = 1e12, kMost = 1e15;  // before 2001 nobody set limits
  if (number >= kMost) return {};
  if (number >= kMilliseconds) return Timestamp{std::llround(number)};
  if (number >= kSeconds) return Timestamp{std::llround(number * 1000)};
  return Timestamp{now.ms + std::llround(number * 1000)};
}

std::string site_words(std::string_view body) {
  const auto json = parse_json(body);
  if (!json) return "";
  for (const char* place :
       {"error.message", "error_description", "message", "errors.0.detail", "errors.0.message", "errors.0.title",
        "error.error_user_msg", "detail", "description", "title", "error", "errors.0", "reason"}) {
    const Json& value = at(*json, place);
    if (!value.is_string()) continue;
    const std::string words = text::printable(text::squeeze(value.get<std::string>()));
    if (!words.empty()) return std::string(text::clip(words, kMostWords));
  }
  return "";
}

std::string next_link(std::string_view header) {
  for (std::size_t open = header.find('<'); open != header.npos; open = header.find('<')) {
    const std::size_t close = header.find('>', open);
    if (close == header.npos) return "";
    const std::string_view target = header.substr(open + 1, close - open - 1);
    header.remove_prefix(close + 1);
    const std::string rel = take_rel(header);
    for (const std::string_view word : text::split(rel, ' ')) {
      if (text::equals_ignoring_case(word, "next")) return std::string(target);
    }
  }
  return "";
}

}  // namespace amends::channel
