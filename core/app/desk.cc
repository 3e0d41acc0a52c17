#include "core/app/desk.h"

#include <nlohmann/json.hpp>

#include "core/inbox/inbox.h"
#include "core/timeline/timeline.h"

namespace amends::app {

Result<bool> Desk::act(ThreadId thread, std::string_view event, std::string_view detail_key, std::string_view detail,
                       const std::function<Result<bool>(store::Tx&)>& work) {
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
    if (changed && !event.empty()) {
      nlohmann::ordered_json json = nlohmann::ordered_json::object();
      if (!detail_key.empty()) json[std::string(detail_key)] = detail;
      const std::string dumped = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      timeline::add_event(tx, {brand_.id, *identity, {}, thread, hub_.clock().now(), event, actor_, dumped});
    }
    return changed;
  });
}

Result<bool> Desk::assign(ThreadId thread, std::string_view owner) {
  return act(thread, owner.empty() ? "unassigned" : "assigned", "owner", owner,
             [&](store::Tx& tx) { return inbox::assign(tx, thread, owner); });
}

Result<bool> Desk::snooze(ThreadId thread, Timestamp until) {
  if (until <= hub_.clock().now()) return fail(Kind::invalid, "the time to wake is not in the future");
  return act(thread, "snoozed", "until", to_rfc3339(until),
             [&](store::Tx& tx) { return inbox::snooze(tx, thread, until); });
}

Result<bool> Desk::close(ThreadId thread) {
  return act(thread, "closed", {}, {}, [&](store::Tx& tx) { return inbox::close(tx, thread); });
}

Result<bool> Desk::reopen(ThreadId thread) {
  return act(thread, "reopened", {}, {}, [&](store::Tx& tx) { return inbox::reopen(tx, thread); });
}

Result<bool> Desk::set_unread(ThreadId thread, bool unread) {
  return act(thread, {}, {}, {}, [&](store::Tx& tx) { return inbox::set_unread(tx, thread, unread); });
}

Result<bool> Desk::tag(ThreadId thread, std::string_view tag) {
  return act(thread, "tagged", "tag", tag, [&](store::Tx& tx) { return inbox::tag(tx, thread, tag); });
}

Result<bool> Desk::untag(ThreadId thread, std::string_view tag) {
  return act(thread, "untagged", "tag", tag, [&](store::Tx& tx) { return inbox::untag(tx, thread, tag); });
}

Result<bool> Desk::note(ThreadId thread, std::string_view text) {
  return act(thread, {}, {}, {}, [&](store::Tx& tx) -> Result<bool> {
    TRY_DO(inbox::add_note(tx, thread, actor_, text, hub_.clock().now()));
    return true;
  });
}

}  // namespace amends::app
