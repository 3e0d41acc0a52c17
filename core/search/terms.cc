#include "core/search/terms.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/store/tokenizer.h"

namespace amends::search {
namespace {

constexpr std::size_t kMostTerms = 32;
constexpr std::size_t kMostWordsInPhrase = 64;

// Typed quotes come in many shapes; each opens and closes.
constexpr std::string_view kQuotes[] = {"\"", "“", "”", "„", "«", "»", "「", "」"};

std::size_t quote_at(std::string_view typed, std::size_t at) {
  for (const auto quote : kQuotes) {
    if (typed.substr(at, quote.size()) == quote) return quote.size();
  }
  return 0;
}

bool is_one_dense_character(std::string_view word) {
  std::size_t at = 0;
  return !word.empty() && static_cast<unsigned char>(word[0]) >= 0x80 &&
         (text::next_utf8(word, at), at == word.size()) &&
         store::words_of(std::string(word) + std::string(word), store::Purpose::index).size() == 2;
}

}  // namespace

Result<Terms> parse(std::string_view typed) {
  Terms terms;
  for (std::size_t at = 0; at < typed.size();) {
    if (text::is_space(typed[at])) {
      ++at;
      continue;
    }
    const bool exclude = typed[at] == '-' && at + 1 < typed.size() && !text::is_space(typed[at + 1]);
    if (exclude) ++at;
    std::size_t from = at, end = at, next;
    if (const auto quote = quote_at(typed, at); quote > 0) {
      from = end = at + quote;
      while (end < typed.size() && quote_at(typed, end) == 0) ++end;
      next = end < typed.size() ? end + quote_at(typed, end) : end;
    } else {
      while (end < typed.size() && !text::is_space(typed[end]) && quote_at(typed, end) == 0) ++end;
      next = end;
    }
    const auto piece = typed.substr(from, end - from);
    Term term;
    for (auto& word : store::words_of(piece, store::Purpose::ask)) term.words.push_back(std::move(word.folded));
    term.prefix = (next < typed.size() && typed[next] == '*') || (!piece.empty() && piece.back() == '*');
    if (next < typed.size() && typed[next] == '*') ++next;
    at = std::max(next, at + 1);
    if (term.words.empty()) continue;
    if (term.words.size() > kMostWordsInPhrase) term.words.resize(kMostWordsInPhrase);
    // The index holds pairs of such characters, and each last one alone: its prefix finds it wherever it stands.
    if (term.words.size() == 1 && is_one_dense_character(term.words.front())) term.prefix = true;
    auto& where = exclude ? terms.none : terms.all;
    if (std::find(where.begin(), where.end(), term) == where.end()) where.push_back(std::move(term));
  }
  if (terms.all.empty() && !terms.none.empty()) {
    return fail(Kind::invalid, "a search needs something to look for besides what it leaves out");
  }
  if (terms.all.size() + terms.none.size() > kMostTerms) {
    return fail(Kind::invalid, "a search takes at most 32 words or phrases", "Put a sentence in quotes.");
  }
  return terms;
}

}  // namespace amends::search
