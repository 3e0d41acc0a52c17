#include "core/app/desk.h"

#include "core/app/changes.h"
#include "core/identity/identities.h"
#include "core/inbox/inbox.h"
#include "core/people/users.h"
#include "core/timeline/timeline.h"

namespace amends::app {

Result<bool> Desk::act(ThreadId thread, const Act& act, const std::function<Result<bool>(store::Tx&)>& work) {
  return hub_.db().write([&](store::Tx& tx) -> Result<bool> {
    // Looked up inside the brand, so that another brand's thread is as absent as one that never was.
    const auto identity = tx.first(
        "SELECT identity_id FROM inbox_thread WHERE thread_id = ? AND brand_id = ?",
        [](store::Row r) { return r.id<IdentityId>(0); }, thread, brand_.id);
    if (!identity) {
      return fail(Kind::not_found, "there is no thread " + std::to_string(thread.value),
                  "`amends inbox --view everything` lists what there is");
    }
    TRY(const bool changed, work(tx));
    if (!changed) return false;
    const Timestamp now = hub_.clock().now();
    if (!act.silent) {
      const std::string facts = act.fact.empty() ? "{}" : detail({{act.fact, act.value}});
      timeline::add_event(tx, {brand_.id, *identity, {}, thread, now, act.how, actor_, facts});
    }
    const CustomerId customer = *identity ? identity::customer_of(tx, *identity) : CustomerId{};
    if (act.fact.empty()) {
      tell_thread(tx, {brand_.id, now, actor_}, thread, customer, {{"how", act.how}});
    } else {
      tell_thread(tx, {brand_.id, now, actor_}, thread, customer, {{"how", act.how}, {act.fact, act.value}});
    }
    return true;
  });
}

Result<bool> Desk::assign(ThreadId thread, std::string_view owner) {
  return act(thread, {owner.empty() ? "unassigned" : "assigned", "owner", owner}, [&](store::Tx& tx) -> Result<bool> {
    if (!owner.empty() && people::any_user(tx)) TRY_DO(people::check_owner(tx, brand_.id, owner));
    return inbox::assign(tx, thread, owner);
  });
}

Result<bool> Desk::snooze(ThreadId thread, Timestamp until) {
  if (until <= hub_.clock().now()) return fail(Kind::invalid, "the time to wake is not in the future");
  const std::string when = to_rfc3339(until);
  return act(thread, {"snoozed", "until", when}, [&](store::Tx& tx) { return inbox::snooze(tx, thread, until); });
}

Result<bool> Desk::close(ThreadId thread) {
  return act(thread, {"closed"}, [&](store::Tx& tx) { return inbox::close(tx, thread); });
}

Result<bool> Desk::reopen(ThreadId thread) {
  return act(thread, {"reopened"}, [&](store::Tx& tx) { return inbox::reopen(tx, thread); });
}

Result<bool> Desk::set_unread(ThreadId thread, bool unread) {
  return act(thread, {unread ? "unread" : "read", {}, {}, true},
             [&](store::Tx& tx) { return inbox::set_unread(tx, thread, unread); });
}

Result<bool> Desk::tag(ThreadId thread, std::string_view tag) {
  return act(thread, {"tagged", "tag", tag}, [&](store::Tx& tx) { return inbox::tag(tx, thread, tag); });
}

Result<bool> Desk::untag(ThreadId thread, std::string_view tag) {
  return act(thread, {"untagged", "tag", tag}, [&](store::Tx& tx) { return inbox::untag(tx, thread, tag); });
}

Result<bool> Desk::note(ThreadId thread, std::string_view text) {
  return act(thread, {"noted", {}, {}, true}, [&](store::Tx& tx) -> Result<bool> {
    const Timestamp now = hub_.clock().now();
    TRY(const std::int64_t id, inbox::add_note(tx, thread, actor_, text, now));
    tell_subject(tx, events::What::note_created, {brand_.id, now, actor_}, thread, id, {});
    return true;
  });
}

}  // namespace amends::app
