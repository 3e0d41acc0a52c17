#include "core/web/files.h"

#include <algorithm>

#include "core/app/picture.h"
#include "core/base/text.h"
#include "core/http/url.h"

namespace amends::web {
namespace {

constexpr std::string_view kPlain = "application/octet-stream";
constexpr std::size_t kLongestName = 100;

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

std::string_view sniffed_type(std::string_view bytes) {
  const auto picture = app::picture_of(bytes);
  return picture ? picture->type : kPlain;
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
