// The change log: one row for every change that a screen or another program may want to follow, in the order of
// commits. Whoever reads it from a position sees each change once and in the same order as everybody else; live event
// streams and webhooks are read from it.
//
// Why nobody can see a gap: ids are given inside the writing transaction, and there is one writer. So a row is visible
// only after every row with a smaller id is visible or undone for good, and a reader that has seen id n may ask for
// "after n" for ever. An engine with several writers must keep that: either all appends of a transaction happen under
// one lock that is held until its commit (an advisory lock taken by the first append), or readers stop below the oldest
// transaction still open. Ids from a sequence alone are not enough there, because they commit out of order.
//
// Numbers may be left out (an undone append, restart()), but never come back: a position stays what it was for ever.
//
// A change says what is different and who did it, never the words of a message, a note or an address: `detail` is a
// small JSON object of words and numbers, at most kMaxDetail bytes.
//
// Table: change. Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/model/words.h"
#include "core/store/database.h"

namespace amends::events {

// Stored: never renumber. `subject` is what the change is about; thread and customer are said where they are known.
enum class What : std::uint8_t {
  log_restarted = 0,    // positions before this one mean nothing any more: a backup was restored
  thread_changed = 1,   // subject: none. detail.how: message, assigned, snoozed, woke, closed, tagged, read, moved, …
  message_created = 2,  // subject: the message
  message_changed = 3,  // subject: the message. detail.how: edited, deleted
  update_changed = 4,   // subject: the update. detail.state
  note_created = 5,     // subject: the note
  draft_changed = 6,    // subject: none; the actor's draft. detail.how: saved, discarded
  customer_changed = 7,  // detail.how: merged, split, undone, dismissed, renamed
  account_changed = 8,   // subject: the account. detail.state, detail.failures
  import_progress = 9,   // subject: the account. One for a batch, instead of one for each of its messages
  suggestion_created = 10,
  settings_changed = 11,
  user_changed = 12,        // subject: the user
  quarantine_changed = 13,  // subject: the raw item. detail.how: quarantined, dropped, placed
  template_changed = 14,    // subject: the template
  webhook_changed = 15,     // subject: the endpoint
  brand_changed = 16,       // subject: the brand
};
inline constexpr model::Word<What> kWhats[] = {
    {What::log_restarted, "log.restarted"},
    {What::thread_changed, "thread.changed"},
    {What::message_created, "message.created"},
    {What::message_changed, "message.changed"},
    {What::update_changed, "update.changed"},
    {What::note_created, "note.created"},
    {What::draft_changed, "draft.changed"},
    {What::customer_changed, "customer.changed"},
    {What::account_changed, "account.changed"},
    {What::import_progress, "import.progress"},
    {What::suggestion_created, "suggestion.created"},
    {What::settings_changed, "settings.changed"},
    {What::user_changed, "user.changed"},
    {What::quarantine_changed, "quarantine.changed"},
    {What::template_changed, "template.changed"},
    {What::webhook_changed, "webhook.changed"},
    {What::brand_changed, "brand.changed"},
};
constexpr std::string_view name_of(What v) { return model::name_in(kWhats, v); }

inline constexpr std::size_t kMaxDetail = 4096;

struct Change {
  std::int64_t id = 0;  // given by append()
  BrandId brand;        // none: the whole installation
  Timestamp at;
  What what = What::thread_changed;
  ThreadId thread;
  CustomerId customer;
  std::int64_t subject = 0;
  std::string actor;   // a login, or "amends"
  std::string detail;  // a JSON object, or ""
};

// Which changes somebody may see. Nothing unless it is said.
struct Filter {
  bool all_brands = false;
  std::vector<BrandId> brands;
  bool installation = false;  // changes that belong to no brand

  bool lets(const Change& change) const;
};

// In the same transaction as the change itself. A detail that is too long is left out. Answers the id.
std::int64_t append(store::Tx& tx, const Change& change);

// Ascending. `scanned` (may be null) is the position behind the last row that was looked at, let through or not: where
// to go on. At most `limit` rows are looked at, so one call takes bounded time whatever the filter.
std::vector<Change> after(store::Reader& reader, std::int64_t position, const Filter& filter, int limit,
                          std::int64_t* scanned = nullptr);
std::optional<Change> find(store::Reader& reader, std::int64_t id);

// The ids of the first and the last row; 0 while there is none.
struct Span {
  std::int64_t oldest = 0, newest = 0;
};
Span span(store::Reader& reader);

// Whether everything after `position` is still there: false for one before the oldest row, and for one that nobody can
// have been given.
bool holds(const Span& span, std::int64_t position);

// A row goes when it is older than `age` and there are `rows` younger ones, or when there are `most` younger ones. The
// newest one always stays: numbers must not come back.
struct Keep {
  std::chrono::hours age{7 * 24};
  std::int64_t rows = 200'000;
  std::int64_t most = 2'000'000;  // a bound for the disk: about 250 MB
};
// At most `limit` rows at once, so that the writer is not held; how many went.
std::int64_t trim(store::Tx& tx, const Keep& keep, Timestamp now, std::int64_t limit = 5'000);

// After a backup was restored: ids that were given out since it was made may be given out again for other changes, so
// the log begins anew above all of them (by the clock: a thousand changes a second would have to be kept up ever since
// 1970 to pass it). Every older position answers false to holds().
void restart(store::Tx& tx, Timestamp now);

// {"id":7,"kind":"thread.changed","brand":"acme","at":"2026-11-21T09:00:00.000Z","thread":3,"customer":null,
//  "subject":null,"actor":"ann","detail":{…}}, as the API and webhooks give it. `brand_key` "" for none.
std::string json_of(const Change& change, std::string_view brand_key);

}  // namespace amends::events
