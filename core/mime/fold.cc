#include "core/mime/fold.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/mime/charset.h"

namespace amends::mime {

namespace {

constexpr std::size_t kLine = 78;
constexpr std::size_t kWord = 75;  // RFC 2047 section 2

bool is_atom(char c) {
  return text::is_alpha(c) || text::is_digit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// RFC 2047 section 5 (3): what stands for itself in a Q-encoded phrase.
bool is_plain_q(char c) {
  return text::is_alpha(c) || text::is_digit(c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/';
}

std::string q_encode(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      out += '_';
    } else if (is_plain_q(c)) {
      out += c;
    } else {
      out += '=';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

// Each word holds whole characters (RFC 2047 section 5).
std::vector<std::string> encoded_words(std::string_view s) {
  const std::string q = q_encode(s);
  const bool use_q = q.size() <= text::to_base64(s).size() + 8;
  constexpr std::size_t kRoom = kWord - 12;  // without "=?utf-8?q?" and "?="
  std::vector<std::string> out;
  std::string chunk;
  const auto flush = [&] {
    if (chunk.empty()) return;
    out.push_back(use_q ? "=?utf-8?q?" + q_encode(chunk) + "?=" : "=?utf-8?b?" + text::to_base64(chunk) + "?=");
    chunk.clear();
  };
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t from = at;
    text::next_utf8(s, at);
    const std::string_view character = s.substr(from, at - from);
    const std::string longer = chunk + std::string(character);
    const std::size_t size = use_q ? q_encode(longer).size() : (longer.size() + 2) / 3 * 4;
    if (size > kRoom) flush();
    chunk += character;
  }
  flush();
  return out;
}

bool has_long_run(std::string_view s) {
  std::size_t run = 0;
  for (const char c : s) {
    run = c == ' ' ? 0 : run + 1;
    if (run > 70) return true;
  }
  return false;
}

// Text that comes back as it was when it is cut at single spaces.
bool is_plain(std::string_view s) {
  return text::is_ascii(s) && s.find("=?") == s.npos && s.find("  ") == s.npos && !has_long_run(s) &&
         (s.empty() || (s.front() != ' ' && s.back() != ' '));
}

std::vector<std::string> at_spaces(std::string_view s) {
  std::vector<std::string> out;
  for (const auto word : text::split(s, ' ')) out.emplace_back(word);
  return out;
}

std::string percent(std::string_view s) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : s) {
    const auto byte = static_cast<unsigned char>(c);
    if (text::is_alpha(c) || text::is_digit(c) || c == '.' || c == '-' || c == '_') {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string quote(std::string_view s) {
  std::string out = "\"";
  for (const char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

bool is_unsafe(std::string_view s) {
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c < 0x20 || c == 0x7F) return true;
    if (c == 0xC2 && i + 1 < s.size() && static_cast<unsigned char>(s[i + 1]) < 0xA0) return true;
  }
  return !text::is_utf8(s);
}

std::string fold(std::string_view name, const std::vector<std::string>& words) {
  std::string out(name);
  out += ':';
  std::size_t column = out.size();
  bool first = true;
  for (const auto& word : words) {
    if (!first && column + 1 + word.size() > kLine) {
      out += "\r\n";
      column = 0;
    }
    out += ' ';
    out += word;
    column += 1 + word.size();
    first = false;
  }
  return out + "\r\n";
}

std::vector<std::string> text_words(std::string_view s) {
  if (s.empty()) return {};
  return is_plain(s) ? at_spaces(s) : encoded_words(s);
}

std::vector<std::string> phrase_words(std::string_view name) {
  if (name.empty()) return {};
  if (!is_plain(name)) return encoded_words(name);
  if (std::all_of(name.begin(), name.end(), [](char c) { return is_atom(c) || c == ' '; })) return at_spaces(name);
  return at_spaces(quote(name));
}

std::vector<std::string> parameter_words(std::string_view name, std::string_view value) {
  constexpr std::size_t kPiece = 60;
  if (text::is_ascii(value) && value.size() <= kPiece && value.find("=?") == value.npos) {
    return {std::string(name) + "=" + quote(value)};
  }
  const std::string encoded = percent(value);
  if (encoded.size() <= kPiece) return {std::string(name) + "*=utf-8''" + encoded};
  std::vector<std::string> out;
  std::string_view rest = encoded;
  for (int i = 0; !rest.empty(); ++i) {
    std::size_t end = std::min(kPiece, rest.size());
    // Not inside "%XX".
    if (end < rest.size()) {
      if (rest[end - 1] == '%')
        end -= 1;
      else if (rest[end - 2] == '%')
        end -= 2;
    }
    std::string piece = std::string(name) + "*" + std::to_string(i) + "*=" + (i == 0 ? "utf-8''" : "");
    piece += rest.substr(0, end);
    rest.remove_prefix(end);
    if (!rest.empty()) piece += ';';
    out.push_back(std::move(piece));
  }
  return out;
}

}  // namespace amends::mime
