#include "core/mime/transfer.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace amends::mime {

namespace {

constexpr std::array<std::int8_t, 256> kBase64 = [] {
  std::array<std::int8_t, 256> table{};
  for (auto& v : table) v = -1;
  for (int i = 0; i < 26; ++i) {
    table[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(i);
    table[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(26 + i);
  }
  for (int i = 0; i < 10; ++i) table[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(52 + i);
  table['+'] = 62;
  table['/'] = 63;
  return table;
}();

int hex_value(char c) {
  if (text::is_digit(c)) return c - '0';
  const char low = text::ascii_lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

struct Base64State {
  std::uint32_t bits = 0;
  int count = 0;  // sextets in `bits`
  // What is left of an unfinished group: missing padding is no reason to lose bytes.
  void flush(std::string& out) {
    if (count >= 2) out += static_cast<char>(bits >> (count == 2 ? 4 : 10));
    if (count == 3) out += static_cast<char>((bits >> 2) & 0xFF);
    bits = 0;
    count = 0;
  }
};

void decode_base64_into(std::string_view in, std::string& out, Base64State& state) {
  for (const char c : in) {
    const std::int8_t value = kBase64[static_cast<unsigned char>(c)];
    if (value < 0) {
      // Padding ends a group; another one may follow where two encodings were put behind each other.
      if (c == '=') state.flush(out);
      continue;
    }
    state.bits = (state.bits << 6) | static_cast<std::uint32_t>(value);
    if (++state.count == 4) {
      out += static_cast<char>(state.bits >> 16);
      out += static_cast<char>((state.bits >> 8) & 0xFF);
      out += static_cast<char>(state.bits & 0xFF);
      state.bits = 0;
      state.count = 0;
    }
  }
}

bool is_base64_line(std::string_view line) {
  for (const char c : line) {
    if (kBase64[static_cast<unsigned char>(c)] < 0 && c != '=' && !text::is_space(c)) return false;
  }
  // Words parted by spaces are somebody's sentence.
  return text::trim(line).find(' ') == line.npos;
}

// Mostly base64, and no two words.
bool is_mostly_base64(std::string_view line) {
  line = text::trim(line);
  std::size_t strays = 0;
  for (const char c : line) {
    if (c == ' ' || c == '\t') return false;
    if (kBase64[static_cast<unsigned char>(c)] < 0 && c != '=') ++strays;
  }
  return strays * 4 <= line.size();
}

// A line of base64 into which something strayed on the way (RFC 2045 section 6.8 has such characters ignored), told
// from a sentence or an address by what stands around it: it is as long as encoders make them, or padded, or more
// follows.
bool is_spoilt_base64(std::string_view line, std::string_view behind) {
  if (!is_mostly_base64(line)) return false;
  line = text::trim(line);
  const std::string_view next = text::trim(behind.substr(0, behind.find('\n')));
  return line.size() >= 60 || (!line.empty() && line.back() == '=') || (!next.empty() && is_base64_line(next));
}

// What a body of spoilt base64 decodes to, if that reads as text.
std::optional<std::string> spoilt_base64_text(std::string_view in) {
  for (std::string_view rest = in; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    if (!is_mostly_base64(line)) return {};
  }
  std::string out;
  Base64State state;
  decode_base64_into(in, out, state);
  state.flush(out);
  const bool readable = text::is_utf8(out) && std::none_of(out.begin(), out.end(), [](char c) {
                          return static_cast<unsigned char>(c) < ' ' && !text::is_space(c);
                        });
  if (!readable) return {};
  return out;
}

}  // namespace

std::optional<Transfer> transfer_of(std::string_view value) {
  std::string name;
  for (const char c : value) {
    if (c == ';' || c == '(' || c == ',' || (text::is_space(c) && !name.empty())) break;
    if (text::is_space(c) || c == '"' || c == '\'') continue;
    name += text::ascii_lower(c);
  }
  if (name.empty() || name == "7bit" || name == "8bit" || name == "binary" || name == "7-bit" || name == "8-bit") {
    return Transfer::identity;
  }
  if (name == "quoted-printable" || name == "quoted_printable" || name == "quotedprintable" || name == "qp") {
    return Transfer::quoted_printable;
  }
  if (name == "quoted" && value.find("rintable") != value.npos) return Transfer::quoted_printable;
  if (name == "base64" || name == "base-64" || name == "x-base64") return Transfer::base64;
  if (name == "uuencode" || name == "x-uuencode" || name == "x-uue" || name == "uue") return Transfer::uuencode;
  return {};
}

Transfer guess_transfer(std::string_view body, bool declared) {
  constexpr std::size_t kLook = std::size_t{64} * 1024;
  body = body.substr(0, kLook);
  if (!declared && body.find("=\n") == body.npos && body.find("=\r\n") == body.npos) return Transfer::identity;
  int soft = 0, escapes = 0, bare = 0, base64 = 0, other = 0;
  for (auto line : text::lines(body)) {
    line = text::trim_right(line);
    if (line.empty()) continue;
    // An encoder breaks lines where they get too long, and leaves no "=" bare.
    if (line.size() >= 60 && line.size() <= 77 && line.back() == '=') ++soft;
    for (std::size_t at = line.find('='); at != line.npos && at + 1 < line.size(); at = line.find('=', at + 1)) {
      const bool escape = at + 2 < line.size() && hex_value(line[at + 1]) >= 0 && hex_value(line[at + 2]) >= 0;
      ++(escape ? escapes : bare);
    }
    if (declared && is_base64_line(line) && line.size() <= 76 && line.size() % 4 == 0) {
      ++base64;
    } else {
      ++other;
    }
  }
  if (soft >= 2 && escapes >= 2 && bare == 0) return Transfer::quoted_printable;
  if (declared && base64 >= 2 && other == 0) return Transfer::base64;
  return Transfer::identity;
}

void decode_base64(std::string_view in, std::string& out) {
  out.reserve(out.size() + in.size() / 4 * 3 + 3);
  Base64State state;
  const std::size_t padding = in.find('=');
  decode_base64_into(in.substr(0, padding), out, state);
  if (padding != in.npos) {
    // Behind the padding only what is base64 all through still counts; the rest is somebody's text.
    std::string_view rest = in.substr(padding);
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      if (rest.data() != in.data() + padding && !is_base64_line(line)) break;
      decode_base64_into(line, out, state);
      if (end == rest.npos) break;
      rest.remove_prefix(end + 1);
    }
  }
  state.flush(out);
}

void decode_base64_text(std::string_view in, std::string& out, Notes& notes) {
  out.reserve(out.size() + in.size() / 4 * 3 + 3);
  Base64State state;
  bool any = false;
  while (!in.empty()) {
    const std::size_t end = in.find('\n');
    const std::string_view line = in.substr(0, end);
    if (!is_base64_line(line)) {
      constexpr std::string_view kLeftOut = "characters that are no base64 are left out";
      const std::string_view behind = end == in.npos ? std::string_view() : in.substr(end + 1);
      auto whole = any ? std::nullopt : spoilt_base64_text(in);
      if (whole) {
        add_note(notes, kLeftOut);
        out += *whole;
        return;
      }
      if (any && (state.count != 0 || is_spoilt_base64(line, behind))) {
        add_note(notes, kLeftOut);
      } else {
        add_note(notes, any ? "text after the end of base64 is kept as it is" : "labelled base64 but it is plain text");
        if (any && !out.empty() && out.back() != '\n') out += '\n';
        out += in;
        return;
      }
    }
    if (!text::trim(line).empty()) any = true;
    decode_base64_into(line, out, state);
    if (end == in.npos) break;
    in.remove_prefix(end + 1);
  }
  state.flush(out);
}

void decode_quoted_printable(std::string_view in, std::string& out) {
  out.reserve(out.size() + in.size());
  while (!in.empty()) {
    const std::size_t end = in.find('\n');
    std::string_view line = in.substr(0, end);
    const bool has_break = end != in.npos;
    in.remove_prefix(has_break ? end + 1 : in.size());
    const bool crlf = !line.empty() && line.back() == '\r';
    // White space at a line's end was added on the way (RFC 2045 section 6.7, rule 3).
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
    bool soft = false;
    for (std::size_t i = 0; i < line.size();) {
      const std::size_t equals = line.find('=', i);
      if (equals == line.npos) {
        out.append(line, i);
        break;
      }
      out.append(line, i, equals - i);
      if (equals + 1 == line.size()) {
        soft = true;
        break;
      }
      const int high = hex_value(line[equals + 1]);
      const int low = equals + 2 < line.size() ? hex_value(line[equals + 2]) : -1;
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i = equals + 3;
      } else {
        out += '=';
        i = equals + 1;
      }
    }
    if (has_break && !soft) out += crlf ? "\r\n" : "\n";
  }
}

void decode_q(std::string_view in, std::string& out) {
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '_') {
      out += ' ';
    } else if (in[i] == '=' && i + 2 < in.size() && hex_value(in[i + 1]) >= 0 && hex_value(in[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(in[i + 1]) * 16 + hex_value(in[i + 2]));
      i += 2;
    } else {
      out += in[i];
    }
  }
}

void decode_uu_line(std::string_view line, std::string& out) {
  const auto value = [](char c) { return static_cast<unsigned>(c - ' ') & 63U; };
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.empty() || line[0] < ' ' || line[0] > '`') return;
  const std::size_t length = value(line[0]);
  line.remove_prefix(1);
  std::size_t written = 0;
  for (std::size_t i = 0; written < length; i += 4) {
    // Spaces at the end of a line get lost on the way; they mean zero.
    const auto at = [&](std::size_t k) { return i + k < line.size() ? value(line[i + k]) : 0U; };
    const unsigned bits = (at(0) << 18) | (at(1) << 12) | (at(2) << 6) | at(3);
    for (int k = 0; k < 3 && written < length; ++k, ++written) out += static_cast<char>((bits >> (16 - 8 * k)) & 0xFF);
  }
}

void decode_uuencode(std::string_view in, std::string& out) {
  for (const auto line : text::lines(in)) {
    if (line.compare(0, 6, "begin ") == 0) continue;
    if (text::trim(line) == "end") break;
    decode_uu_line(line, out);
  }
}

std::string encode_base64_lines(std::string_view bytes) {
  constexpr std::size_t kBytesPerLine = 57;  // 76 characters
  std::string out;
  out.reserve(bytes.size() / 57 * 78 + 80);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kBytesPerLine, bytes.size()))) {
    out += text::to_base64(bytes.substr(0, kBytesPerLine));
    out += "\r\n";
  }
  return out;
}

std::string encode_quoted_printable(std::string_view crlf) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  constexpr std::size_t kLongest = 75;  // and "=" for a soft break
  std::string out;
  out.reserve(crlf.size() + crlf.size() / 4);
  for (const auto line : text::lines(crlf)) {
    std::size_t column = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      const auto byte = static_cast<unsigned char>(c);
      const bool last = i + 1 == line.size();
      const bool from = i == 0 && line.compare(0, 5, "From ") == 0;
      const bool dot = c == '.' && column == 0;
      const bool plain =
          ((byte > ' ' && byte < 127 && c != '=') || ((c == ' ' || c == '\t') && !last)) && !from && !dot;
      const std::size_t need = plain ? 1 : 3;
      if (column + need > kLongest) {
        out += "=\r\n";
        column = 0;
        // The new line may begin with what a server would touch.
        if (c == '.' || c == 'F') {
          out += '=';
          out += kHex[byte >> 4];
          out += kHex[byte & 15];
          column = 3;
          continue;
        }
      }
      if (plain) {
        out += c;
      } else {
        out += '=';
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
      }
      column += need;
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace amends::mime
