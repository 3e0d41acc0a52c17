#include "core/app/people.h"

#include <nlohmann/json.hpp>

#include "core/app/changes.h"
#include "core/app/place.h"
#include "core/app/view.h"
#include "core/identity/suggest.h"
#include "core/thread/by_hand.h"
#include "core/timeline/timeline.h"

namespace amends::app {
namespace {

Result<ThreadId> thread_of(store::Reader& reader, BrandId brand, MessageId message) {
  const auto found = timeline::find(reader, message);
  if (!found || found->brand != brand)
    return fail(Kind::not_found, "there is no message " + std::to_string(message.value));
  return found->thread;
}

Result<Done> in_brand(store::Reader& reader, BrandId brand, ThreadId thread) {
  const auto summary = thread::summary(reader, thread);
  if (summary && summary->brand == brand) return Done{};
  return fail(Kind::not_found, "there is no thread " + std::to_string(thread.value));
}

}  // namespace

void People::tell(store::Tx& tx, CustomerId customer, std::string_view kind, std::int64_t event,
                  std::string_view reason) {
  const nlohmann::ordered_json detail = {{"event", event}, {"reason", reason}};
  const std::string json = detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  timeline::add_event(tx, {brand_.id, {}, customer, {}, hub_.clock().now(), kind, actor_, json});
  tell_customer(tx, {brand_.id, hub_.clock().now(), actor_}, customer, {{"how", kind}, {"event", event}});
}

Result<identity::LinkEventId> People::merge(std::string_view into, std::string_view from, std::string_view reason) {
  return hub_.db().write([&](store::Tx& tx) -> Result<identity::LinkEventId> {
    TRY(const CustomerView stays, find_customer(tx, brand_.id, into));
    TRY(const CustomerView goes, find_customer(tx, brand_.id, from));
    TRY(const identity::LinkChange change,
        identity::merge(tx, brand_.id, stays.id, goes.id, actor_, reason, hub_.clock().now()));
    tell(tx, change.into, "merged", change.event.value, reason);
    tell_customer(tx, {brand_.id, hub_.clock().now(), actor_}, change.from,
                  {{"how", "merged"}, {"event", change.event.value}, {"into", change.into.value}});
    return change.event;
  });
}

Result<identity::LinkEventId> People::split(std::string_view handle, std::string_view reason) {
  TRY(const IdentityId identity, hub_.db().read([&](store::Reader& reader) -> Result<IdentityId> {
    const auto found = identity::find_handle(reader, brand_.id, handle);
    if (found.size() == 1) return found.front().id;
    return fail(found.empty() ? Kind::not_found : Kind::conflict,
                found.empty() ? "nobody has the handle \"" + std::string(handle) + "\""
                              : "several channels know the handle \"" + std::string(handle) + "\"");
  }));
  return split(identity, reason);
}

Result<identity::LinkEventId> People::split(IdentityId identity, std::string_view reason) {
  return hub_.db().write([&](store::Tx& tx) -> Result<identity::LinkEventId> {
    TRY(const identity::LinkChange change,
        identity::split(tx, brand_.id, identity, actor_, reason, hub_.clock().now()));
    tell(tx, change.into, "split", change.event.value, reason);
    tell(tx, change.from, "split", change.event.value, reason);
    return change.event;
  });
}

Result<Done> People::undo(std::int64_t link_event) {
  return hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    TRY(const identity::LinkChange change,
        identity::undo(tx, brand_.id, identity::LinkEventId{link_event}, actor_, hub_.clock().now()));
    tell(tx, change.into, "taken_back", link_event, "");
    if (change.from != change.into) tell(tx, change.from, "taken_back", link_event, "");
    return Done{};
  });
}

Result<Done> People::dismiss(std::string_view one, std::string_view other) {
  return hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    TRY(const CustomerView a, find_customer(tx, brand_.id, one));
    TRY(const CustomerView b, find_customer(tx, brand_.id, other));
    TRY_DO(identity::dismiss(tx, brand_.id, a.id, b.id, actor_, hub_.clock().now()));
    for (const auto& [one_of_them, of] : {std::pair(a.id, b.id), std::pair(b.id, a.id)}) {
      tell_customer(tx, {brand_.id, hub_.clock().now(), actor_}, one_of_them,
                    {{"how", "dismissed"}, {"other", of.value}});
    }
    return Done{};
  });
}

// What threading moved, the timeline and the inbox follow.
void People::follow(store::Tx& tx, const thread::HandMade& made, std::string_view kind) {
  Placer placer(hub_, tx, false);
  for (const thread::Moved& moved : made.moved) timeline::set_thread(tx, moved.message, moved.to);
  for (const ThreadId thread : made.touched) placer.touch(thread, false, false);
  placer.finish();
  const std::string detail = "{\"operation\":" + std::to_string(made.op) + "}";
  timeline::add_event(tx, {brand_.id, {}, {}, made.thread, hub_.clock().now(), kind, actor_, detail});
}

Result<std::int64_t> People::rethread(MessageId message, ThreadId to) {
  return hub_.db().write([&](store::Tx& tx) -> Result<std::int64_t> {
    TRY([[maybe_unused]] const ThreadId from, thread_of(tx, brand_.id, message));
    if (to) TRY_DO(in_brand(tx, brand_.id, to));
    TRY(const thread::HandMade made,
        to ? thread::move(tx, message, to) : thread::split(tx, {message}, timeline::find(tx, message)->subject));
    follow(tx, made, to ? "rethreaded" : "split_off");
    return made.op;
  });
}

Result<std::int64_t> People::join(ThreadId into, ThreadId other) {
  return hub_.db().write([&](store::Tx& tx) -> Result<std::int64_t> {
    TRY_DO(in_brand(tx, brand_.id, into));
    TRY_DO(in_brand(tx, brand_.id, other));
    TRY(const thread::HandMade made, thread::join(tx, into, other));
    follow(tx, made, "joined");
    return made.op;
  });
}

Result<Done> People::undo_threads(std::int64_t operation) {
  return hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    TRY(const thread::HandMade made, thread::undo(tx, brand_.id, operation));
    follow(tx, made, "rethread_undone");
    return Done{};
  });
}

}  // namespace amends::app
