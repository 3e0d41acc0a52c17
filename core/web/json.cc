#include "core/web/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace amends::web {
namespace {

constexpr std::uint64_t kEach = 0x0101'0101'0101'0101;
constexpr std::size_t kPiece = 1024;       // of a text, escaped at once
constexpr std::size_t kLongestEscape = 6;  // "\u001f"

template <class Word>
Word load(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// Whether there is a control character, a quote or a backslash among eight bytes. Subtracting sets the high bit of a
// byte that was too small, and of none below 0x80 that wasn't unless one before it was.
constexpr bool any_wants_escape(std::uint64_t eight) {
  const std::uint64_t quote = eight ^ ('"' * kEach), backslash = eight ^ ('\\' * kEach);
  const std::uint64_t found =
      ((eight - 0x20 * kEach) & ~eight) | ((quote - kEach) & ~quote) | ((backslash - kEach) & ~backslash);
  return (found & (0x80 * kEach)) != 0;
}

char* escape_each(char* to, const char* from, std::size_t count) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (; count > 0; --count, ++from) {
    const auto c = static_cast<unsigned char>(*from);
    if (c >= 0x20 && c != '"' && c != '\\') {
      *to++ = *from;
      continue;
    }
    *to++ = '\\';
    switch (c) {
      case '"':
      case '\\': *to++ = *from; break;
      case '\n': *to++ = 'n'; break;
      case '\r': *to++ = 'r'; break;
      case '\t': *to++ = 't'; break;
      default:
        for (const char digit : {'u', '0', '0', kHex[c >> 4], kHex[c & 15]}) *to++ = digit;
    }
  }
  return to;
}

// Eight bytes at a time, for nearly all want no escape. All of them go into `bits` by "or", which tells whether there
// is more than ASCII. REQUIRES: room for kLongestEscape times as many.
char* escape(char* to, std::string_view s, std::uint64_t& bits) {
  const char* from = s.data();
  std::size_t left = s.size();
  for (; left >= 8; from += 8, left -= 8) {
    const auto eight = load<std::uint64_t>(from);
    bits |= eight;
    if (any_wants_escape(eight)) {
      to = escape_each(to, from, 8);
    } else {
      std::memcpy(to, &eight, sizeof eight);
      to += 8;
    }
  }
  if (left < 4) {
    for (std::size_t i = 0; i < left; ++i) bits |= static_cast<unsigned char>(from[i]);
    return escape_each(to, from, left);
  }
  // Four to seven: two fours that overlap.
  const auto first = load<std::uint32_t>(from), last = load<std::uint32_t>(from + left - 4);
  const std::uint64_t both = first | (std::uint64_t{last} << 32);
  bits |= both;
  if (any_wants_escape(both)) return escape_each(to, from, left);
  std::memcpy(to, &first, sizeof first);
  std::memcpy(to + left - 4, &last, sizeof last);
  return to + left;
}

constexpr std::size_t kTimeLength = 24;
// Times from 1970 to 9999, where nearly all are, without the general way's cost.
constexpr bool is_usual(Timestamp at) { return at.ms >= 0 && at.ms < 253'402'300'800'000; }

// The days counted in eras of 400 years that begin in March. REQUIRES: is_usual(at).
void write_time(char* to, Timestamp at) {
  constexpr std::int64_t kDay = 86'400'000;
  const std::int64_t days = at.ms / kDay + 719'468;
  const std::int64_t era = days / 146'097, of_era = days % 146'097;
  const std::int64_t year_of_era = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * of_year + 2) / 153;
  const std::int64_t day = of_year - (153 * shifted + 2) / 5 + 1, month = shifted < 10 ? shifted + 3 : shifted - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0), ms = at.ms % kDay;
  std::memcpy(to, "0000-00-00T00:00:00.000Z", kTimeLength);
  const auto put = [&](std::size_t place, std::size_t digits, std::int64_t value) {
    for (std::size_t i = digits; i-- > 0; value /= 10) to[place + i] = static_cast<char>('0' + value % 10);
  };
  put(0, 4, year);
  put(5, 2, month);
  put(8, 2, day);
  put(11, 2, ms / 3'600'000);
  put(14, 2, ms / 60'000 % 60);
  put(17, 2, ms / 1'000 % 60);
  put(20, 3, ms % 1'000);
}

}  // namespace

std::string api_time(Timestamp at) {
  if (is_usual(at)) {
    std::string out(kTimeLength, '\0');
    write_time(out.data(), at);
    return out;
  }
  std::string out = to_rfc3339(at);
  if (out.find('.') == std::string::npos) out.insert(out.size() - 1, ".000");
  return out;
}

std::string Json::take() {
  out_.resize(size_);
  size_ = 0;
  needs_comma_ = false;
  return std::exchange(out_, {});
}

void Json::grow(std::size_t bytes) { out_.resize(std::max({std::size_t{1024}, 2 * out_.size(), size_ + bytes})); }

Json& Json::add_plain(std::string_view text, bool needs_comma) {
  char* to = begin(text.size());
  return end(to + text.copy(to, text.size()), needs_comma);
}

Json& Json::open() { return add_plain("{", false); }
Json& Json::open_list() { return add_plain("[", false); }

Json& Json::close(char bracket) {
  needs_comma_ = false;
  char* to = begin(1);
  *to = bracket;
  return end(to + 1, true);
}

// Escaped, in quotes; all its bytes joined by "or".
std::uint64_t Json::add_quoted(std::string_view text) {
  std::uint64_t bits = 0;
  char* to = begin(kLongestEscape * std::min(text.size(), kPiece) + 2);
  *to++ = '"';
  for (; text.size() > kPiece; text.remove_prefix(kPiece)) {
    end(escape(to, text.substr(0, kPiece), bits), false);
    to = begin(kLongestEscape * kPiece + 2);
  }
  to = escape(to, text, bits);
  *to++ = '"';
  end(to, true);
  return bits;
}

Json& Json::key(std::string_view name) {
  add_quoted(name);
  needs_comma_ = false;
  return add_plain(":", false);
}

Json& Json::add(std::nullptr_t) { return add_plain("null", true); }
Json& Json::add(bool value) { return add_plain(value ? "true" : "false", true); }

Json& Json::add(double value) {
  if (!std::isfinite(value)) return add(nullptr);
  constexpr std::size_t kDigits = 32;
  char* to = begin(kDigits);
  return end(std::to_chars(to, to + kDigits, value).ptr, true);
}

Json& Json::add(std::string_view value) {
  const std::size_t from = size_;
  const bool comma = needs_comma_;
  const bool more_than_ascii = (add_quoted(value) & (0x80 * kEach)) != 0;
  if (more_than_ascii && !text::is_utf8(value)) {
    size_ = from;
    needs_comma_ = comma;
    add_quoted(text::repair_utf8(value));
  }
  return *this;
}

Json& Json::add(Timestamp at) {
  if (!is_usual(at)) return add(api_time(at));
  char* to = begin(kTimeLength + 2);
  *to = '"';
  write_time(to + 1, at);
  to[kTimeLength + 1] = '"';
  return end(to + kTimeLength + 2, true);
}

Json& Json::add_number(std::int64_t value) {
  constexpr std::size_t kDigits = 20;
  char* to = begin(kDigits);
  return end(std::to_chars(to, to + kDigits, value).ptr, true);
}

Json& Json::add_json(std::string_view text) {
  if (!nlohmann::json::accept(text)) return add(nullptr);
  return add_plain(text, true);
}

}  // namespace amends::web
