#include "core/identity/fold.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "core/base/text.h"

namespace amends::identity {

namespace {

// ICU transliterators are not safe to share between threads; each thread makes its own once.
std::string to_latin(std::string_view text) {
  static thread_local const std::unique_ptr<icu::Transliterator> latin = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII; [:^ASCII:] Remove", UTRANS_FORWARD, status));
  }();
  if (latin == nullptr) return std::string(text);
  icu::UnicodeString buffer =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  latin->transliterate(buffer);
  std::string out;
  buffer.toUTF8String(out);
  return out;
}

}  // namespace

std::string fold_words(std::string_view text, bool umlauts) {
  std::string latin;
  if (!text::is_ascii(text)) {
    latin = to_latin(text);
    text = latin;
  }
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    c = text::ascii_lower(c);
    if (c == '\'' || c == '`' || c == '"') continue;
    if (!text::is_alpha(c) && !text::is_digit(c)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
      continue;
    }
    if (umlauts && c == 'e' && !out.empty() && (out.back() == 'a' || out.back() == 'o' || out.back() == 'u')) {
      // "Manuel" loses its e as well, on both sides of every comparison alike.
      continue;
    }
    out += c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<std::string> words_of(std::string_view folded) {
  std::vector<std::string> out;
  for (const std::string_view word : text::split(folded, ' ')) {
    if (!word.empty()) out.emplace_back(word);
  }
  return out;
}

std::string digits_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (text::is_digit(c)) out += c;
  }
  return out;
}

std::string sound_of(std::string_view s) {
  std::string out;
  const auto at = [&](std::size_t i) { return i < s.size() ? s[i] : '\0'; };
  const auto add = [&](char c) {
    if (out.empty() || out.back() != c) out += c;
  };
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    const char next = at(i + 1);
    switch (c) {
      case 'a':
      case 'e':
      case 'i':
      case 'o':
      case 'u':
      case 'y':
      case 'j':
        if (out.empty()) out += c == 'j' ? 'J' : 'A';
        break;
      case 'b': add('P'); break;
      case 'p':
        if (next == 'h') {
          add('F');
          ++i;
        } else if (!(next == 'f')) {
          add('P');
        }
        break;
      case 'd':
      case 't':
        if (next == 's' || next == 'z') break;
        add('T');
        if (next == 'h' || next == 't' || next == 'd') ++i;
        break;
      case 'f':
      case 'v': add('F'); break;
      case 'w':
        if (out.empty() || !text::is_alpha(next)) {
          if (out.empty()) add('F');
        } else {
          add('F');
        }
        break;
      case 'c':
        if (next == 'h') {
          add(out.empty() ? 'S' : 'K');
          ++i;
        } else if (next == 'e' || next == 'i' || next == 'y' || next == 'z') {
          add('S');
        } else {
          add('K');
        }
        break;
      case 's':
        if (next == 'c' && at(i + 2) == 'h') i += 2;
        if (next == 'h') ++i;
        add('S');
        break;
      case 'z': add('S'); break;
      case 'x':
        add('K');
        add('S');
        break;
      case 'g':
        if (next == 'h') {
          if (out.empty()) add('K');
          ++i;
          break;
        }
        add('K');
        break;
      case 'k':
        if (out.empty() && next == 'n') break;
        add('K');
        break;
      case 'q': add('K'); break;
      case 'l': add('L'); break;
      case 'm':
      case 'n': add('N'); break;
      case 'r': add('R'); break;
      default: break;
    }
  }
  return out;
}

}  // namespace amends::identity
