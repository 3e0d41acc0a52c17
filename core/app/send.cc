#include "core/app/send.h"

#include "core/app/changes.h"
#include "core/base/log.h"
#include "core/inbox/inbox.h"
#include "core/outbox/outbox.h"
#include "core/outbox/sender.h"
#include "core/outbox/tracking.h"
#include "core/timeline/timeline.h"

namespace amends::app {
namespace {

// How many updates one look at the outbox takes in hand.
constexpr std::int64_t kSentAtOnce = 50;

void add_event(Hub& hub, store::Tx& tx, const outbox::Settled& settled, const outbox::Tracked& update,
               const std::string& kind, const std::string& reason) {
  timeline::add_event(tx, {settled.brand,
                           timeline::identity_of(tx, update.message),
                           {},
                           settled.thread,
                           hub.clock().now(),
                           kind,
                           "amends",
                           detail({{"update", settled.update.value}, {"reason", reason}})});
}

// What a person must see: the thread of an update that failed or may have gone opens again, with the reason.
void tell(Hub& hub, store::Tx& tx, const outbox::Settled& settled) {
  using model::UpdateState;
  if (settled.purpose != model::Purpose::deliver) return;
  const auto update = outbox::find(tx, settled.brand, settled.update);
  if (!update) return;
  const bool refused_there =
      settled.state == UpdateState::sent && update->post.moderation == model::Moderation::rejected;
  if (settled.state == UpdateState::sent && update->post.replaces) {
    timeline::add_flags(tx, update->post.replaces, timeline::kReplaced);
  }
  if (settled.state == UpdateState::failed || settled.state == UpdateState::uncertain) {
    add_event(hub, tx, settled, *update, "send_" + std::string(model::name_of(settled.state)), settled.reason);
  } else if (refused_there) {
    add_event(hub, tx, settled, *update, "reply_rejected", update->post.moderation_reason);
  } else {
    return;
  }
  // Nothing to undo when the thread is open already, and nothing to reopen when it isn't in the inbox.
  if (!settled.thread) return;
  if (const auto reopened = inbox::reopen(tx, settled.thread); reopened && *reopened) {
    tell_thread(tx, {settled.brand, hub.clock().now()}, settled.thread, {}, {{"how", "reopened"}});
  }
}

// A look that proved nothing leaves the update as uncertain as it was counted before.
void count(SendRound& round, outbox::Task task, model::UpdateState state) {
  using enum model::UpdateState;
  if (state == sent) ++round.sent;
  if (state == retry) ++round.deferred;
  if (state == failed) ++round.failed;
  if (state == uncertain && task == outbox::Task::send) ++round.uncertain;
}

}  // namespace

SendRound send_due(Hub& hub, const HubAccount& account, channel::Connector& connector, std::stop_token stop) {
  SendRound round;
  const auto on_claimed = [&](store::Tx& tx, const outbox::Settled& claimed) {
    tell_update(tx, {claimed.brand, hub.clock().now()}, claimed.update);
  };
  const auto on_settled = [&](store::Tx& tx, const outbox::Settled& settled) {
    tell(hub, tx, settled);
    tell_update(tx, {settled.brand, hub.clock().now()}, settled.update);
  };
  for (bool more = true; more && !stop.stop_requested();) {
    more = false;
    const auto due = hub.db().read([&](store::Reader& reader) -> Result<std::vector<outbox::Due>> {
      return outbox::due(reader, hub.clock().now(), kSentAtOnce);
    });
    if (!due) {
      round.error = due.error();
      return round;
    }
    for (const outbox::Due& one : *due) {
      if (one.account != account.id || stop.stop_requested()) continue;
      // What is in doubt may still be looked for; what begins now might not be written down.
      if (one.task == outbox::Task::send && hub.health().disk_low()) continue;
      const auto settled =
          one.task == outbox::Task::send
              ? outbox::send_one(hub.db(), connector, *account.channel, hub.epoch(), one.update, hub.clock(),
                                 on_settled, on_claimed)
              : outbox::look_one(hub.db(), connector, *account.channel, one.update, hub.clock(), on_settled);
      if (settled) {
        more = true;
        if (one.purpose == model::Purpose::deliver) {
          SendRound single;
          count(single, one.task, settled->state);
          round.sent += single.sent;
          round.deferred += single.deferred;
          round.failed += single.failed;
          round.uncertain += single.uncertain;
          hub.counters().add(account.id, {.sent = single.sent,
                                          .deferred = single.deferred,
                                          .failed = single.failed,
                                          .uncertain = single.uncertain});
        }
        log::info("send.settled", {{"update", one.update.value}, {"state", model::name_of(settled->state)}});
      } else if (settled.error().kind != Kind::conflict && settled.error().kind != Kind::busy) {
        round.error = settled.error();
        return round;
      }
    }
  }
  const auto next = hub.db().read([&](store::Reader& reader) -> Result<std::optional<Timestamp>> {
    return outbox::next_due(reader, hub.clock().now());
  });
  if (next && *next) round.next_in = std::max(std::chrono::milliseconds(0), **next - hub.clock().now());
  return round;
}

}  // namespace amends::app
