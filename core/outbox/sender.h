// One step of a worker: take an update, send it, write down what it came to. No thread of its own.
//
// Between the claim and the settling only the connector acts. Should the program die anywhere in between, the next
// start finds the row in `sending` and recover() decides by whether the point of no return was committed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/channel/connector.h"
#include "core/channel/descriptor.h"
#include "core/model/update.h"
#include "core/outbox/outbox.h"
#include "core/store/database.h"

namespace amends::outbox {

// What became of an update in one step.
struct Settled {
  UpdateId update;
  BrandId brand;
  AccountId account;
  ThreadId thread;
  model::Purpose purpose = model::Purpose::deliver;
  model::UpdateState state = model::UpdateState::sending;
  std::string reason;  // in the peer's words; "" when all went well
};

// Runs in the transaction that writes the outcome down: the thread reopens, the timeline learns. It must not undo the
// outcome: should it fail, the outcome is written without it.
using OnSettled = std::function<void(store::Tx&, const Settled&)>;
// Runs in the transaction that takes the update for sending.
using OnClaimed = std::function<void(store::Tx&, const Settled&)>;

// How long a worker may hold an update: RFC 5321 section 4.5.3.2.6 gives the reply to the final dot ten minutes.
inline constexpr std::chrono::minutes kLease{30};

// How doubt about this channel and purpose is settled. A copy in our own Sent folder is looked for where that is
// possible and else filed again: it bears the same Message-ID and goes to nobody.
SendPolicy policy_of(const channel::Descriptor& descriptor, model::Purpose purpose);

// conflict: it was not its turn any more; busy: the account has to wait. Both mean: nothing happened, go on with
// others. Any other Error: the outcome could not be written down; the row recovers by its lease.
Result<Settled> send_one(store::Database& database, channel::Connector& connector,
                         const channel::Descriptor& descriptor, std::int64_t epoch, UpdateId id, const Clock& clock,
                         const OnSettled& on_settled = {}, const OnClaimed& on_claimed = {});

// The same for an update in doubt (Task::look).
Result<Settled> look_one(store::Database& database, channel::Connector& connector,
                         const channel::Descriptor& descriptor, UpdateId id, const Clock& clock,
                         const OnSettled& on_settled = {});

}  // namespace amends::outbox
