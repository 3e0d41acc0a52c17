#include "core/search/expression.h"

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/store/fulltext.h"
#include "core/store/fulltext_scan.h"
#include "core/store/fulltext_words.h"

namespace amends::search {
namespace {

using store::FulltextScan;
using store::Reader;

// A prefix stands for at most this many words, the most common ones; FTS5 looks each up in every segment of the index.
constexpr std::size_t kMostExpansions = 32;
// Postings below this in total are read as a whole faster than that.
constexpr std::int64_t kSmallPostings = 128 * 1024;

std::string quoted(std::string_view word) { return "\"" + text::replace_all(word, "\"", "\"\"") + "\""; }

std::string any_of(const std::vector<std::string>& alternatives) {
  return alternatives.size() == 1 ? alternatives.front() : "(" + text::join(alternatives, " OR ") + ")";
}

Phrases phrases_of(Reader& reader, const Term& term) {
  std::string before;
  for (std::size_t i = 0; i + 1 < term.words.size(); ++i) before += term.words[i] + " ";
  const std::string& last = term.words.back();
  const bool single = term.words.size() == 1;
  if (!term.prefix) return {quoted(before + last), 1, single, true};
  auto beginning = store::words_beginning(reader, last);
  std::int64_t postings = 0;
  for (const auto& word : beginning.words) postings += word.weight;
  if (beginning.words.empty() ||
      (beginning.all && beginning.words.size() > kMostExpansions && postings <= kSmallPostings)) {
    return {quoted(before + last) + " *", 1, single, true, true};
  }
  Phrases phrases{"", 0, single, beginning.all && beginning.words.size() <= kMostExpansions};
  auto& words = beginning.words;
  const auto kept = std::min(words.size(), kMostExpansions);
  std::partial_sort(
      words.begin(), words.begin() + static_cast<std::ptrdiff_t>(kept), words.end(),
      [](const auto& a, const auto& b) { return a.weight != b.weight ? a.weight > b.weight : a.word < b.word; });
  std::vector<std::string> alternatives;
  for (std::size_t i = 0; i < kept; ++i) alternatives.push_back(quoted(before + words[i].word));
  phrases.expression = any_of(alternatives);
  phrases.count = static_cast<int>(kept);
  return phrases;
}

// An open range names years that nobody wrote in; each costs a look into every segment, so they go.
void drop_absent_years(Reader& reader, std::vector<std::vector<std::string>>& facets) {
  constexpr std::size_t kFewYears = 8;
  const auto is_year = [](const std::string& facet) { return facet.front() == 'y'; };
  for (auto& alternatives : facets) {
    if (std::count_if(alternatives.begin(), alternatives.end(), is_year) <= static_cast<std::ptrdiff_t>(kFewYears))
      continue;
    std::set<std::string> present;
    for (const auto& word : store::words_beginning(reader, store::facet_word("y")).words) present.insert(word.word);
    const auto absent = [&](const std::string& facet) {
      return is_year(facet) && !present.contains(store::facet_word(facet));
    };
    const auto kept = std::remove_if(alternatives.begin(), alternatives.end(), absent);
    if (kept != alternatives.begin()) alternatives.erase(kept, alternatives.end());
  }
}

// Where the matches of one part lie, found out in about a tenth of a millisecond: no match of the whole is outside.
struct Reach {
  double density = 1;  // the share of messages that match, by the newest of those that do
  MessageId newest, oldest;
  bool few = false;  // there are no more than were looked at
};

Reach reach_of(Reader& reader, const std::string& match, MessageId newest) {
  constexpr int kEnough = 500;
  Reach reach;
  int hits = 0;
  {
    FulltextScan scan(reader, match, newest, MessageId(1));
    for (; hits < kEnough && scan.next(); ++hits) {
      if (hits == 0) reach.newest = scan.id();
      reach.oldest = scan.id();
    }
  }
  reach.few = hits < kEnough;
  reach.density = hits / static_cast<double>(newest.value - (reach.few ? 0 : reach.oldest.value) + 1);
  if (!reach.few) {
    constexpr auto kFirst = "SELECT rowid FROM message_index WHERE message_index MATCH ? ORDER BY rowid LIMIT 1";
    reach.oldest = MessageId(reader.count(kFirst, match));
  }
  return reach;
}

}  // namespace

std::string Expression::whole() const { return unwanted.empty() ? wanted : "(" + wanted + ") NOT (" + unwanted + ")"; }

// The block stands among the wanted, so that neither part is followed beyond it; and at their end, so that it doesn't
// change their numbers.
std::string Expression::within(const Block& block) const {
  const std::string match = "(" + wanted + " AND " + quoted(store::facet_word(block.facet)) + ")";
  return unwanted.empty() ? match : match + " NOT (" + unwanted + ")";
}

Expression expression_of(Reader& reader, const Terms& terms, std::vector<std::vector<std::string>> facets,
                         MessageId newest) {
  drop_absent_years(reader, facets);
  Expression expression;
  struct Part {
    std::string match;
    int phrases;
    double density;
    int group;  // -1: a facet
  };
  std::vector<Part> parts;
  expression.newest = newest;
  const auto look = [&](const std::string& match) {
    const Reach reach = reach_of(reader, match, newest);
    expression.newest = std::min(expression.newest, reach.newest);
    expression.oldest = std::max(expression.oldest, reach.oldest);
    expression.small = expression.small || reach.few;
    return reach.density;
  };
  for (std::size_t i = 0; i < facets.size(); ++i) {
    std::vector<std::string> words;
    for (const auto& facet : facets[i]) words.push_back(quoted(store::facet_word(facet)));
    Part part{any_of(words), static_cast<int>(words.size()), 1, -1};
    if (i > 0) part.density = look(part.match);  // the first is the brand
    parts.push_back(std::move(part));
  }
  for (const auto& term : terms.all) {
    auto phrases = phrases_of(reader, term);
    double share = phrases.small ? 0 : phrases.count > 1 ? 0.9 : 0.5;
    if (phrases.single_word && phrases.count == 1 && !phrases.small) {
      share = look(phrases.expression);
    }
    expression.small = expression.small || phrases.small;
    expression.all = expression.all && phrases.all;
    parts.push_back({phrases.expression, phrases.count, share, static_cast<int>(expression.groups.size())});
    expression.groups.push_back(std::move(phrases));
  }
  // FTS5 steps through the first part of an AND and looks whether the others have the same message, so the rarest
  // leads.
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.density < b.density; });
  std::vector<std::string> wanted, unwanted;
  int phrase = 0;
  for (const auto& part : parts) {
    wanted.push_back(part.match);
    if (part.group >= 0) expression.groups[static_cast<std::size_t>(part.group)].first = phrase;
    phrase += part.phrases;
  }
  expression.wanted = text::join(wanted, " AND ");
  // Left out as typed, by FTS5's own prefixes: leaving some of the words out would let unwanted messages in.
  for (const auto& term : terms.none) {
    unwanted.push_back(quoted(text::join(term.words, " ")) + (term.prefix ? " *" : ""));
  }
  expression.unwanted = text::join(unwanted, " OR ");
  return expression;
}

}  // namespace amends::search
