// Modified UTF-7 (RFC 3501 section 5.1.3): printable ASCII stands for itself, "&" is "&-", everything else is UTF-16 in
// a base64 of its own ("," for "/", no padding) between "&" and "-".
#include <cstdint>

#include "connectors/email/imap_wire.h"
#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

// UTF-16 units of one shifted run; false when it isn't canonical.
bool decode_run(std::string_view run, std::string& out) {
  std::uint32_t bits = 0;
  int have = 0;
  char32_t high = 0;
  for (const char c : run) {
    const std::size_t six = kAlphabet.find(c);
    if (six == kAlphabet.npos) return false;
    bits = (bits << 6) | static_cast<std::uint32_t>(six);
    have += 6;
    if (have < 16) continue;
    have -= 16;
    const char32_t unit = (bits >> have) & 0xFFFF;
    bits &= (1U << have) - 1;
    if (unit >= 0xD800 && unit < 0xDC00) {
      if (high != 0) return false;
      high = unit;
    } else if (unit >= 0xDC00 && unit < 0xE000) {
      if (high == 0) return false;
      text::append_utf8(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
      high = 0;
    } else {
      if (high != 0 || (unit >= 0x20 && unit < 0x7F)) return false;
      text::append_utf8(out, unit);
    }
  }
  return high == 0 && have < 6 && bits == 0;
}

void encode_run(const std::u16string& run, std::string& out) {
  if (run.empty()) return;
  out += '&';
  std::uint32_t bits = 0;
  int have = 0;
  for (const char16_t unit : run) {
    bits = (bits << 16) | unit;
    for (have += 16; have >= 6;) {
      have -= 6;
      out += kAlphabet[(bits >> have) & 63];
    }
    bits &= (1U << have) - 1;
  }
  if (have > 0) out += kAlphabet[(bits << (6 - have)) & 63];
  out += '-';
}

}  // namespace

std::optional<std::string> from_mutf7(std::string_view wire) {
  std::string out;
  for (std::size_t at = 0; at < wire.size(); ++at) {
    const auto byte = static_cast<unsigned char>(wire[at]);
    if (byte < 0x20 || byte > 0x7E) return {};
    if (wire[at] != '&') {
      out += wire[at];
      continue;
    }
    const std::size_t end = wire.find('-', at);
    if (end == wire.npos) return {};
    if (end == at + 1) {
      out += '&';
    } else if (!decode_run(wire.substr(at + 1, end - at - 1), out)) {
      return {};
    }
    at = end;
  }
  return out;
}

std::string to_mutf7(std::string_view utf8) {
  std::string out;
  std::u16string run;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = text::next_utf8(utf8, at);
    if (c >= 0x20 && c < 0x7F) {
      encode_run(run, out);
      run.clear();
      out += static_cast<char>(c);
      if (c == '&') out += '-';
    } else if (c > 0xFFFF) {
      run += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      run += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      run += static_cast<char16_t>(c);
    }
  }
  encode_run(run, out);
  return out;
}

}  // namespace amends::connectors::email
