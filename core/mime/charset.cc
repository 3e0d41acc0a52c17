#include "core/mime/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include <cstdint>
#include <cstring>
#include <memory>

#include "core/base/text.h"
#include "core/mime/charset_names.h"

namespace amends::mime {

namespace {

// Windows-1252 where it is not ISO-8859-1; what it leaves open stays a control character, as on the web.
constexpr char16_t kWindows1252[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                       0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                       0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                       0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

bool has_high(std::string_view s) { return !text::is_ascii(s); }

void western(std::string& bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 4);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      text::append_utf8(out, byte < 0xA0 ? kWindows1252[byte - 0x80] : byte);
    }
  }
  bytes.swap(out);
}

// ISO-2022-JP as Japanese software writes it (with the NEC and IBM rows and half-width kana) is Shift_JIS with escapes.
// False when it holds a set that Shift_JIS lacks.
bool jis_to_shift_jis(std::string_view in, std::string& out) {
  enum class Set { ascii, kanji, kana } set = Set::ascii;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const auto c = static_cast<unsigned char>(in[i]);
    if (c == 0x1B) {
      const std::string_view rest = in.substr(i + 1, 3);
      if (rest.substr(0, 2) == "$@" || rest.substr(0, 2) == "$B") {
        set = Set::kanji;
        i += 2;
      } else if (rest.substr(0, 2) == "(I") {
        set = Set::kana;
        i += 2;
      } else if (rest.substr(0, 2) == "(B" || rest.substr(0, 2) == "(J" || rest.substr(0, 2) == "(H") {
        set = Set::ascii;
        i += 2;
      } else if (rest.substr(0, 1) == "$" || rest.substr(0, 1) == "(") {
        return false;
      }
      continue;
    }
    if (c == '\n' || c == '\r') set = Set::ascii;  // RFC 1468: a line ends in ASCII
    if (c == 0x0E || c == 0x0F) continue;
    if (set == Set::kana && c >= 0x21 && c <= 0x5F) {
      out += static_cast<char>(c | 0x80);
    } else if (set == Set::kanji && c >= 0x21 && c <= 0x7E && i + 1 < in.size()) {
      const auto low = static_cast<unsigned char>(in[i + 1]);
      if (low < 0x21 || low > 0x7E) {
        out += in[i];
        continue;
      }
      ++i;
      const unsigned row = (c - 0x21U) / 2 + 0x81U;
      out += static_cast<char>(row > 0x9F ? row + 0x40 : row);
      out += static_cast<char>((c & 1) ? low + (low >= 0x60 ? 0x20 : 0x1F) : low + 0x7E);
    } else {
      out += in[i];
    }
  }
  return true;
}

struct CloseConverter {
  void operator()(UConverter* c) const { ucnv_close(c); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// False when ICU has no such converter.
bool by_icu(std::string& bytes, const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  const Converter from(ucnv_open(name, &status));
  if (U_FAILURE(status)) return false;
  std::string out;
  out.reserve(bytes.size() * 2);
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  UChar block[1024];
  bool high_pending = false;
  char16_t high = 0;
  for (bool more = true; more;) {
    UChar* target = block;
    status = U_ZERO_ERROR;
    ucnv_toUnicode(from.get(), &target, block + std::size(block), &at, end, nullptr, true, &status);
    more = status == U_BUFFER_OVERFLOW_ERROR;
    if (U_FAILURE(status) && !more) return false;
    for (const UChar* u = block; u != target; ++u) {
      if (high_pending) {
        high_pending = false;
        if (*u >= 0xDC00 && *u < 0xE000) {
          text::append_utf8(out, 0x10000U + ((static_cast<char32_t>(high) - 0xD800U) << 10) + (*u - 0xDC00U));
          continue;
        }
        text::append_utf8(out, 0xFFFD);
      }
      if (*u >= 0xD800 && *u < 0xDC00) {
        high = *u;
        high_pending = true;
      } else {
        text::append_utf8(out, *u);
      }
    }
  }
  bytes.swap(out);
  return true;
}

// What text without a usable label is most likely in. ICU's detector is believed where it is good: scripts that fill
// the text with high bytes; among the Latin ones it guesses, and windows-1252 is by far the most common.
const char* guess(std::string_view bytes) {
  if (bytes.find("\x1B$B") != bytes.npos || bytes.find("\x1B$@") != bytes.npos) return kJis;
  std::size_t high = 0, letters = 0;
  const std::string_view sample = bytes.substr(0, 8192);
  for (const char c : sample) {
    if (static_cast<unsigned char>(c) >= 0x80) ++high;
    if (text::is_alpha(c)) ++letters;
  }
  if (high < 4 || high * 6 < letters) return kWestern;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, void (*)(UCharsetDetector*)> detector(ucsdet_open(&status), ucsdet_close);
  if (U_FAILURE(status)) return kWestern;
  ucsdet_setText(detector.get(), sample.data(), static_cast<std::int32_t>(sample.size()), &status);
  std::int32_t count = 0;
  const UCharsetMatch** matches = ucsdet_detectAll(detector.get(), &count, &status);
  if (U_FAILURE(status)) return kWestern;
  struct Believed {
    std::string_view detected;
    const char* name;
    std::int32_t least;
  };
  static constexpr Believed kBelieved[] = {
      {"Shift_JIS", "ibm-943_P15A-2003", 20},
      {"EUC-JP", "EUC-JP", 20},
      {"GB18030", "gb18030", 10},
      {"Big5", "windows-950", 10},
      {"EUC-KR", "windows-949", 10},
      {"windows-1251", "windows-1251", 10},
      {"KOI8-R", "koi8-r", 10},
      {"ISO-8859-5", "iso-8859-5", 10},
      {"ISO-8859-7", "iso-8859-7", 10},
      {"windows-1253", "windows-1253", 10},
      {"ISO-8859-8", "iso-8859-8", 10},
      {"ISO-8859-8-I", "iso-8859-8", 10},
      {"windows-1255", "windows-1255", 10},
      {"ISO-8859-6", "iso-8859-6", 10},
      {"windows-1256", "windows-1256", 10},
  };
  for (std::int32_t i = 0; i < count; ++i) {
    const char* detected = ucsdet_getName(matches[i], &status);
    const std::int32_t sure = ucsdet_getConfidence(matches[i], &status);
    for (const auto& row : kBelieved) {
      if (row.detected == detected && sure >= row.least) return row.name;
    }
  }
  return kWestern;
}

void note_damage(std::string_view before, std::string_view after, Notes& notes) {
  if (after.find("\xEF\xBF\xBD") != after.npos && before.find("\xEF\xBF\xBD") == before.npos) {
    add_note(notes, "some bytes are not valid in their charset and are shown as U+FFFD");
  }
}

bool is_valid_utf8(std::string_view s) {
  std::size_t at = 0;
  while (at + 8 <= s.size() && text::is_ascii(s.substr(at, 8))) at += 8;
  return text::is_utf8(s.substr(at));
}

// Whether bytes that are not quite UTF-8 still can be nothing else: a name cut inside a character, a bad byte
// somewhere.
bool is_nearly_utf8(std::string_view s) {
  std::size_t good = 0, bad = 0;
  for (std::size_t at = 0; at < s.size();) {
    if (static_cast<unsigned char>(s[at]) < 0x80) {
      ++at;
      continue;
    }
    const std::size_t before = at;
    text::next_utf8(s, at);
    if (at - before > 1) {
      ++good;
    } else {
      ++bad;
    }
  }
  return good >= 2 && good >= bad * 4;
}

// Which bytes a charset may be asked about before its converter is opened: plain ASCII means itself in all of these.
bool ascii_is_ascii(const char* name, std::string_view bytes) {
  const std::string_view n = name;
  if (n == kUtf8 || n == kWestern || n == kUtf7) return true;
  if (n.find("16") != n.npos || n.find("32") != n.npos) return false;
  if (n == "HZ") return bytes.find('~') == bytes.npos;
  UErrorCode status = U_ZERO_ERROR;
  if (n.compare(0, 8, "ISO-2022") == 0 || n.compare(0, 8, "iso-2022") == 0) {
    return bytes.find_first_of("\x1B\x0E") == bytes.npos;
  }
  // EBCDIC and the national 7-bit sets are no superset of ASCII.
  const Converter probe(ucnv_open(name, &status));
  if (U_FAILURE(status)) return true;
  static constexpr char kAll[] = "Az09 @[]^_`{|}~\\#$";
  UChar out[32];
  const std::int32_t length = ucnv_toUChars(probe.get(), out, 32, kAll, -1, &status);
  if (U_FAILURE(status) || length != static_cast<std::int32_t>(sizeof(kAll) - 1)) return false;
  for (std::int32_t i = 0; i < length; ++i) {
    if (out[i] != static_cast<UChar>(kAll[i])) return false;
  }
  return true;
}

}  // namespace

bool is_known_charset(std::string_view label) {
  std::string store;
  return charset_name(label, store) != nullptr;
}

void to_utf8(std::string& bytes, std::string_view label, Notes& notes, std::string_view hint) {
  if (bytes.compare(0, 3, "\xEF\xBB\xBF") == 0 && is_valid_utf8(bytes)) {
    bytes.erase(0, 3);
    return;
  }
  std::string store;
  const char* name = charset_name(label, store);
  if (name == kUtf7) {
    add_note(notes, "the charset is UTF-7, which is not interpreted");
    name = kWestern;
  }
  if (name == kUtf8 || name == kWestern || name == nullptr) {
    if (name == nullptr && bytes.size() >= 2 &&
        (bytes.compare(0, 2, "\xFF\xFE") == 0 || bytes.compare(0, 2, "\xFE\xFF") == 0) && by_icu(bytes, "UTF-16")) {
      add_note(notes, "no charset given, read as UTF-16 by its byte order mark");
      return;
    }
    const bool escapes = name == nullptr && bytes.find("\x1B$") != bytes.npos;
    if (!escapes && text::is_ascii(bytes)) {
      if (name == nullptr && !text::trim(label).empty()) add_note(notes, "the charset is unknown");
      return;
    }
    if (!escapes && is_valid_utf8(bytes)) {
      if (name != kUtf8) {
        add_note(notes, name == nullptr ? "no known charset given, read as UTF-8"
                                        : "the charset label is wrong, the text is UTF-8");
      }
      return;
    }
    if (name != kUtf8 && !escapes && is_nearly_utf8(bytes)) {
      add_note(notes, "no known charset given, read as UTF-8");
      name = kUtf8;
    }
  } else if (!has_high(bytes) && ascii_is_ascii(name, bytes)) {
    return;
  }
  if (name == kUtf8) {
    bytes = text::repair_utf8(bytes);
    add_note(notes, "some bytes are not valid in their charset and are shown as U+FFFD");
    return;
  }
  if (name == nullptr && !hint.empty()) {
    name = charset_name(hint, store);
    if (name == kUtf8 || name == kUtf7) name = nullptr;
  }
  if (name == nullptr) {
    name = guess(bytes);
    add_note(notes, "no known charset given, read as " +
                        std::string(name == std::string_view("ibm-943_P15A-2003") ? "Shift_JIS" : name));
  }
  if (name == kWestern) {
    western(bytes);
    return;
  }
  std::string before = bytes;
  if (name == kJis) {
    std::string sjis;
    if (!jis_to_shift_jis(bytes, sjis)) {
      if (by_icu(bytes, "ISO-2022-JP-2")) return note_damage(before, bytes, notes);
    } else {
      bytes.swap(sjis);
      name = "ibm-943_P15A-2003";
    }
  }
  if (!by_icu(bytes, name)) {
    add_note(notes, "the charset can't be converted");
    bytes = text::repair_utf8(bytes);
    return;
  }
  if (bytes.compare(0, 3, "\xEF\xBB\xBF") == 0) bytes.erase(0, 3);
  note_damage(before, bytes, notes);
}

}  // namespace amends::mime
