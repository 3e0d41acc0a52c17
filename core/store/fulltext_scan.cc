#include "core/store/fulltext_scan.h"

#include <sqlite3.h>

#include <string>

namespace amends::store {
namespace {

constexpr double kK1 = 1.2;
constexpr double kB = 0.75;
constexpr const char* kPointer = "amends.scoring";

[[noreturn]] void raise(sqlite3* connection, int code) {
  const bool damaged = (code & 0xff) == SQLITE_CORRUPT;
  throw SqlFailure(damaged ? Kind::corrupt : Kind::internal,
                   std::string("full-text search: ") + sqlite3_errmsg(connection));
}

double frequency_part(double frequency, double length_ratio) {
  return frequency * (kK1 + 1) / (frequency + kK1 * (1 - kB + kB * length_ratio));
}

double average_length(const Fts5ExtensionApi* api, Fts5Context* match) {
  sqlite3_int64 rows = 0, words = 0;
  if (api->xRowCount(match, &rows) != SQLITE_OK || rows <= 0) return 1;
  if (api->xColumnTotalSize(match, -1, &words) != SQLITE_OK || words <= 0) return 1;
  return static_cast<double>(words) / static_cast<double>(rows);
}

int occurrences(const Fts5ExtensionApi* api, Fts5Context* match, int phrase) {
  Fts5PhraseIter at = {};
  int column = 0, offset = 0, count = 0;
  if (api->xPhraseFirst(match, phrase, &at, &column, &offset) != SQLITE_OK) return 0;
  for (; column >= 0; api->xPhraseNext(match, &at, &column, &offset)) ++count;
  return count;
}

void score(const Fts5ExtensionApi* api, Fts5Context* match, sqlite3_context* context, int count,
           sqlite3_value** values) {
  auto* scoring = static_cast<Scoring*>(count == 1 ? sqlite3_value_pointer(values[0], kPointer) : nullptr);
  if (scoring == nullptr) return sqlite3_result_error(context, "amends_score: no scoring", -1);
  if (scoring->average_length == 0) scoring->average_length = average_length(api, match);
  double at_best = 0;  // if the message were empty but for the words looked for
  double frequencies[64];
  std::size_t known = 0;
  for (const auto& group : scoring->groups) {
    if (known == std::size(frequencies)) break;
    int found = 0;
    for (int phrase = group.first; phrase < group.first + group.count; ++phrase)
      found += occurrences(api, match, phrase);
    frequencies[known++] = found;
    at_best += group.weight * frequency_part(found, 0);
  }
  if (at_best <= scoring->bar) return sqlite3_result_double(context, 0);
  int length = 0;
  if (const int code = api->xColumnSize(match, -1, &length); code != SQLITE_OK) {
    return sqlite3_result_error_code(context, code);
  }
  double sum = 0;
  for (std::size_t i = 0; i < known; ++i) {
    sum += scoring->groups[i].weight * frequency_part(frequencies[i], length / scoring->average_length);
  }
  sqlite3_result_double(context, sum);
}

}  // namespace

double Scoring::most() const {
  double sum = 0;
  for (const auto& group : groups) sum += group.weight * (kK1 + 1);
  return sum;
}

FulltextScan::FulltextScan(Reader& reader, std::string_view match, MessageId newest, MessageId oldest, Scoring* scoring)
    : scoring_(scoring) {
  auto* connection = static_cast<sqlite3*>(reader.native());
  const std::string_view sql =
      scoring == nullptr
          ? "SELECT rowid FROM message_index WHERE message_index MATCH ?1 AND rowid <= ?2 AND rowid >= ?3 "
            "ORDER BY rowid DESC"
          : "SELECT rowid, amends_score(message_index, ?4) FROM message_index WHERE message_index MATCH ?1 "
            "AND rowid <= ?2 AND rowid >= ?3 ORDER BY rowid DESC";
  const int code = sqlite3_prepare_v2(connection, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr);
  if (code != SQLITE_OK) raise(connection, code);
  sqlite3_bind_text64(statement_, 1, match.data(), match.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  sqlite3_bind_int64(statement_, 2, newest.value);
  sqlite3_bind_int64(statement_, 3, oldest.value);
  if (scoring != nullptr) sqlite3_bind_pointer(statement_, 4, scoring, kPointer, nullptr);
}

FulltextScan::~FulltextScan() { sqlite3_finalize(statement_); }

bool FulltextScan::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_DONE) return false;
  if (code != SQLITE_ROW) raise(sqlite3_db_handle(statement_), code);
  id_ = MessageId(sqlite3_column_int64(statement_, 0));
  if (scoring_ != nullptr) score_ = sqlite3_column_double(statement_, 1);
  return true;
}

int register_score(fts5_api* api) { return api->xCreateFunction(api, "amends_score", nullptr, score, nullptr); }

}  // namespace amends::store
