#include "core/search/search.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <set>

#include "core/base/text.h"
#include "core/search/facets.h"
#include "core/store/fulltext.h"
#include "core/store/fulltext_scan.h"
#include "core/store/fulltext_words.h"

namespace amends::search {
namespace {

using std::chrono::steady_clock;
using store::FulltextScan;
using store::Reader;
using store::Scoring;

constexpr int kMostHits = 200;
// A prefix stands for at most this many words, the most common ones; FTS5 looks each up in every segment of the index.
constexpr std::size_t kMostExpansions = 32;
// Postings below this in total are read as a whole faster than that.
constexpr std::int64_t kSmallPostings = 128 * 1024;

std::string quoted(std::string_view word) { return "\"" + text::replace_all(word, "\"", "\"\"") + "\""; }

std::string any_of(const std::vector<std::string>& alternatives) {
  return alternatives.size() == 1 ? alternatives.front() : "(" + text::join(alternatives, " OR ") + ")";
}

// A term as FTS5 reads it.
struct Phrases {
  std::string expression;
  int count = 1;
  bool single_word = false;
  bool all = true;  // false: some words that begin so were left out
};

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
    return {quoted(before + last) + " *", 1, single, true};
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

struct Expression {
  std::string wanted;
  std::string unwanted;         // empty: nothing is
  std::vector<Phrases> groups;  // of the wanted terms, in the order of their phrases
  bool all = true;

  // The block stands among the wanted, so that neither part is followed beyond it.
  std::string within(const Block& block) const {
    std::string match = "(" + wanted + " AND " + quoted(store::facet_word(block.facet)) + ")";
    return unwanted.empty() ? match : match + " NOT (" + unwanted + ")";
  }
};

Expression expression_of(Reader& reader, const Terms& terms, const std::vector<std::vector<std::string>>& facets) {
  Expression expression;
  std::vector<std::string> wanted, unwanted;
  for (const auto& term : terms.all) {
    expression.groups.push_back(phrases_of(reader, term));
    expression.all = expression.all && expression.groups.back().all;
    wanted.push_back(expression.groups.back().expression);
  }
  for (const auto& alternatives : facets) {
    std::vector<std::string> words;
    for (const auto& facet : alternatives) words.push_back(quoted(store::facet_word(facet)));
    wanted.push_back(any_of(words));
  }
  expression.wanted = text::join(wanted, " AND ");
  // Left out as typed, by FTS5's own prefixes: leaving some of the words out would let unwanted messages in.
  for (const auto& term : terms.none) {
    unwanted.push_back(quoted(text::join(term.words, " ")) + (term.prefix ? " *" : ""));
  }
  expression.unwanted = text::join(unwanted, " OR ");
  return expression;
}

// How rare a group is, as BM25 wants it: ln((N - n + 0.5) / (n + 0.5)), kept above zero as SQLite's bm25() does.
// Counting n takes as long as reading all postings, so it is estimated from the newest messages unless it is rare.
double rarity(Reader& reader, const Phrases& phrases, MessageId newest) {
  constexpr std::int64_t kEnough = 600;
  std::int64_t hits = 0, oldest = newest.value + 1;
  const auto count = [&](const std::string& match, MessageId from, MessageId to) {
    FulltextScan scan(reader, match, from, to);
    for (; hits < kEnough && scan.next(); ++hits) oldest = scan.id().value;
    if (hits < kEnough) oldest = to.value;
  };
  if (phrases.single_word) {
    count(phrases.expression, newest, MessageId(1));
  } else {
    // A phrase may have to look at every message for its words, so it is looked for in the newest few thousand only.
    for (int blocks = 0; blocks < 4 && hits < kEnough && oldest > 1; ++blocks) {
      const Block block = block_of(MessageId(oldest - 1), 0);
      count(Expression{.wanted = phrases.expression, .unwanted = {}, .groups = {}}.within(block), MessageId(oldest - 1),
            std::max(block.oldest, MessageId(1)));
    }
  }
  const auto total = static_cast<double>(newest.value);
  const auto spread = static_cast<double>(newest.value - oldest + 1);  // how many ids the hits were found in
  const double n = std::min(total, static_cast<double>(hits) * total / std::max(1.0, spread));
  return std::max(1e-6, std::log((total - n + 0.5) / (n + 0.5)));
}

std::optional<Facts> facts_of(Reader& reader, MessageId message) {
  return reader.first(
      "SELECT brand_id, channel, direction, kind, at, identity_id, rating FROM message WHERE id = ?",
      [](store::Row row) {
        Facts facts{row.id<BrandId>(0),
                    row.string(1),
                    row.as<model::Direction>(2),
                    row.as<model::MessageKind>(3),
                    row.time(4),
                    row.id<IdentityId>(5),
                    {}};
        if (!row.is_null(6)) facts.rating = row.real(6);
        return facts;
      },
      message);
}

class Finder {
 public:
  Finder(Reader& reader, const Query& query)
      : reader_(reader), query_(query), limit_(static_cast<std::size_t>(std::clamp(query.limit, 1, kMostHits))) {}

  Result<Page> find() {
    TRY(const Terms terms, parse(query_.words));
    Page page;
    page.terms = terms.all;
    auto facets = facets_wanted(query_.brand, query_.filter);
    const MessageId newest(reader_.count("SELECT max(id) FROM message"));
    if (!facets || !newest) return page;
    drop_absent_years(reader_, *facets);
    expression_ = expression_of(reader_, terms, *facets);
    page.complete = expression_.all;
    if (query_.order == Order::newest || terms.all.empty()) {
      newest_first(page, query_.before ? MessageId(query_.before.value - 1) : newest);
    } else {
      by_relevance(page, newest);
    }
    return page;
  }

 private:
  bool out_of_time() const { return query_.budget.count() > 0 && steady_clock::now() - began_ > query_.budget; }

  bool passes(MessageId message) {
    const auto facts = facts_of(reader_, message);
    return facts && search::passes(*facts, query_.brand, query_.filter);
  }

  // Looks through the ids from `newest` down, block by block (larger ones while they stay quick), until `use(scan)` has
  // seen enough and answers false. Answers the oldest id that was looked at when the time ran out, else none.
  template <class Use>
  MessageId walk(MessageId newest, Scoring* scoring, Use use) {
    std::size_t level = 0;
    for (std::int64_t high = newest.value; high >= 1;) {
      const auto start = steady_clock::now();
      const Block block = block_of(MessageId(high), level);
      FulltextScan scan(reader_, expression_.within(block), MessageId(high), block.oldest, scoring);
      for (int rows = 1; scan.next(); ++rows) {
        if (!use(scan)) return {};
        if (rows % 256 == 0 && out_of_time()) return scan.id();
      }
      high = block.oldest.value - 1;
      if (high >= 1 && out_of_time()) return block.oldest;
      const bool quick = query_.budget.count() == 0 || steady_clock::now() - start < query_.budget / 32;
      if (quick && level + 1 < std::size(kBlockBits)) ++level;
    }
    return {};
  }

  void newest_first(Page& page, MessageId newest) {
    const auto reached = walk(newest, nullptr, [&](const FulltextScan& scan) {
      if (!passes(scan.id())) return true;
      page.hits.push_back({scan.id(), 0});
      if (page.hits.size() < limit_) return true;
      page.next = scan.id();
      return false;
    });
    if (!reached) return;
    page.next = reached;
    page.complete = false;
  }

  void by_relevance(Page& page, MessageId newest) {
    Scoring scoring;
    int phrase = 0;
    for (const auto& group : expression_.groups) {
      const double weight = expression_.groups.size() == 1 ? 1 : rarity(reader_, group, newest);
      scoring.groups.push_back({phrase, group.count, weight});
      phrase += group.count;
    }
    const double most = scoring.most();
    const auto better = [](const Hit& a, const Hit& b) {
      return a.score != b.score ? a.score > b.score : a.message > b.message;
    };
    std::priority_queue<Hit, std::vector<Hit>, decltype(better)> best(better);  // the worst of them on top
    const auto reached = walk(newest, &scoring, [&](const FulltextScan& scan) {
      const double weight =
          std::exp2(-static_cast<double>(newest.value - scan.id().value) / static_cast<double>(kHalfLife));
      const double to_beat = best.size() < limit_ ? 0 : best.top().score;
      if (best.size() == limit_ && most * weight <= to_beat) return false;
      const double score = scan.score() * weight;
      if ((best.size() < limit_ || score > to_beat) && passes(scan.id())) {
        best.push({scan.id(), score});
        if (best.size() > limit_) best.pop();
        if (best.size() == limit_) scoring.bar = best.top().score / weight;
      }
      return true;
    });
    page.complete = page.complete && !reached;
    for (; !best.empty(); best.pop()) page.hits.push_back(best.top());
    std::reverse(page.hits.begin(), page.hits.end());
  }

  Reader& reader_;
  const Query& query_;
  const std::size_t limit_;
  const steady_clock::time_point began_ = steady_clock::now();
  Expression expression_;
};

void add_party(std::string& people, const model::Party& party) {
  for (const auto* part : {&party.name, &party.handle}) {
    if (!part->empty()) people.append(*part) += '\n';
  }
}

}  // namespace

void index(store::Tx& tx, MessageId message, const model::Content& content, bool index_quoted) {
  std::string people, subject = content.subject, files, words;
  add_party(people, content.author);
  for (const auto* parties : {&content.to, &content.cc}) {
    for (const auto& party : *parties) add_party(people, party);
  }
  for (const auto& file : content.attachments) {
    if (!file.filename.empty()) files.append(file.filename) += '\n';
  }
  if (!content.location.empty()) subject += "\n" + content.location;

  std::string_view text = content.reply_text.empty() ? std::string_view(content.text) : content.reply_text;
  if (content.forwarded || (index_quoted && !content.reply_text.empty())) {
    words = text;
    if (content.forwarded) {
      add_party(people, content.forwarded->from);
      words.append("\n").append(content.forwarded->subject).append("\n").append(content.forwarded->text);
    }
    if (index_quoted) words.append("\n").append(content.signature).append("\n").append(content.quoted_text);
    text = words;
  }
  store::IndexedText indexed{.subject = subject, .people = people, .text = text, .files = files};
  if (const auto facts = facts_of(tx, message)) indexed.facets = facets_of(*facts);
  for (auto& facet : block_facets(message)) indexed.facets.push_back(std::move(facet));
  store::Fulltext::put(tx, message, indexed);
}

void remove(store::Tx& tx, MessageId message) { store::Fulltext::remove(tx, message); }

Result<Page> find(Reader& reader, const Query& query) { return Finder(reader, query).find(); }

}  // namespace amends::search
