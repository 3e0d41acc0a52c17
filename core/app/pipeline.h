// The natural way of Amends, written once:
//
//   in   : connector.pull | webhook -> ingest (raw + cursor, committed, then acknowledged)
//          -> one transaction: parse -> identity -> thread -> timeline -> inbox
//   loop : our own message comes back by pull; ingest knows its id and settles the outbox row, no double
//
// A mail in which a site tells of a review goes on as that review, in the site's own channel (notice.h).
//
// The way out is in core/app/answers.h.
//
// Threads: any; everything that changes goes through the database's one writer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/channel/connector.h"
#include "core/model/content.h"

namespace amends::app {

struct InReport {
  std::int64_t delivered = 0;    // what the channel handed over
  std::int64_t known = 0;        // deliveries we had already
  std::int64_t placed = 0;       // new messages on a timeline
  std::int64_t copies = 0;       // further deliveries of a message we list
  std::int64_t versions = 0;     // edited or taken back by their author
  std::int64_t quarantined = 0;  // kept raw, not understood
  std::int64_t flagged = 0;      // another message bears the same Message-ID
  std::int64_t erased = 0;       // old items of erased persons, not taken in again
  std::int64_t early = 0;        // kept until we know what they tell of (early.h)

  InReport& operator+=(const InReport& other);
};

// An item and what was understood of it; everything that costs time and needs no database.
struct Understood {
  model::Item item;
  std::string digest;  // SHA-256 of the bytes
  Result<model::Content> content = Error{};
  const channel::Descriptor* notice = nullptr;  // a mail in which this channel's site told of the item; see notice.h
  std::int64_t content_key = 0;
  std::string content_digest;
  // What a verified author says of themselves beside their handle: a phone number below their name, an order they
  // quote.
  std::vector<std::string> phones, orders;
  // In the form they are compared in: pages that are theirs, by their word or verified by the site; what they say.
  std::string profile, words;
  std::vector<std::string> verified_links;
};

class Pipeline {
 public:
  // `slot`: which of the crash guard's slots place_waiting() and run_again() use; one thread a slot.
  explicit Pipeline(Hub& hub, std::size_t slot = 0);

  // Stores a page and the cursor that covers it, in one commit. Only after this may the channel be told.
  // `fresh`: gets the id of each of the page's items, 0 for those that were here before.
  Result<InReport> take(const HubAccount& account, const channel::Page& page, std::vector<RawItemId>* fresh = nullptr);
  // Parses and places what waits, oldest first, until nothing waits or `limit` were done.
  Result<InReport> place_waiting(int limit);

  // Places stored items in one commit, as many as there is time for until `enough` says so, at least one; how many.
  // `batch[i]` is what was understood of `rows[i]`. One that can't be placed goes into quarantine alone.
  Result<std::size_t> place(std::span<const ingest::RawItem> rows, std::span<Understood> batch, InReport& sum,
                            const std::function<bool()>& enough = {});
  // With the bytes that are stored.
  Understood understand_stored(const ingest::RawItem& row) const;

  // Pure but for the crash guard. `slot` is the calling thread's own (CrashGuard::kSlots).
  Understood understand(const HubAccount& account, model::Item&& item, std::size_t slot) const;
  // The import's way: the files stay where they are, so raw items and all that follows share one commit.
  // `history`: what comes in is old and not waiting for an answer.
  Result<InReport> take_and_place(const HubAccount& account, std::vector<Understood>& batch, bool history);

  // A quarantined item once more, as after an upgrade. conflict when it isn't in quarantine.
  Result<InReport> run_again(RawItemId id);

 private:
  Result<std::size_t> place_some(std::span<const ingest::RawItem> rows, InReport& sum);

  Hub& hub_;
  const std::size_t slot_;
  const bool also_in_public_;  // somebody may say in public what they wrote in private
};

}  // namespace amends::app
