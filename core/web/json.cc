#include "core/web/json.h"

#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace amends::web {
namespace {

bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

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
  std::string out = to_rfc3339(at);
  if (out.find('.') == std::string::npos) out.insert(out.size() - 1, ".000");
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
  add(name);
  out_ += ':';
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
  if (text::is_utf8(value)) {
    append_escaped(out_, value);
  } else {
    append_escaped(out_, text::repair_utf8(value));
  }
  out_ += '"';
  needs_comma_ = true;
  return *this;
}

Json& Json::add(Timestamp at) { return add(api_time(at)); }

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
