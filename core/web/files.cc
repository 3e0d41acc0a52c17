#include "core/web/files.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/http/url.h"

namespace amends::web {
namespace {

constexpr std::string_view kPlain = "application/octet-stream";
constexpr std::int64_t kMostPixels = 50'000'000;
constexpr std::size_t kLongestName = 100;

std::uint32_t big_endian(std::string_view s, std::size_t at, std::size_t bytes) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < bytes; ++i) out = (out << 8) | static_cast<unsigned char>(s[at + i]);
  return out;
}
std::uint32_t little_endian(std::string_view s, std::size_t at, std::size_t bytes) {
  std::uint32_t out = 0;
  for (std::size_t i = bytes; i-- > 0;) out = (out << 8) | static_cast<unsigned char>(s[at + i]);
  return out;
}

struct Size {
  std::int64_t width = 0, height = 0;
};

// Walks the segments of a JPEG to its frame header (ITU T.81, B.2.2).
Size jpeg_size(std::string_view s) {
  std::size_t at = 2;
  while (at + 9 < s.size() && s[at] == '\xFF') {
    const auto marker = static_cast<unsigned char>(s[at + 1]);
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) return {big_endian(s, at + 7, 2), big_endian(s, at + 5, 2)};
    at += 2 + big_endian(s, at + 2, 2);
  }
  return {};
}

Size webp_size(std::string_view s) {
  if (s.size() < 30) return {};
  const std::string_view chunk = s.substr(12, 4);
  if (chunk == "VP8X") return {little_endian(s, 24, 3) + 1, little_endian(s, 27, 3) + 1};
  if (chunk == "VP8 ") return {little_endian(s, 26, 2) & 0x3FFF, little_endian(s, 28, 2) & 0x3FFF};
  if (chunk == "VP8L") {
    const std::uint32_t bits = little_endian(s, 21, 4);
    return {(bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1};
  }
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

// Invisible, turning or control: what makes a name look like another.
bool is_treacherous(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         c == 0xFFFD || (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

bool is_device_name(std::string_view name) {
  const std::string stem = text::ascii_lower(text::trim(name.substr(0, name.find('.'))));
  for (const std::string_view device : {"con", "prn", "aux", "nul"}) {
    if (stem == device) return true;
  }
  return stem.size() == 4 && (stem.substr(0, 3) == "com" || stem.substr(0, 3) == "lpt") && text::is_digit(stem[3]);
}

}  // namespace

std::string_view sniffed_type(std::string_view s) {
  std::string_view type;
  Size size;
  if (s.size() >= 24 && s.substr(0, 8) == "\x89PNG\r\n\x1A\n") {
    type = "image/png";
    size = {big_endian(s, 16, 4), big_endian(s, 20, 4)};
  } else if (s.size() >= 10 && (s.substr(0, 6) == "GIF87a" || s.substr(0, 6) == "GIF89a")) {
    type = "image/gif";
    size = {little_endian(s, 6, 2), little_endian(s, 8, 2)};
  } else if (s.size() >= 12 && s.substr(0, 3) == "\xFF\xD8\xFF") {
    type = "image/jpeg";
    size = jpeg_size(s);
  } else if (s.size() >= 16 && s.substr(0, 4) == "RIFF" && s.substr(8, 4) == "WEBP") {
    type = "image/webp";
    size = webp_size(s);
  }
  if (type.empty() || size.width <= 0 || size.height <= 0 || size.width * size.height > kMostPixels || holds_markup(s))
    return kPlain;
  return type;
}

std::string safe_file_name(std::string_view name, std::string_view fallback) {
  const std::string valid = text::repair_utf8(name);
  std::string out;
  for (std::size_t at = 0; at < valid.size();) {
    const char32_t c = text::next_utf8(valid, at);
    if (is_treacherous(c)) continue;
    const bool forbidden =
        c == '/' || c == '\\' || c == ':' || c == '*' || c == '?' || c == '"' || c == '<' || c == '>' || c == '|';
    if (forbidden) {
      out += '_';
    } else {
      text::append_utf8(out, c);
    }
  }
  const auto is_edge = [](char c) { return c == '.' || c == ' ' || c == '_'; };
  while (!out.empty() && is_edge(out.front())) out.erase(out.begin());
  while (!out.empty() && (out.back() == '.' || out.back() == ' ')) out.pop_back();
  if (out.size() > kLongestName) {
    const auto dot = out.rfind('.');
    const std::string ending = dot != out.npos && out.size() - dot <= 16 ? out.substr(dot) : "";
    out = std::string(text::clip(out, kLongestName - ending.size())) + ending;
  }
  if (out.empty()) return std::string(fallback);
  return is_device_name(out) ? "file-" + out : out;
}

std::string content_disposition(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool fits = text::is_alpha(c) || text::is_digit(c) || c == '.' || c == '-' || c == '_' || c == ' ';
    if (fits) {
      plain += c;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      plain += '_';
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + http::percent_encode(name);
}

http::Fields file_headers(std::string_view name) {
  return {{"Content-Disposition", content_disposition(name)},
          {"Content-Security-Policy", "sandbox; default-src 'none'"}};
}

Reply file_reply(std::string bytes, std::string_view name, std::string_view fallback) {
  Reply out;
  out.type = sniffed_type(bytes);
  out.body = std::move(bytes);
  out.headers = file_headers(safe_file_name(name, fallback));
  return out;
}

}  // namespace amends::web
