#include "connectors/file/encoding.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::connectors::file {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LeMark = "\xFF\xFE";
constexpr std::string_view kUtf16BeMark = "\xFE\xFF";

bool starts_with(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }

// 0x80 to 0x9F of windows-1252 as the WHATWG encoding standard has it: the five unassigned bytes stay C1 controls.
constexpr char32_t kC1[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                              0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                              0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::string from_windows1252(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text::append_utf8(out, byte >= 0x80 && byte < 0xA0 ? kC1[byte - 0x80] : char32_t{byte});
  }
  return out;
}

std::string from_utf16(std::string_view bytes, bool big) {
  const auto unit = [&](std::size_t at) {
    const auto a = static_cast<unsigned char>(bytes[at]), b = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(big ? a << 8 | b : b << 8 | a);
  };
  std::string out;
  out.reserve(bytes.size());
  std::size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) {
    char32_t c = unit(at);
    if (c >= 0xD800 && c < 0xDC00 && at + 3 < bytes.size()) {
      if (const char32_t low = unit(at + 2); low >= 0xDC00 && low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    text::append_utf8(out, c);
  }
  if (at < bytes.size()) text::append_utf8(out, 0xFFFD);
  return out;
}

}  // namespace

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8: return "UTF-8";
    case Encoding::utf16le:
    case Encoding::utf16be: return "UTF-16";
    case Encoding::windows1252: return "windows-1252";
  }
  return "?";
}

std::optional<Encoding> encoding_named(std::string_view name, std::string_view bytes) {
  if (name == "utf-8") return Encoding::utf8;
  if (name == "windows-1252") return Encoding::windows1252;
  if (name == "utf-16") return starts_with(bytes, kUtf16BeMark) ? Encoding::utf16be : Encoding::utf16le;
  return {};
}

Encoding detect_encoding(std::string_view bytes) {
  if (starts_with(bytes, kUtf8Mark)) return Encoding::utf8;
  if (starts_with(bytes, kUtf16LeMark)) return Encoding::utf16le;
  if (starts_with(bytes, kUtf16BeMark)) return Encoding::utf16be;
  // Western text in UTF-16 has a NUL in nearly every second byte; no other text has any.
  const std::string_view head = bytes.substr(0, 2000);
  std::size_t nuls[2] = {0, 0};
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\0') ++nuls[i % 2];
  }
  if (nuls[1] * 4 > head.size() && nuls[0] * 8 < head.size()) return Encoding::utf16le;
  if (nuls[0] * 4 > head.size() && nuls[1] * 8 < head.size()) return Encoding::utf16be;
  return text::is_utf8(bytes) ? Encoding::utf8 : Encoding::windows1252;
}

std::string to_utf8(std::string_view bytes, Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8:
      if (starts_with(bytes, kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
      return text::repair_utf8(bytes);
    case Encoding::utf16le:
      if (starts_with(bytes, kUtf16LeMark)) bytes.remove_prefix(2);
      return from_utf16(bytes, false);
    case Encoding::utf16be:
      if (starts_with(bytes, kUtf16BeMark)) bytes.remove_prefix(2);
      return from_utf16(bytes, true);
    case Encoding::windows1252: return from_windows1252(bytes);
  }
  return {};
}

}  // namespace amends::connectors::file
