// The messages that match an expression, newest first, and how well each matches when that is asked. One step costs
// about a microsecond, so the caller decides when it has seen enough.
//
// The expression is FTS5's (sqlite.org/fts5.html, "Full-text Query Syntax") and made by core/search alone: every word
// of a person stands in it quoted.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/store/database.h"

struct sqlite3_stmt;
struct fts5_api;

namespace amends::store {

// How matches are scored: Okapi BM25 with k1 = 1.2 and b = 0.75, as SQLite's own bm25(), but with weights (IDF) given
// by the caller, for groups of phrases that count as one ("inv*" is all words that begin so).
struct Scoring {
  struct Group {
    int first = 0, count = 1;  // phrases of the expression, numbered from the left
    double weight = 1;
  };
  std::vector<Group> groups;
  // A match that can't score more than this may be given any score up to it: its length isn't looked up.
  double bar = 0;
  double average_length = 0;  // of an indexed message in words; found on the first match

  // No match scores more.
  double most() const;
};

class FulltextScan {
 public:
  // Matches with oldest <= id <= newest. `scoring`, when given, must outlive the scan, and its bar may be moved between
  // the steps.
  FulltextScan(Reader& reader, std::string_view match, MessageId newest, MessageId oldest, Scoring* scoring = nullptr);
  ~FulltextScan();
  FulltextScan(const FulltextScan&) = delete;
  FulltextScan& operator=(const FulltextScan&) = delete;

  bool next();
  MessageId id() const { return id_; }
  double score() const { return score_; }

 private:
  sqlite3_stmt* statement_ = nullptr;
  Scoring* scoring_;
  MessageId id_;
  double score_ = 0;
};

// Makes the scoring function known to a connection; an SQLite code.
int register_score(fts5_api* api);

}  // namespace amends::store
