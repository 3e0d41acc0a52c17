#include "core/app/picture.h"

#include "core/base/text.h"

namespace amends::app {
namespace {

struct Size {
  std::int64_t width = 0, height = 0;
};

// 0 past the end.
std::int64_t byte(std::string_view s, std::size_t at) { return at < s.size() ? static_cast<unsigned char>(s[at]) : 0; }
std::int64_t big(std::string_view s, std::size_t at, int count) {
  std::int64_t out = 0;
  for (int i = 0; i < count; ++i) out = out << 8 | byte(s, at + static_cast<std::size_t>(i));
  return out;
}
std::int64_t little(std::string_view s, std::size_t at, int count) {
  std::int64_t out = 0;
  for (int i = count; i-- > 0;) out = out << 8 | byte(s, at + static_cast<std::size_t>(i));
  return out;
}

// From segment to segment until the frame header; bytes of 0xFF may stand between them.
Size jpeg_size(std::string_view s) {
  for (std::size_t at = 2; at + 9 <= s.size();) {
    if (byte(s, at) != 0xFF) return {};
    const std::int64_t marker = byte(s, at + 1);
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) return {big(s, at + 7, 2), big(s, at + 5, 2)};
    const bool bare = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
    at += bare ? 2 : 2 + static_cast<std::size_t>(big(s, at + 2, 2));
  }
  return {};
}

Size webp_size(std::string_view s) {
  const std::string_view chunk = s.substr(12, 4);
  if (chunk == "VP8X") return {little(s, 24, 3) + 1, little(s, 27, 3) + 1};
  if (chunk == "VP8L" && byte(s, 20) == 0x2F) {
    const std::int64_t bits = little(s, 21, 4);
    return {(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
  }
  if (chunk == "VP8 " && s.substr(23, 3) == "\x9D\x01\x2A")
    return {little(s, 26, 2) & 0x3FFF, little(s, 28, 2) & 0x3FFF};
  return {};
}

bool holds_markup(std::string_view s) {
  const std::string head = text::ascii_lower(s.substr(0, 1024));
  for (const std::string_view mark :
       {"<script", "<html", "<!doc", "<svg", "<body", "<iframe", "<?xml", "<img", "%pdf"}) {
    if (head.find(mark) != head.npos) return true;
  }
  return false;
}

}  // namespace

std::optional<Picture> picture_of(std::string_view s) {
  std::string_view type;
  Size size;
  if (s.size() < 26) return {};
  if (s.substr(0, 8) == "\x89PNG\r\n\x1A\n" && s.substr(12, 4) == "IHDR") {
    type = "image/png";
    size = {big(s, 16, 4), big(s, 20, 4)};
  } else if (s.substr(0, 3) == "\xFF\xD8\xFF") {
    type = "image/jpeg";
    size = jpeg_size(s);
  } else if (s.substr(0, 6) == "GIF87a" || s.substr(0, 6) == "GIF89a") {
    type = "image/gif";
    size = {little(s, 6, 2), little(s, 8, 2)};
  } else if (s.substr(0, 4) == "RIFF" && s.substr(8, 4) == "WEBP") {
    type = "image/webp";
    size = webp_size(s);
  }
  const bool sane = size.width > 0 && size.height > 0 && size.width <= kMostPixels && size.height <= kMostPixels &&
                    size.width * size.height <= kMostPixels;
  if (type.empty() || !sane || holds_markup(s)) return {};
  return Picture{type, size.width, size.height};
}

}  // namespace amends::app
