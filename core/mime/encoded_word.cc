#include "core/mime/encoded_word.h"

#include "core/base/text.h"
#include "core/mime/charset.h"
#include "core/mime/transfer.h"

namespace amends::mime {

namespace {

struct Word {
  std::string_view charset;
  char encoding = 0;
  std::string_view text;
  std::size_t end = 0;  // just behind "?="
};

bool is_hex(char c) { return text::is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Reads the word at `at` (where "=?" stands); `no_end` remembers that no "?=" follows any more, which keeps a header
// full of beginnings linear.
bool read_word(std::string_view s, std::size_t at, Word& word, bool& no_end) {
  constexpr std::size_t kLongestCharset = 80;
  const std::size_t charset = at + 2;
  const std::size_t first = s.substr(0, charset + kLongestCharset).find('?', charset);
  if (first == s.npos || first == charset || first + 2 >= s.size() || s[first + 2] != '?') return false;
  word.charset = s.substr(charset, first - charset);
  if (word.charset.find_first_of(" \t\"<>()@,;=") != s.npos) return false;
  word.charset = word.charset.substr(0, word.charset.find('*'));  // RFC 2231 section 5: a language
  word.encoding = text::ascii_lower(s[first + 1]);
  if (word.encoding != 'q' && word.encoding != 'b') return false;
  const std::size_t start = first + 3;
  std::size_t end = s.find("?=", start);
  if (end == s.npos) {
    no_end = true;
    return false;
  }
  // A question mark that should have been encoded, before an encoded character: "why?=3F?=".
  if (word.encoding == 'q') {
    while (end + 4 <= s.size() && is_hex(s[end + 2]) && is_hex(s[end + 3])) {
      const std::size_t next = s.find("?=", end + 2);
      if (next == s.npos || s.substr(end, next - end).find(' ') != s.npos ||
          s.substr(end, next - end).find("=?") != s.npos) {
        break;
      }
      end = next;
    }
  }
  word.text = s.substr(start, end - start);
  word.end = end + 2;
  return true;
}

void append_bytes(const Word& word, std::string& out) {
  if (word.encoding == 'b') {
    decode_base64(word.text, out);
  } else {
    decode_q(word.text, out);
  }
}

// Text between words: 8-bit bytes without a label.
void append_plain(std::string_view plain, Notes& notes, std::string_view hint, std::string& out) {
  if (text::is_ascii(plain)) {
    out += plain;
    return;
  }
  std::string bytes(plain);
  to_utf8(bytes, {}, notes, hint);
  out += bytes;
}

}  // namespace

std::string unfold(std::string_view raw) {
  raw = text::trim(raw);
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (c != '\r' && c != '\n') {
      if (c != '\0') out += c;
      continue;
    }
    while (i + 1 < raw.size() && (raw[i + 1] == '\r' || raw[i + 1] == '\n')) ++i;
    if (i + 1 < raw.size() && raw[i + 1] != ' ' && raw[i + 1] != '\t') out += ' ';
  }
  return out;
}

std::string one_line(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c == '\t' || c == '\n' || c == '\r') {
      out += ' ';
    } else if (c < 0x20 || c == 0x7F) {
      continue;
    } else if (c == 0xC2 && i + 1 < s.size() && static_cast<unsigned char>(s[i + 1]) < 0xA0) {
      ++i;
    } else if (s.compare(i, 3, "\u2028") == 0 || s.compare(i, 3, "\u2029") == 0) {
      out += ' ';
      i += 2;
    } else {
      out += s[i];
    }
  }
  return out;
}

std::string decode_words(std::string_view s, Notes& notes, std::string_view hint) {
  std::string out;
  std::string run;  // bytes of neighbouring words that share a charset
  std::string_view run_charset;
  const auto flush = [&] {
    if (run.empty()) return;
    to_utf8(run, run_charset, notes);
    out += run;
    run.clear();
  };
  std::size_t plain_from = 0;
  bool after_word = false;
  bool no_end = false;
  for (std::size_t at = s.find("=?"); at != s.npos; at = s.find("=?", at)) {
    Word word;
    if (no_end || !read_word(s, at, word, no_end)) {
      if (no_end) break;
      at += 2;
      continue;
    }
    const std::string_view between = s.substr(plain_from, at - plain_from);
    const bool adjacent = after_word && text::trim(between).empty();
    if (!adjacent || !text::equals_ignoring_case(run_charset, word.charset)) flush();
    if (!adjacent) append_plain(between, notes, hint, out);
    run_charset = word.charset;
    append_bytes(word, run);
    at = plain_from = word.end;
    after_word = true;
  }
  flush();
  append_plain(s.substr(plain_from), notes, hint, out);
  return one_line(out);
}

}  // namespace amends::mime
