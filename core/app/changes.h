// What core/app writes into the change log (core/events) beside its changes, always in the transaction of the change.
// An import writes one row for a batch: its messages are history, and nobody follows them one by one.
//
// Threads: the database's writer.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/ids.h"
#include "core/events/events.h"
#include "core/outbox/delivery.h"
#include "core/store/database.h"

namespace amends::app {

// A small JSON object: detail({{"how", "assigned"}, {"owner", "ann"}}).
struct Fact {
  std::string_view key;
  std::variant<std::string_view, std::int64_t> value;
  Fact(std::string_view k, std::string_view v) : key(k), value(v) {}
  Fact(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Fact(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  Fact(std::string_view k, std::int64_t v) : key(k), value(v) {}
};
std::string detail(std::initializer_list<Fact> facts);

struct ChangeBy {
  BrandId brand;
  Timestamp at;
  std::string_view actor = "amends";
};
// Append one row each. `customer` may be none.
void tell_thread(store::Tx& tx, const ChangeBy& by, ThreadId thread, CustomerId customer,
                 std::initializer_list<Fact> facts);
void tell_customer(store::Tx& tx, const ChangeBy& by, CustomerId customer, std::initializer_list<Fact> facts);
void tell_subject(store::Tx& tx, events::What what, const ChangeBy& by, ThreadId thread, std::int64_t subject,
                  std::initializer_list<Fact> facts);
// What an update's new state means for its thread: one that was taken back, failed for good, bounced everywhere, was
// refused by its site or is in doubt is no answer, and the customer waits as before. Call it after every change of an
// update.
void weigh_update(store::Tx& tx, const ChangeBy& by, UpdateId update);
// The same, and tells the state. Copies for the Sent folder are nobody's concern and say nothing.
void tell_update(store::Tx& tx, const ChangeBy& by, UpdateId update);

// What the time brings: threads that slept wake up, and posts that nobody has seen (by_hand.h) are told.
void wake_threads(store::Tx& tx, Timestamp now);
// outbox::recover(), told.
std::int64_t recover_outbox(store::Tx& tx, const outbox::Holder& holder, Timestamp now);

}  // namespace amends::app
