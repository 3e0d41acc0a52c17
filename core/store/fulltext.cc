#include "core/store/fulltext.h"

#include <sqlite3.h>

#include <string>

#include "core/store/tokenizer.h"

namespace amends::store {
namespace {

// The text is copied: it is indexed just before the commit, see Tx::before_commit.
struct Kept {
  std::string subject, people, text, files, facets;
};

// The tokenizer takes a value that begins with the sign for a list of facets.
std::string without_sign(std::string_view text) {
  while (!text.empty() && text.front() == kFacetSign) text.remove_prefix(1);
  return std::string(text);
}

}  // namespace

// `text` stands first: FTS5 spends two bytes a word and message on every other column. An automerge of 8 instead of 4
// writes each word fewer times (83 instead of 96 us a message at 100,000) and leaves a search a few more segments to
// look into. Deletes are tombstones (contentless_delete), merged away later.
std::string_view Fulltext::definition() {
  return "CREATE VIRTUAL TABLE message_index USING fts5(text, subject, people, files, facets, content='', "
         "contentless_delete=1, "
         "tokenize='amends');"
         "INSERT INTO message_index (message_index, rank) VALUES ('hashsize', 16777216);"
         "INSERT INTO message_index (message_index, rank) VALUES ('automerge', 8);";
}

void Fulltext::put(Tx& tx, MessageId id, const IndexedText& text) {
  Kept kept{without_sign(text.subject), without_sign(text.people), without_sign(text.text), without_sign(text.files),
            ""};
  for (const auto& facet : text.facets) kept.facets += facet_word(facet) + " ";
  tx.before_commit([id, kept = std::move(kept)](Tx& last) {
    last.run(
        "INSERT OR REPLACE INTO message_index (rowid, text, subject, people, files, facets) VALUES (?, ?, ?, ?, ?, ?)",
        id, kept.text, kept.subject, kept.people, kept.files, kept.facets);
  });
}

void Fulltext::remove(Tx& tx, MessageId id) {
  tx.before_commit([id](Tx& last) { last.run("DELETE FROM message_index WHERE rowid = ?", id); });
}

// A negative count makes FTS5 merge all segments into one, tombstones included, from where the last call stopped; it is
// over when a call changes nothing (sqlite.org/fts5.html, "The 'merge' Command").
bool Fulltext::merge(Tx& tx, int pages) {
  auto* const connection = static_cast<sqlite3*>(tx.native());
  const auto before = sqlite3_total_changes64(connection);
  tx.run("INSERT INTO message_index (message_index, rank) VALUES ('merge', ?)", -pages);
  return sqlite3_total_changes64(connection) - before >= 2;
}

std::string facet_word(std::string_view facet) { return kFacetSign + std::string(facet); }

}  // namespace amends::store
