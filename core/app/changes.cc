#include "core/app/changes.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/app/by_hand.h"
#include "core/inbox/inbox.h"
#include "core/outbox/outbox.h"
#include "core/outbox/tracking.h"
#include "core/thread/threads.h"
#include "core/timeline/timeline.h"

namespace amends::app {
namespace {

bool reached_nobody(store::Reader& reader, const outbox::Tracked& update) {
  using enum model::UpdateState;
  // What is in doubt counts as nothing until somebody has decided: else nobody would look.
  if (update.state == cancelled || update.state == failed || update.state == uncertain) return true;
  // What the site shows is younger than what it said when it took the post.
  const auto message = timeline::find(reader, update.message);
  const bool shown = message && message->moderation != model::Moderation::none;
  if ((shown ? message->moderation : update.post.moderation) == model::Moderation::rejected) return true;
  return !update.recipients.empty() &&
         std::all_of(update.recipients.begin(), update.recipients.end(), [](const outbox::Recipient& one) {
           return one.state == model::RecipientState::bounced || one.state == model::RecipientState::refused;
         });
}

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

void weigh_update(store::Tx& tx, const ChangeBy& by, UpdateId update) {
  const auto tracked = outbox::find(tx, by.brand, update);
  if (!tracked || tracked->purpose != model::Purpose::deliver) return;
  const bool unsaid = reached_nobody(tx, *tracked);
  const auto now = thread::set_unsaid(tx, tracked->message, unsaid);
  if (!now) return;
  if (unsaid) {
    timeline::add_flags(tx, tracked->message, timeline::kUnsaid);
  } else {
    timeline::clear_flags(tx, tracked->message, timeline::kUnsaid);
  }
  if (!inbox::find(tx, now->id)) return;
  inbox::Touch touch;
  touch.thread = now->id;
  touch.brand = now->brand;
  touch.last_at = now->last_at;
  touch.awaiting = now->awaiting_answer();
  timeline::last_of_thread(tx, now->id, touch.last_message, touch.identity);
  inbox::touch(tx, touch, inbox::Status::open);
  tell_thread(tx, by, now->id, {}, {{"how", "message"}});
}

void tell_update(store::Tx& tx, const ChangeBy& by, UpdateId update) {
  weigh_update(tx, by, update);
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
