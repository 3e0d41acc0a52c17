#include "core/thread/subject.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"

namespace amends::thread {
namespace {

enum class Says : std::uint8_t { reply, forward };

struct Prefix {
  std::string_view word;  // folded
  Says says;
};

// What mail clients of different languages write before the colon. "vs" is an answer in Finnish and a forward in Danish
// and Norwegian, so it counts as the one that joins less; so does "rv", the forward of Spanish Outlook.
constexpr Prefix kPrefixes[] = {
    {"re", Says::reply},     {"aw", Says::reply},     {"antw", Says::reply},         {"antwort", Says::reply},
    {"sv", Says::reply},     {"r", Says::reply},      {"rif", Says::reply},          {"res", Says::reply},
    {"odp", Says::reply},    {"ynt", Says::reply},    {"yan", Says::reply},          {"vá", Says::reply},
    {"atb", Says::reply},    {"bls", Says::reply},    {"tl", Says::reply},           {"răsp", Says::reply},
    {"απ", Says::reply},     {"σχετ", Says::reply},   {"отв", Says::reply},          {"ответ", Says::reply},
    {"на", Says::reply},     {"ha", Says::reply},     {"відп", Says::reply},         {"回复", Says::reply},
    {"回覆", Says::reply},   {"答复", Says::reply},   {"答覆", Says::reply},         {"返信", Says::reply},
    {"返", Says::reply},     {"회신", Says::reply},   {"답장", Says::reply},         {"رد", Says::reply},
    {"השב", Says::reply},    {"תגובה", Says::reply},  {"ตอบ", Says::reply},          {"réf", Says::reply},
    {"fwd", Says::forward},  {"fw", Says::forward},   {"wg", Says::forward},         {"tr", Says::forward},
    {"rv", Says::forward},   {"vs", Says::forward},   {"enc", Says::forward},        {"i", Says::forward},
    {"vb", Says::forward},   {"vl", Says::forward},   {"doorst", Says::forward},     {"pd", Says::forward},
    {"i̇lt", Says::forward},  {"ilt", Says::forward},  {"továbbítás", Says::forward}, {"πρθ", Says::forward},
    {"пер", Says::forward},  {"转发", Says::forward}, {"轉寄", Says::forward},       {"轉發", Says::forward},
    {"転送", Says::forward}, {"전달", Says::forward}, {"הועבר", Says::forward},      {"إعادة توجيه", Says::forward},
    {"yml", Says::forward},  {"ct", Says::forward},   {"trs", Says::forward},
};
constexpr std::size_t kLongestPrefix = 24;  // bytes

const Prefix* prefix_named(std::string_view word) {
  const auto* found =
      std::find_if(std::begin(kPrefixes), std::end(kPrefixes), [&](const Prefix& p) { return p.word == word; });
  return found == std::end(kPrefixes) ? nullptr : found;
}

// "[2]", "(2)", "^2" or "*2" between a prefix and its colon.
std::string_view without_counter(std::string_view word) {
  std::string_view rest = word;
  if (!rest.empty() && (rest.back() == ']' || rest.back() == ')')) rest.remove_suffix(1);
  const bool closed = rest.size() != word.size();
  const std::size_t digits_end = rest.size();
  while (!rest.empty() && text::is_digit(rest.back())) rest.remove_suffix(1);
  if (rest.size() == digits_end || rest.empty()) return word;
  const char opening = rest.back();
  if (closed ? opening != '[' && opening != '(' : opening != '^' && opening != '*') return word;
  rest.remove_suffix(1);
  return text::trim_right(rest);
}

// "re:" at the start of `s`; `s` moves past it.
const Prefix* take_prefix(std::string_view& s) {
  const std::size_t colon = s.substr(0, kLongestPrefix + 8).find(':');
  if (colon == std::string_view::npos || colon == 0) return nullptr;
  const auto* prefix = prefix_named(without_counter(text::trim_right(s.substr(0, colon))));
  if (prefix == nullptr) return nullptr;
  s = text::trim_left(s.substr(colon + 1));
  return prefix;
}

// Whether "[…]" names a list rather than one of many matters: "[PATCH 1/3]" and "[Bug 12]" belong to the subject, while
// "[list-name]" and "[list-name:1234]", which lists put in, do not.
bool is_list_tag(std::string_view tag) {
  const std::size_t colon = tag.find(':');
  const auto word = tag.substr(0, colon);
  if (word.empty()) return tag.empty();
  if (std::any_of(word.begin(), word.end(), [](char c) { return c == '#' || c == '/'; })) return false;
  if (colon == std::string_view::npos) return std::none_of(word.begin(), word.end(), text::is_digit);
  const auto number = text::trim(tag.substr(colon + 1));
  return std::all_of(number.begin(), number.end(), text::is_digit);
}

bool take_list_tag(std::string_view& s) {
  if (s.empty() || s.front() != '[') return false;
  const std::size_t close = s.find(']');
  if (close > 80 || !is_list_tag(text::trim(s.substr(1, close - 1)))) return false;
  const auto rest = text::trim_left(s.substr(close + 1));
  if (rest.empty()) return false;
  s = rest;
  return true;
}

bool take_suffix(std::string_view& s, std::string_view suffix) {
  if (s.size() < suffix.size() || s.substr(s.size() - suffix.size()) != suffix) return false;
  s = text::trim_right(s.substr(0, s.size() - suffix.size()));
  return true;
}

// Takes "(was: old)" or "[was: old]" from the end; the old subject, or "".
std::string_view take_was(std::string_view& s) {
  if (s.empty() || (s.back() != ')' && s.back() != ']')) return {};
  for (const std::string_view opening : {"(was:", "(was ", "[was:", "[was ", "(war:", "(era:", "(fue:"}) {
    const std::size_t at = s.find(opening);
    if (at == std::string_view::npos || at == 0) continue;
    const auto old = text::trim(s.substr(at + opening.size(), s.size() - at - opening.size() - 1));
    s = text::trim_right(s.substr(0, at));
    return old;
  }
  return {};
}

// Folding is dear and most subjects are plain ASCII.
std::string folded(std::string_view s) {
  const bool ascii = std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return text::squeeze(ascii ? text::ascii_lower(s) : text::fold(s));
}

struct Stripped {
  std::string_view base;
  const Prefix* outermost = nullptr;
};

Stripped strip(std::string_view s) {
  Stripped out;
  for (;;) {
    if (const auto* prefix = take_prefix(s)) {
      if (out.outermost == nullptr) out.outermost = prefix;
    } else if (!take_list_tag(s)) {
      break;
    }
  }
  out.base = s;
  return out;
}

}  // namespace

Subject read_subject(std::string_view subject) {
  Subject out;
  const std::string all = folded(text::clip(subject, 1000));
  auto [base, outermost] = strip(all);
  while (take_suffix(base, "(fwd)") || take_suffix(base, "(fw)")) out.forward = true;
  const auto was = take_was(base);
  if (!was.empty()) out.was = strip(was).base;
  out.base = base;
  if (outermost != nullptr) {
    out.reply = outermost->says == Says::reply;
    out.forward = !out.reply;
  }
  return out;
}

bool is_vague(std::string_view base) {
  static constexpr std::string_view kEverydayWords[] = {
      "a",        "an",        "any",       "hi",          "hello",   "hey",      "hallo",   "hola",      "ciao",
      "salut",    "bonjour",   "thanks",    "thank",       "you",     "danke",    "merci",   "gracias",   "grazie",
      "obrigado", "question",  "questions", "frage",       "anfrage", "help",     "hilfe",   "ayuda",     "aide",
      "test",     "testing",   "info",      "information", "update",  "news",     "request", "problem",   "issue",
      "error",    "bug",       "order",     "invoice",     "support", "feedback", "contact", "message",   "your",
      "my",       "the",       "of",        "for",         "to",      "please",   "re",      "no",        "subject",
      "none",     "with",      "about",     "very",        "much",    "again",    "urgent",  "important", "details",
      "document", "documents", "me",
  };
  const auto is_letter = [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || text::is_alpha(c) || text::is_digit(c);
  };
  std::size_t telling = 0;
  for (auto at = base.begin(); at != base.end();) {
    at = std::find_if(at, base.end(), is_letter);
    const auto end = std::find_if_not(at, base.end(), is_letter);
    const std::string_view word(base.data() + (at - base.begin()), static_cast<std::size_t>(end - at));
    at = end;
    if (word.size() < 2) continue;
    if (std::find(std::begin(kEverydayWords), std::end(kEverydayWords), word) != std::end(kEverydayWords)) continue;
    // One word of a script without spaces can be a sentence.
    telling += static_cast<unsigned char>(word.front()) >= 0xE0 && word.size() >= 12 ? 2 : 1;
  }
  return telling < 2;
}

}  // namespace amends::thread
