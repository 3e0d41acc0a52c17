// Erasing a person: everything of theirs goes, from every copy this program keeps, and stays gone.
//
// What is theirs: messages they wrote; ours that went to them alone; threads in which nobody else takes part, with
// notes, drafts, tags and events; their identities, what links them, suggestions; the bytes and attachments of all of
// it; its rows in the full-text index, the outbox and the ledger of changes; items in quarantine or not yet read that
// name one of their addresses. A message that also concerns somebody else (a mail of ours to two people) is the other's
// as well: it stays with them, off the erased person's timeline, and no search finds it by the erased one's name. What
// other people wrote stays, also where they mention them.
//
// What stays of them: the entry in the audit log under a name that says nothing ("erased-k3v9…"), and the ledger's
// keyed hashes (core/erasure/ledger.h), so that their old mail is not pulled in again and a restored backup forgets
// them again. What they write after the erasure is new and comes in.
//
// The rows go in one transaction. Then the traces on the disk go: the full-text index is merged, dictionaries that an
// erased item trained are made anew and what was packed with them is packed again, the database is rewritten without
// its free space, the write-ahead log is emptied, copies kept before an update of the schema are removed. A kill in
// between loses nothing: scrub_erased() goes on at the next start.
//
// Threads: any; the scrubbing takes about ten seconds a gigabyte, in which nothing else is written.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/erasure/ledger.h"
#include "core/store/database.h"

namespace amends::app {

// What an erasure takes or took; a dry run counts the same things.
struct ErasePlan {
  BrandId brand;
  CustomerId customer;                // who speaks for them
  std::vector<CustomerId> customers;  // all that were merged into them
  std::vector<IdentityId> identities;
  std::vector<std::string> handles;      // "email:jane@example.org"
  std::vector<MessageId> messages;       // that go
  std::vector<MessageId> shared;         // that stay with somebody else
  std::vector<RawItemId> items;          // raw bytes that go: messages, copies, versions, quarantine
  std::vector<ThreadId> threads;         // that go whole
  std::vector<ThreadId> shared_threads;  // that lose messages
  std::vector<UpdateId> updates;         // whose words and addresses go; unfinished ones are cancelled
  std::int64_t attachments = 0, notes = 0, drafts = 0, events = 0, suggestions = 0;
  std::int64_t notes_kept = 0;  // in shared threads: for a person to look through
  std::int64_t bytes = 0;       // of the raw items
};

// not_found: no such customer in the brand. conflict: an answer to them is leaving just now.
Result<ErasePlan> plan_erasure(Hub& hub, store::Reader& reader, BrandId brand, CustomerId customer);

struct EraseRequest {
  BrandId brand;
  CustomerId customer;
  std::string actor;  // a login, for the change log
  // What other folders keep of a person: runs in the same transaction, with what goes (change log, idempotency answers,
  // webhook deliveries, the audit entry). `pseudonym` is the name that stays.
  std::function<Result<Done>(store::Tx&, const ErasePlan&, const std::string& pseudonym)> also = {};
  bool scrub = true;  // false: the traces on the disk go at the next scrub_erased()
};
struct Erased {
  ErasePlan plan;
  std::string pseudonym;
  bool scrubbed = false;
};
Result<Erased> erase_person(Hub& hub, const EraseRequest& request);

// The traces of every erasure whose traces are still on the disk; how many erasures that were. At every start, and when
// the night is quiet.
Result<std::int64_t> scrub_erased(Hub& hub);

// Whom a ledger names and the database still holds, erased again; how many persons. For a restored backup, before
// anything is served. An erasure that the database's own ledger knows has been applied to it.
Result<std::int64_t> reapply_ledger(Hub& hub, const std::vector<erasure::Erasure>& ledger);

}  // namespace amends::app
