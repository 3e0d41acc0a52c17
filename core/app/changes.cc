#include "core/app/changes.h"

#include <nlohmann/json.hpp>

#include "core/app/by_hand.h"
#include "core/inbox/inbox.h"
#include "core/outbox/outbox.h"
#include "core/outbox/tracking.h"

namespace amends::app {
namespace {

events::Change begin(events::What what, const ChangeBy& by) {
  events::Change change;
  change.brand = by.brand;
  change.at = by.at;
  change.what = what;
  change.actor = by.actor;
  return change;
}

}  // namespace

std::string detail(std::initializer_list<Fact> facts) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const Fact& fact : facts) {
    std::visit([&](const auto& value) { json[std::string(fact.key)] = value; }, fact.value);
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void tell_thread(store::Tx& tx, const ChangeBy& by, ThreadId thread, CustomerId customer,
                 std::initializer_list<Fact> facts) {
  events::Change change = begin(events::What::thread_changed, by);
  change.thread = thread;
  change.customer = customer;
  change.detail = detail(facts);
  events::append(tx, change);
}

void tell_customer(store::Tx& tx, const ChangeBy& by, CustomerId customer, std::initializer_list<Fact> facts) {
  events::Change change = begin(events::What::customer_changed, by);
  change.customer = customer;
  change.detail = detail(facts);
  events::append(tx, change);
}

void tell_subject(store::Tx& tx, events::What what, const ChangeBy& by, ThreadId thread, std::int64_t subject,
                  std::initializer_list<Fact> facts) {
  events::Change change = begin(what, by);
  change.thread = thread;
  change.subject = subject;
  change.detail = detail(facts);
  events::append(tx, change);
}

void tell_update(store::Tx& tx, const ChangeBy& by, UpdateId update) {
  const auto tracked = outbox::find(tx, by.brand, update);
  if (!tracked || tracked->purpose != model::Purpose::deliver) return;
  tell_subject(tx, events::What::update_changed, by, tracked->thread, update.value,
               {{"state", model::name_of(tracked->state)},
                {"message", tracked->message.value},
                {"answered_by", tracked->answered_by.value}});
}

void wake_threads(store::Tx& tx, Timestamp now) {
  for (const ThreadId thread : inbox::wake_due(tx, now)) {
    const auto brand = tx.first(
        "SELECT brand_id FROM inbox_thread WHERE thread_id = ?", [](store::Row r) { return r.id<BrandId>(0); }, thread);
    if (brand) tell_thread(tx, {*brand, now}, thread, {}, {{"how", "woke"}});
  }
  tell_unverified(tx, now);
}

std::int64_t recover_outbox(store::Tx& tx, const outbox::Holder& holder, Timestamp now) {
  std::vector<outbox::Recovered> recovered;
  const std::int64_t count = outbox::recover(tx, holder, now, &recovered);
  for (const outbox::Recovered& one : recovered) tell_update(tx, {one.brand, now}, one.update);
  return count;
}

}  // namespace amends::app
