// Finding messages by their words: one box for everything a customer ever said in any channel.
//
// Newest first is the default, page by page. By relevance means BM25 times a weight for age: a message loses half its
// weight with every kHalfLife messages that came after it. Because that weight only falls, the search walks from the
// newest message back and stops where nothing older could enter the page any more.
//
// Every search keeps to a time budget. Where it runs out (two common words that never stand side by side, in a million
// messages), the page says how far back it looked, and the next page goes on from there.
//
// Table: message_index (core/store/fulltext.h); reads message.
// Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/model/content.h"
#include "core/search/highlight.h"
#include "core/search/terms.h"
#include "core/store/database.h"

namespace amends::search {

inline constexpr std::int64_t kHalfLife = 20'000;

// Puts the message's words into the index; what stood there under its id goes. `index_quoted`: the quoted text too,
// because the message it came from is not ours. REQUIRES: the message's row is written (what a search is narrowed by is
// read from it).
void index(store::Tx& tx, MessageId message, const model::Content& content, bool index_quoted);
void remove(store::Tx& tx, MessageId message);

// What is left unset doesn't narrow.
struct Filter {
  std::string channel = {};
  std::optional<model::Direction> direction = {};
  std::optional<model::MessageKind> kind = {};
  std::optional<Timestamp> from = {}, until = {};          // from <= at < until
  std::optional<double> rating_from = {}, rating_to = {};  // both included; messages without a rating are left out
  std::vector<IdentityId> identities = {};                 // a customer's
};

enum class Order : std::uint8_t { newest, relevance };

struct Query {
  BrandId brand = {};
  std::string words = {};  // as typed: see terms.h. None: everything the filter lets through
  Filter filter = {};
  Order order = Order::newest;
  int limit = 50;                            // at most 200
  MessageId before = {};                     // newest first only: Page::next of the page before
  std::chrono::microseconds budget{35'000};  // none: 0
};

struct Hit {
  MessageId message;
  double score = 0;  // by relevance only
};

struct Page {
  std::vector<Hit> hits;
  std::vector<Term> terms;  // for highlight()
  MessageId next;           // newest first: there may be more before this one
  bool complete = true;  // false: the budget ran out, or a prefix stood for so many words that the rarest were left out
};

// invalid: see terms.h.
Result<Page> find(store::Reader& reader, const Query& query);

}  // namespace amends::search
