#include "core/store/tokenizer.h"

#include <sqlite3.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>

#include "core/base/text.h"
#include "core/store/fulltext_scan.h"

namespace amends::store {
namespace {

enum class Sort : std::uint8_t {
  gap,     // between words
  letter,  // part of a word
  mark,    // on a letter; folded away
  dense,   // of a script without spaces: pairs
};

// What one character becomes.
struct Folded {
  Sort sort = Sort::gap;
  std::uint8_t size = 0;
  char bytes[14] = {};
};

constexpr std::array<char, 128> kAscii = [] {
  std::array<char, 128> table = {};
  for (int c = 0; c < 128; ++c) {
    const char ch = static_cast<char>(c);
    if (text::is_digit(ch) || text::is_alpha(ch)) table[static_cast<std::size_t>(c)] = text::ascii_lower(ch);
  }
  return table;
}();

// Letters that carry no separate mark and yet are written without it (Unicode has no decomposition for them).
struct Plain {
  char32_t letter;
  std::string_view plain;
};
constexpr Plain kPlain[] = {{U'æ', "ae"}, {U'ø', "o"}, {U'œ', "oe"}, {U'ł', "l"}, {U'đ', "d"}, {U'ð', "d"},
                            {U'þ', "th"}, {U'ħ', "h"}, {U'ı', "i"},  {U'ŧ', "t"}, {U'ĸ', "k"}, {U'ŋ', "n"}};

bool is_dense(UChar32 c) {
  UErrorCode ignored = U_ZERO_ERROR;
  switch (uscript_getScript(c, &ignored)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_YI:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR: return true;
    default: return c == 0x30fc || c == 0xff70;  // the long-vowel mark belongs to no single script
  }
}

bool is_word(UChar32 c) {
  return u_isalnum(c) || (U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_NL_MASK | U_GC_CO_MASK)) != 0;
}

// Vowel signs of Indic scripts are marks too, but leaving them out makes another word.
bool is_ornament(UChar32 c) {
  if (u_charType(c) != U_NON_SPACING_MARK && u_charType(c) != U_ENCLOSING_MARK) return false;
  UErrorCode ignored = U_ZERO_ERROR;
  switch (uscript_getScript(c, &ignored)) {
    case USCRIPT_INHERITED:
    case USCRIPT_COMMON:
    case USCRIPT_LATIN:
    case USCRIPT_GREEK:
    case USCRIPT_CYRILLIC:
    case USCRIPT_HEBREW:
    case USCRIPT_ARABIC: return true;
    default: return false;
  }
}

Folded fold(UChar32 c) {
  UErrorCode code = U_ZERO_ERROR;
  static const icu::Normalizer2* const compatible = icu::Normalizer2::getNFKCCasefoldInstance(code);
  static const icu::Normalizer2* const apart = icu::Normalizer2::getNFDInstance(code);
  Folded folded;
  if (U_FAILURE(code)) return folded;
  const icu::UnicodeString whole = compatible->normalize(icu::UnicodeString(c), code);
  if (whole.isEmpty())
    return folded.sort = is_word(c) || c == 0xad || (c >= 0x200b && c <= 0x200d) ? Sort::mark : Sort::gap, folded;
  const bool dense = is_dense(whole.char32At(0));
  const icu::UnicodeString parts = dense ? whole : apart->normalize(whole, code);
  std::string bytes;
  bool marks_only = true;
  for (std::int32_t at = 0; at < parts.length(); at = parts.moveIndex32(at, 1)) {
    const UChar32 part = parts.char32At(at);
    if (!dense && is_ornament(part)) continue;
    if (!is_word(part)) continue;
    marks_only = false;
    const auto* plain = std::find_if(std::begin(kPlain), std::end(kPlain),
                                     [&](const Plain& p) { return p.letter == static_cast<char32_t>(part); });
    if (plain != std::end(kPlain)) {
      bytes += plain->plain;
    } else {
      text::append_utf8(bytes, static_cast<char32_t>(part));
    }
  }
  if (marks_only) return folded.sort = is_ornament(c) ? Sort::mark : Sort::gap, folded;
  bytes = text::clip(bytes, sizeof folded.bytes);
  folded.sort = dense ? Sort::dense : Sort::letter;
  folded.size = static_cast<std::uint8_t>(bytes.size());
  std::memcpy(folded.bytes, bytes.data(), bytes.size());
  return folded;
}

// Folding a character by ICU takes a microsecond, so the answers are kept, 256 neighbours at a time and only for the
// neighbourhoods that occur. Made by whoever needs one first; two that race make the same.
using Neighbours = std::array<Folded, 256>;

const Neighbours& neighbours_of(char32_t c) {
  static std::array<std::atomic<const Neighbours*>, 0x110000 / 256> kept = {};
  auto& place = kept[c >> 8];
  if (const Neighbours* found = place.load(std::memory_order_acquire)) return *found;
  auto made = std::make_unique<Neighbours>();
  for (std::size_t i = 0; i < made->size(); ++i) (*made)[i] = fold(static_cast<UChar32>((c & ~0xffU) + i));
  const Neighbours* expected = nullptr;
  if (place.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel)) return *made.release();
  return *expected;
}

const Folded& folded(char32_t c) { return neighbours_of(c)[c & 0xff]; }

// A word while it is read.
struct Pending {
  char bytes[kLongestWord + sizeof Folded::bytes];
  std::size_t size = 0;

  void add(const Folded& f) {
    if (size + f.size > kLongestWord) return;
    std::memcpy(bytes + size, f.bytes, f.size);
    size += f.size;
  }
};

class Reading {
 public:
  Reading(std::string_view text, Purpose purpose, void* context, UseWord use)
      : text_(text), purpose_(purpose), context_(context), use_(use) {}

  int all() {
    int answer = 0;
    while (answer == 0 && at_ < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c < 128) {
        if (kAscii[c] == 0) {
          ++at_;
        } else {
          answer = word();
        }
        continue;
      }
      std::size_t next = at_;
      const Folded& f = folded(text::next_utf8(text_, next));
      if (f.sort == Sort::letter) {
        answer = word();
      } else if (f.sort == Sort::dense) {
        answer = pairs();
      } else {
        at_ = next;
      }
    }
    return answer;
  }

 private:
  int word() {
    Pending pending;
    const std::size_t start = at_;
    while (at_ < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c < 128) {
        const char plain = kAscii[c];
        if (plain == 0) break;
        if (pending.size < kLongestWord) pending.bytes[pending.size++] = plain;
        ++at_;
        continue;
      }
      std::size_t next = at_;
      const Folded& f = folded(text::next_utf8(text_, next));
      if (f.sort == Sort::gap || f.sort == Sort::dense) break;
      if (f.sort == Sort::letter) pending.add(f);
      at_ = next;
    }
    return tell(pending, start, at_);
  }

  int pairs() {
    Pending pair;
    std::size_t start = at_;  // where the pair's first character begins
    std::size_t first_size = 0;
    bool alone = true;
    while (at_ < text_.size()) {
      std::size_t next = at_;
      const Folded& f = folded(text::next_utf8(text_, next));
      if (f.sort != Sort::dense && f.sort != Sort::mark) break;
      if (f.sort == Sort::dense) {
        if (first_size == 0) {
          pair.add(f);
          first_size = pair.size;
          start = at_;
        } else {
          const std::size_t second = at_;
          pair.add(f);
          if (const int answer = tell(pair, start, next); answer != 0) return answer;
          alone = false;
          std::memmove(pair.bytes, pair.bytes + first_size, pair.size - first_size);
          pair.size -= first_size;
          first_size = pair.size;
          start = second;
        }
      }
      at_ = next;
    }
    return alone || purpose_ == Purpose::index ? tell(pair, start, at_) : 0;
  }

  int tell(const Pending& word, std::size_t start, std::size_t end) {
    return use_(context_, 0, word.bytes, static_cast<int>(word.size), static_cast<int>(start), static_cast<int>(end));
  }

  const std::string_view text_;
  const Purpose purpose_;
  void* const context_;
  const UseWord use_;
  std::size_t at_ = 0;
};

// FTS5's side.
int make(void*, const char**, int, Fts5Tokenizer** made) {
  static int nothing;
  *made = reinterpret_cast<Fts5Tokenizer*>(&nothing);  // it has no state; NULL would mean none
  return SQLITE_OK;
}

void unmake(Fts5Tokenizer*) {}

int each_facet(std::string_view list, void* context, UseWord use) {
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(' ', at), list.size());
    if (end > at) {
      const int answer =
          use(context, 0, list.data() + at, static_cast<int>(end - at), static_cast<int>(at), static_cast<int>(end));
      if (answer != 0) return answer;
    }
    at = end + 1;
  }
  return 0;
}

int tokenize(Fts5Tokenizer*, void* context, int flags, const char* text, int size, UseWord use) {
  if (size > 0 && text[0] == kFacetSign) return each_facet({text, static_cast<std::size_t>(size)}, context, use);
  const bool asking = (flags & FTS5_TOKENIZE_QUERY) != 0;
  return each_word({text, static_cast<std::size_t>(size)}, asking ? Purpose::ask : Purpose::index, context, use);
}

}  // namespace

int each_word(std::string_view text, Purpose purpose, void* context, UseWord use) {
  return Reading(text, purpose, context, use).all();
}

std::vector<Word> words_of(std::string_view text, Purpose purpose) {
  std::vector<Word> words;
  each_word(text, purpose, &words, [](void* all, int, const char* bytes, int size, int start, int end) {
    static_cast<std::vector<Word>*>(all)->push_back({std::string(bytes, static_cast<std::size_t>(size)),
                                                     static_cast<std::size_t>(start), static_cast<std::size_t>(end)});
    return 0;
  });
  return words;
}

int register_tokenizer(sqlite3* connection) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &statement, nullptr);
  if (code == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
    sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  if (api == nullptr) return code == SQLITE_OK ? SQLITE_ERROR : code;
  fts5_tokenizer ours = {make, unmake, tokenize};
  code = api->xCreateTokenizer(api, "amends", nullptr, &ours, nullptr);
  return code == SQLITE_OK ? register_score(api) : code;
}

}  // namespace amends::store
