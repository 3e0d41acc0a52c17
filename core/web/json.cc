#include "core/web/json.h"

#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace amends::web {
namespace {

bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

bool is_ascii(std::string_view s) {
  unsigned char bits = 0;
  for (const char c : s) bits = static_cast<unsigned char>(bits | static_cast<unsigned char>(c));
  return bits < 0x80;
}

void append_escaped(std::string& out, std::string_view s) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::size_t from = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (!needs_escape(c)) continue;
    out.append(s, from, i - from);
    from = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(s, from, s.size() - from);
}

}  // namespace

std::string api_time(Timestamp at) {
  // Between 1970 and 9999, where nearly all are, without the general way's cost; the days counted in eras of
  // 400 years that begin in March.
  constexpr std::int64_t kDay = 86'400'000, kEnd = 253'402'300'800'000;
  if (at.ms < 0 || at.ms >= kEnd) {
    std::string out = to_rfc3339(at);
    if (out.find('.') == std::string::npos) out.insert(out.size() - 1, ".000");
    return out;
  }
  const std::int64_t days = at.ms / kDay + 719'468;
  const std::int64_t era = days / 146'097, of_era = days % 146'097;
  const std::int64_t year_of_era = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * of_year + 2) / 153;
  const std::int64_t day = of_year - (153 * shifted + 2) / 5 + 1, month = shifted < 10 ? shifted + 3 : shifted - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0), ms = at.ms % kDay;
  std::string out = "0000-00-00T00:00:00.000Z";
  const auto put = [&](std::size_t place, std::size_t digits, std::int64_t value) {
    for (std::size_t i = digits; i-- > 0; value /= 10) out[place + i] = static_cast<char>('0' + value % 10);
  };
  put(0, 4, year);
  put(5, 2, month);
  put(8, 2, day);
  put(11, 2, ms / 3'600'000);
  put(14, 2, ms / 60'000 % 60);
  put(17, 2, ms / 1'000 % 60);
  put(20, 3, ms % 1'000);
  return out;
}

void Json::comma() {
  if (needs_comma_) out_ += ',';
}

Json& Json::open() {
  comma();
  out_ += '{';
  needs_comma_ = false;
  return *this;
}

Json& Json::close() {
  out_ += '}';
  needs_comma_ = true;
  return *this;
}

Json& Json::open_list() {
  comma();
  out_ += '[';
  needs_comma_ = false;
  return *this;
}

Json& Json::close_list() {
  out_ += ']';
  needs_comma_ = true;
  return *this;
}

Json& Json::key(std::string_view name) {
  comma();
  out_ += '"';
  append_escaped(out_, name);
  out_ += "\":";
  needs_comma_ = false;
  return *this;
}

Json& Json::add(std::nullptr_t) {
  comma();
  out_ += "null";
  needs_comma_ = true;
  return *this;
}

Json& Json::add(bool value) {
  comma();
  out_ += value ? "true" : "false";
  needs_comma_ = true;
  return *this;
}

Json& Json::add(double value) {
  if (!std::isfinite(value)) return add(nullptr);
  comma();
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  out_.append(buffer, end.ptr);
  needs_comma_ = true;
  return *this;
}

Json& Json::add(std::string_view value) {
  comma();
  out_ += '"';
  if (is_ascii(value) || text::is_utf8(value)) {
    append_escaped(out_, value);
  } else {
    append_escaped(out_, text::repair_utf8(value));
  }
  out_ += '"';
  needs_comma_ = true;
  return *this;
}

Json& Json::add(Timestamp at) {
  comma();
  out_ += '"';
  out_ += api_time(at);
  out_ += '"';
  needs_comma_ = true;
  return *this;
}

Json& Json::add_number(std::int64_t value) {
  comma();
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  out_.append(buffer, end.ptr);
  needs_comma_ = true;
  return *this;
}

Json& Json::add_json(std::string_view text) {
  if (!nlohmann::json::accept(text)) return add(nullptr);
  comma();
  out_ += text;
  needs_comma_ = true;
  return *this;
}

}  // namespace amends::web
