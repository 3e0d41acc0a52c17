#include "core/search/highlight.h"

#include <algorithm>
#include <bitset>

#include "core/base/text.h"
#include "core/store/tokenizer.h"

namespace amends::search {
namespace {

constexpr std::size_t kMostMarked = 64;
constexpr std::size_t kMostFinds = 4096;  // in a text that is one word over and over, the first of them do

struct Find {
  std::size_t term;
  std::size_t start, end;
};

bool word_fits(const store::Word& word, const Term& term, std::size_t nth) {
  const auto& wanted = term.words[nth];
  if (term.prefix && nth + 1 == term.words.size())
    return std::string_view(word.folded).substr(0, wanted.size()) == wanted;
  return word.folded == wanted;
}

std::vector<Find> finds_in(std::string_view text, std::span<const Term> terms) {
  const auto words = store::words_of(text, store::Purpose::index);
  std::vector<Find> finds;
  for (std::size_t i = 0; i < words.size() && finds.size() < kMostFinds; ++i) {
    for (std::size_t t = 0; t < terms.size() && t < kMostMarked; ++t) {
      const auto& term = terms[t];
      if (term.words.empty() || i + term.words.size() > words.size()) continue;
      std::size_t fitting = 0;
      while (fitting < term.words.size() && word_fits(words[i + fitting], term, fitting)) ++fitting;
      if (fitting == term.words.size()) finds.push_back({t, words[i].start, words[i + fitting - 1].end});
    }
  }
  return finds;
}

// The run of finds within `most` bytes with the most different terms, then the most finds, then the earliest.
std::pair<std::size_t, std::size_t> best_run(const std::vector<Find>& finds, std::size_t most) {
  std::pair<std::size_t, std::size_t> best{0, 0};
  std::size_t best_kinds = 0, best_count = 0;
  for (std::size_t first = 0; first < finds.size(); ++first) {
    std::bitset<kMostMarked> kinds;
    std::size_t last = first;
    for (; last < finds.size() && finds[last].end <= finds[first].start + most; ++last) kinds.set(finds[last].term);
    if (last == first) kinds.set(finds[last++].term);  // longer than `most` by itself
    if (kinds.count() > best_kinds || (kinds.count() == best_kinds && last - first > best_count)) {
      best = {first, last};
      best_kinds = kinds.count();
      best_count = last - first;
    }
  }
  return best;
}

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// A cut between words where one is near, else between characters.
std::size_t cut_before(std::string_view text, std::size_t at) {
  for (std::size_t back = 0; back < 24 && at > back; ++back) {
    if (text::is_space(text[at - back - 1])) return at - back;
  }
  while (at > 0 && continues(text, at)) --at;
  return at;
}

std::size_t cut_after(std::string_view text, std::size_t at) {
  for (std::size_t on = 0; on < 24 && at + on < text.size(); ++on) {
    if (text::is_space(text[at + on])) return at + on;
  }
  while (continues(text, at)) ++at;
  return at;
}

}  // namespace

Snippet highlight(std::string_view text, std::span<const Term> terms, std::size_t most) {
  const auto finds = finds_in(text, terms);
  const auto [first, last] = best_run(finds, most);
  std::size_t from = 0, to = text.size();
  if (text.size() > most) {
    const std::size_t start = finds.empty() ? 0 : finds[first].start;
    const std::size_t end = finds.empty() ? 0 : finds[last - 1].end;
    const std::size_t room = most > end - start ? most - (end - start) : 0;
    from = start > room / 3 ? cut_before(text, start - room / 3) : 0;
    to = std::max(end, std::min(text.size(), cut_after(text, std::min(text.size(), from + most))));
  }

  Snippet snippet;
  const auto append = [&](std::size_t start, std::size_t end) {
    for (const char c : text.substr(start, end - start)) {
      if (!text::is_space(c)) {
        snippet.text += c;
      } else if (!snippet.text.empty() && snippet.text.back() != ' ') {
        snippet.text += ' ';
      }
    }
  };
  if (from > 0) snippet.text = "…";
  std::size_t at = from;
  for (const auto& find : finds) {
    if (find.start < from || find.end > to || find.end <= at) continue;
    const bool goes_on = find.start < at || (find.start == at && !snippet.marks.empty() && at != from);
    append(at, std::max(at, find.start));
    if (!goes_on) snippet.marks.push_back({snippet.text.size(), 0});
    append(std::max(at, find.start), find.end);
    snippet.marks.back().end = snippet.text.size();
    at = find.end;
  }
  append(at, to);
  if (snippet.text.ends_with(' ')) snippet.text.pop_back();
  if (to < text.size()) snippet.text += "…";
  return snippet;
}

}  // namespace amends::search
