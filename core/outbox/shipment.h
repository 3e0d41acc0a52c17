// An update together with its recipients: everything that may happen to both at once. The database side loads a
// Shipment, calls one of these, and saves what comes back.
//
// Pure; each answers conflict, changing nothing, when it can't happen in the shipment's state. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/connector.h"
#include "core/outbox/delivery.h"
#include "core/outbox/recipients.h"
#include "core/outbox/retry.h"
#include "core/outbox/settle.h"

namespace amends::outbox {

struct Shipment {
  Delivery delivery;
  std::vector<Recipient> recipients;
};

// A worker takes it: the next try goes to still_to_send().
Result<Shipment> claim(Shipment shipment, const Holder& holder, Timestamp now);

// The next byte may make the peer act. `heard` is what it said about single recipients before.
Result<Shipment> pass_return(Shipment shipment, const std::vector<channel::RecipientOutcome>& heard, Timestamp now);

// What a try came to. `asked` are those it went to; `seed` is for the jitter of the next try.
Result<Shipment> settle(Shipment shipment, const std::vector<std::string>& asked,
                        const Result<channel::Receipt>& outcome, const SendPolicy& policy, const RetryPolicy& retry,
                        Timestamp now, std::uint64_t seed);

// A worker that had lost its claim says after all what its try came to. Acceptances are facts and always count; the
// rest counts only while that very try is in doubt (`same_try`), else it has been decided without the worker.
Result<Shipment> settle_late(Shipment shipment, const std::vector<std::string>& asked,
                             const Result<channel::Receipt>& outcome, bool same_try, Timestamp now);

// A look for an update in doubt.
Result<Shipment> looked(Shipment shipment, const SendPolicy& policy, Look look, Timestamp now);

// Found in `sending` with nobody holding it. REQUIRES: its holder is dead or its lease has run out.
Result<Shipment> recover(Shipment shipment, Timestamp now);

// Our own message came back. While a worker stands behind the point of no return it is only noted: the worker knows the
// recipients better and will settle; if it died, the note settles the doubt.
Result<Shipment> echo(Shipment shipment, Timestamp now);

// A delivery report. not_found when the report names nobody we wrote to.
Result<Shipment> bounced(Shipment shipment, std::string_view recipient, bool permanent, std::string_view diagnostic,
                         Timestamp now);

// A person decides. `who` and why go into the reason.
Result<Shipment> mark_sent(Shipment shipment, std::string_view why, Timestamp now);
Result<Shipment> send_again(Shipment shipment, std::string_view why, Timestamp now);
Result<Shipment> cancel(Shipment shipment, std::string_view why, Timestamp now);

}  // namespace amends::outbox
