#include "core/mime/parameters.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/mime/charset.h"
#include "core/mime/encoded_word.h"

namespace amends::mime {

namespace {

bool is_token(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != 127 &&
         std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

// Whether `s` begins with "name=", which ends a value that lost its semicolon.
bool begins_parameter(std::string_view s) {
  s = text::trim_left(s);
  std::size_t i = 0;
  while (i < s.size() && i < 40 && is_token(s[i])) ++i;
  return i > 0 && i < s.size() && s[i] == '=';
}

std::string_view skip_comments(std::string_view s) {
  s = text::trim_left(s);
  while (!s.empty() && s[0] == '(') {
    const std::size_t end = s.find(')');
    if (end == s.npos) return {};
    s = text::trim_left(s.substr(end + 1));
  }
  return s;
}

// Reads the quoted string at the front of `s` and moves behind it.
std::string quoted(std::string_view& s) {
  std::string out;
  std::size_t i = 1;
  for (; i < s.size(); ++i) {
    const char c = s[i];
    if (c == '\\' && i + 1 < s.size() && (s[i + 1] == '"' || s[i + 1] == '\\')) {
      out += s[++i];
      continue;
    }
    if (c == '"') {
      const std::string_view rest = text::trim_left(s.substr(i + 1));
      const bool closes = rest.empty() || rest[0] == ';' || rest[0] == '(' || rest[0] == ',' ||
                          begins_parameter(rest) || s.find('"', i + 1) == s.npos;
      if (closes) {
        ++i;
        break;
      }
    }
    out += c;
  }
  s.remove_prefix(std::min(i, s.size()));
  return out;
}

bool keeps_spaces(std::string_view name) {
  return text::starts_with_ignoring_case(name, "filename") || text::starts_with_ignoring_case(name, "name") ||
         text::equals_ignoring_case(name, "boundary");
}

std::string unquoted(std::string_view& s, std::string_view name) {
  const bool spaces = keeps_spaces(name);
  std::size_t end = 0;
  for (; end < s.size() && s[end] != ';'; ++end) {
    if (!text::is_space(s[end])) continue;
    if (!spaces || begins_parameter(s.substr(end))) break;
  }
  std::string_view value = text::trim(s.substr(0, end));
  if (!spaces) value = value.substr(0, value.find('('));
  s.remove_prefix(end);
  return std::string(value);
}

std::string percent_decode(std::string_view s) {
  const auto hex = [](char c) {
    const char low = text::ascii_lower(c);
    return text::is_digit(c) ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '%' && i + 2 < s.size() && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
      out += static_cast<char>(hex(s[i + 1]) * 16 + hex(s[i + 2]));
      i += 2;
    } else {
      out += s[i];
    }
  }
  return out;
}

// RFC 2231: one piece "name*3*=value".
struct Piece {
  std::string name;
  int order = 0;
  bool extended = false;
  std::string value;
};

void join_pieces(std::vector<Piece>& pieces, Parameters& out, Notes& notes) {
  std::stable_sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
    return a.name != b.name ? a.name < b.name : a.order < b.order;
  });
  for (std::size_t i = 0; i < pieces.size();) {
    const std::string name = pieces[i].name;
    std::string charset, bytes;
    bool any_extended = false;
    for (bool first = true; i < pieces.size() && pieces[i].name == name; ++i, first = false) {
      std::string_view value = pieces[i].value;
      if (!pieces[i].extended) {
        bytes += value;
        continue;
      }
      if (first) {
        const std::size_t one = value.find('\'');
        const std::size_t two = one == value.npos ? one : value.find('\'', one + 1);
        if (two != value.npos) {
          charset = value.substr(0, one);
          value.remove_prefix(two + 1);
        }
      }
      any_extended = true;
      bytes += percent_decode(value);
    }
    std::string decoded;
    if (any_extended) {
      to_utf8(bytes, charset, notes);
      // Some encode the encoded word.
      decoded = bytes.compare(0, 2, "=?") == 0 ? decode_words(bytes, notes) : one_line(bytes);
    } else {
      decoded = decode_words(bytes, notes);
    }
    // What was written with a charset beats the plain spelling beside it (RFC 6266 section 4.3 says so of the same
    // pair).
    const auto same =
        std::find_if(out.entries.begin(), out.entries.end(), [&](const auto& e) { return e.first == name; });
    if (same == out.entries.end()) {
      out.entries.emplace_back(name, std::move(decoded));
    } else if (!decoded.empty()) {
      same->second = std::move(decoded);
    }
  }
}

bool is_direction_mark(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

}  // namespace

std::string_view Parameters::operator[](std::string_view name) const {
  for (const auto& [key, entry] : entries) {
    if (key == name) return entry;
  }
  return {};
}

Parameters read_parameters(std::string_view raw, Notes& notes) {
  Parameters out;
  const std::string line = unfold(raw);
  std::string_view s = skip_comments(line);
  std::size_t end = 0;
  while (end < s.size() && s[end] != ';' && s[end] != '(' && !text::is_space(s[end])) ++end;
  // "text / plain" and "text/ plain".
  if (end < s.size() && text::is_space(s[end])) {
    const std::string_view rest = text::trim_left(s.substr(end));
    const bool slash_before = end > 0 && s[end - 1] == '/';
    if (!begins_parameter(rest) && (slash_before || (!rest.empty() && rest[0] == '/'))) {
      std::size_t semicolon = std::min(s.find(';'), s.size());
      end = semicolon;
    }
  }
  // A value that is already a parameter: "Content-Disposition: filename=x".
  if (begins_parameter(s.substr(0, std::min(s.size(), end + 1)))) end = 0;
  for (const char c : s.substr(0, end)) {
    if (!text::is_space(c) && c != '"') out.value += text::ascii_lower(c);
  }
  s.remove_prefix(end);

  std::vector<Piece> pieces;
  constexpr std::size_t kMostPieces = 2000;
  while (pieces.size() + out.entries.size() < kMostPieces) {
    while (!s.empty() && (text::is_space(s[0]) || s[0] == ';' || s[0] == ',')) s.remove_prefix(1);
    s = skip_comments(s);
    if (s.empty()) break;
    if (s[0] == ';' || s[0] == ',') continue;
    std::size_t i = 0;
    while (i < s.size() && s[i] != '=' && s[i] != ';' && !text::is_space(s[i])) ++i;
    std::string name = text::ascii_lower(s.substr(0, i));
    s = text::trim_left(s.substr(i));
    if (s.empty() || s[0] != '=') continue;
    s = text::trim_left(s.substr(1));
    std::string value;
    if (!s.empty() && s[0] == '"') {
      value = quoted(s);
      // RFC 2231 allows no quotes around an extended value, but many write them; what follows them is noise.
      while (!s.empty() && s[0] != ';' && !text::is_space(s[0])) s.remove_prefix(1);
    } else {
      value = unquoted(s, name);
    }
    const std::size_t star = name.find('*');
    if (star == name.npos) {
      if (name.empty() || !out[name].empty()) continue;
      const bool for_people =
          text::starts_with_ignoring_case(name, "name") || text::starts_with_ignoring_case(name, "filename");
      std::string read = for_people ? decode_words(value, notes) : one_line(text::repair_utf8(value));
      out.entries.emplace_back(std::move(name), std::move(read));
      continue;
    }
    Piece piece;
    piece.name = name.substr(0, star);
    std::string_view rest = std::string_view(name).substr(star + 1);
    piece.extended = rest.empty() || rest.back() == '*';
    for (const char c : rest) {
      if (!text::is_digit(c)) break;
      piece.order = std::min(piece.order * 10 + (c - '0'), 1'000'000);
    }
    piece.value = std::move(value);
    pieces.push_back(std::move(piece));
  }
  if (!pieces.empty()) join_pieces(pieces, out, notes);
  return out;
}

std::string safe_filename(std::string_view name) {
  std::string clean;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = text::next_utf8(name, at);
    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || is_direction_mark(c)) continue;
    text::append_utf8(clean, c);
  }
  std::string_view s = text::trim(clean);
  if (s.empty()) return {};
  while (!s.empty() && (s.back() == '/' || s.back() == '\\')) s.remove_suffix(1);
  if (const std::size_t slash = s.find_last_of("/\\"); slash != s.npos) s.remove_prefix(slash + 1);
  s = text::trim(s);
  if (s.find_first_not_of(". ") == s.npos) return "unnamed";
  constexpr std::size_t kLongest = 255;
  if (s.size() <= kLongest) return std::string(s);
  const std::size_t dot = s.rfind('.');
  const std::string_view extension = dot != s.npos && s.size() - dot <= 16 ? s.substr(dot) : std::string_view();
  return std::string(text::trim_right(text::clip(s, kLongest - extension.size()))) + std::string(extension);
}

}  // namespace amends::mime
