// The outbox: updates on their way out, in the database. An update is enqueued in the same transaction as its row on
// the timeline, so an answer is either nowhere or in both. A send is three commits: claim before the first byte, the
// point of no return before the byte that lets the peer act, and what it came to.
//
//   id = reserve(tx, …)              a number of its own, for the Message-ID
//   enqueue(tx, {id, …})             final bytes, recipients, when it may go
//   due(reader, now)                 what a worker should do next; sender.h does it
//
// In each account the updates of one thread go in the order they became ready; whatever is in retry or in doubt blocks
// only its own thread. The state's rules are in delivery.h, the promises kept with them in shipment.h.
//
// Tables: outbox_epoch, outbox_update, outbox_payload, outbox_recipient, outbox_attempt, outbox_gate.
// Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/channel/connector.h"
#include "core/model/update.h"
#include "core/outbox/delivery.h"
#include "core/outbox/posts.h"
#include "core/outbox/settle.h"
#include "core/store/database.h"

namespace amends::outbox {

inline constexpr std::chrono::seconds kUndo{10};  // how long an update waits by default, so that it can be taken back

struct NewUpdate {
  UpdateId id;  // from reserve()
  BrandId brand;
  AccountId account;
  ThreadId thread;
  MessageId message;                    // its row on the timeline
  std::string author;                   // the user's name, "" for the program itself
  std::string mail_id;                  // the Message-ID without angle brackets, or any name unique in the brand
  std::string key;                      // idempotency key; "": the mail_id
  std::string sender;                   // envelope sender (mail)
  std::vector<std::string> recipients;  // envelope recipients; none: a public reply
  std::string payload;                  // the final bytes, sent unchanged on every try
  std::string in_reply_to;              // external id of what is answered
  std::optional<Timestamp> not_before;  // nothing: at once
  std::string held_because;             // not "": waits for a person first
  bool wants_copy = false;              // file it into our own Sent folder when it went
  std::optional<PostState> post;        // what is no mail. By hand: it waits until a person says that it is posted
};

UpdateId reserve(store::Tx& tx, BrandId brand, Timestamp now);

// invalid: no payload, no Message-ID, an address twice or with a line break in it. conflict: the id was enqueued
// before.
Result<Done> enqueue(store::Tx& tx, const NewUpdate& update, Timestamp now);

// A start of the program; its number goes into every Holder.
std::int64_t begin_epoch(store::Tx& tx, Timestamp now);

// Frees what a dead epoch or a worker whose lease ran out was sending; how many. At the start, and now and then.
// `holder` is the running epoch and the present Clock::ticks() in ms.
// `which` (may be null) gets them all.
struct Recovered {
  UpdateId update;
  BrandId brand;
};
std::int64_t recover(store::Tx& tx, const Holder& holder, Timestamp now, std::vector<Recovered>* which = nullptr);

// After a backup was restored, before anything is sent: everything unfinished waits for a person. How many.
std::int64_t hold_restored(store::Tx& tx, Timestamp now);

enum class Task : std::uint8_t { send, look };
struct Due {
  UpdateId update;
  BrandId brand;
  AccountId account;
  model::Purpose purpose = model::Purpose::deliver;
  Task task = Task::send;
};
// What can be done now, oldest first in each account, at most `limit` of each account and purpose; nothing of accounts
// that have to wait. Heads of their threads' lines only.
std::vector<Due> due(store::Reader& reader, Timestamp now, std::int64_t limit);
// When the next one becomes due, to sleep until; nothing when nothing is waiting for its time.
std::optional<Timestamp> next_due(store::Reader& reader, Timestamp now);

// An update in the hands of a worker.
struct Claimed {
  UpdateId id;
  BrandId brand;
  AccountId account;
  ThreadId thread;
  std::int64_t fence = 0;
  std::vector<std::string> asked;  // as stored; one "" for a public reply
  channel::Outbound outbound;      // without its callbacks
  Timestamp first_try;
};

// Takes it for sending. conflict: it is not its turn any more; busy: the account may not send now.
Result<Claimed> claim(store::Tx& tx, UpdateId id, const Holder& holder, Timestamp now);

// Commit this, then send the byte. conflict: the claim is lost; send nothing.
Result<Done> mark_point_of_no_return(store::Tx& tx, const Claimed& claimed,
                                     const std::vector<channel::RecipientOutcome>& heard, Timestamp now);

// Writes down what the try came to and where that leads; the new state. A worker that had lost its claim still tells
// what it knows.
Result<model::UpdateState> settle(store::Tx& tx, const Claimed& claimed, const Result<channel::Receipt>& outcome,
                                  const SendPolicy& policy, Timestamp now, std::uint64_t seed);

// An update in doubt, as needed to look for it. conflict when it is no longer in doubt.
Result<Claimed> in_doubt(store::Reader& reader, UpdateId id);
std::optional<Delivery> delivery_of(store::Reader& reader, UpdateId id);
Result<model::UpdateState> looked(store::Tx& tx, UpdateId id, const SendPolicy& policy, Look look, Timestamp now);

// A person decides. not_found when the brand has no such update; conflict when it has moved on.
Result<Done> mark_sent(store::Tx& tx, BrandId brand, UpdateId id, std::string_view who, Timestamp now);
Result<Done> send_again(store::Tx& tx, BrandId brand, UpdateId id, std::string_view who, Timestamp now);
Result<Done> cancel(store::Tx& tx, BrandId brand, UpdateId id, std::string_view who, Timestamp now);
Result<Done> hold(store::Tx& tx, BrandId brand, UpdateId id, std::string_view why, Timestamp now);
Result<Done> release(store::Tx& tx, BrandId brand, UpdateId id, std::string_view who, Timestamp now);

// The account was connected again: it may send.
void reopen_account(store::Tx& tx, AccountId account);

}  // namespace amends::outbox
