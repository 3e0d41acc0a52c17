#include "core/search/search.h"

#include <algorithm>
#include <cmath>
#include <queue>

#include "core/base/text.h"
#include "core/search/expression.h"
#include "core/search/facets.h"
#include "core/store/fulltext.h"
#include "core/store/fulltext_scan.h"

namespace amends::search {
namespace {

using std::chrono::steady_clock;
using store::FulltextScan;
using store::Reader;
using store::Scoring;

constexpr int kMostHits = 200;

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
    Expression of_it;
    of_it.wanted = phrases.expression;
    for (int blocks = 0; blocks < 4 && hits < kEnough && oldest > 1; ++blocks) {
      const Block block = block_of(MessageId(oldest - 1), 0);
      count(of_it.within(block), MessageId(oldest - 1), std::max(block.oldest, MessageId(1)));
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
    expression_ = expression_of(reader_, terms, *std::move(facets), newest);
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

  // The largest blocks that still fit into the budget, when looking through `ids` took so long.
  std::size_t affordable(steady_clock::duration took, std::int64_t ids) const {
    std::size_t level = std::size(kBlockBits) - 1;
    if (query_.budget.count() == 0) return level;
    const auto left = query_.budget - (steady_clock::now() - began_);
    while (level > 0 && took * (std::int64_t{1} << kBlockBits[level]) / ids > left) --level;
    return level;
  }

  // Looks through the ids from `newest` down, block by block (larger ones while they stay quick), until `use(scan)` has
  // seen enough and answers false. Answers the oldest id that was looked at when the time ran out, else none.
  template <class Use>
  MessageId walk(MessageId newest, Scoring* scoring, Use use) {
    newest = std::min(newest, expression_.newest);
    if (expression_.small) {
      FulltextScan scan(reader_, expression_.whole(), newest, expression_.oldest, scoring);
      while (scan.next() && use(scan)) {
      }
      return {};
    }
    std::size_t level = 0;
    for (std::int64_t high = newest.value; high >= 1 && high >= expression_.oldest.value;) {
      const auto start = steady_clock::now();
      const std::int64_t from = high;
      const Block block = block_of(MessageId(high), level);
      FulltextScan scan(reader_, expression_.within(block), MessageId(high), block.oldest, scoring);
      for (int rows = 1; scan.next(); ++rows) {
        if (!use(scan)) return {};
        if (rows % 256 == 0 && out_of_time()) return scan.id();
      }
      high = block.oldest.value - 1;
      if (high >= expression_.oldest.value && high >= 1 && out_of_time()) return block.oldest;
      level = affordable(steady_clock::now() - start, from - high);
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
    for (const auto& group : expression_.groups) {
      const double weight = expression_.groups.size() == 1 ? 1 : rarity(reader_, group, newest);
      scoring.groups.push_back({group.first, group.count, weight});
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
