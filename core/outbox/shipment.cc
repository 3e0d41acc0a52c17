#include "core/outbox/shipment.h"

#include "core/base/text.h"

#include <algorithm>
#include <utility>

namespace amends::outbox {
namespace {

using RState = model::RecipientState;
using UState = model::UpdateState;

Result<Shipment> apply(Shipment shipment, const Happening& happening, Timestamp now) {
  TRY(shipment.delivery, next(shipment.delivery, happening, now));
  return shipment;
}

// With who was refused as the reason. (Argument order is anybody's guess: the words are taken before the move.)
Result<Shipment> apply_refusals(Shipment shipment, Event event, Timestamp now) {
  const Happening happening{event, {}, {}, refusals(shipment.recipients)};
  return apply(std::move(shipment), happening, now);
}

// Like move_all, for those of one try.
void move_asked(std::vector<Recipient>& recipients, const std::vector<std::string>& asked, RState to,
                std::string_view words) {
  for (auto& r : recipients) {
    const bool open = r.state == RState::pending || r.state == RState::deferred || r.state == RState::in_doubt;
    const bool was_asked = std::any_of(asked.begin(), asked.end(),
                                       [&](const auto& a) { return text::equals_ignoring_case(a, r.address); });
    if (!open || !was_asked) continue;
    r.state = to;
    r.text = text::printable(text::clip(text::repair_utf8(words), 500));
  }
}

std::string last_words(const Shipment& shipment, std::string_view otherwise) {
  for (const auto& r : shipment.recipients) {
    if (r.state == RState::deferred && !r.text.empty()) return r.text;
  }
  return std::string(otherwise);
}

Result<Shipment> give_up(Shipment shipment, std::string_view words, Timestamp now) {
  const std::string note = given_up_note(shipment.delivery, words, now);
  for (auto& r : shipment.recipients) {
    if (r.state == RState::pending || r.state == RState::deferred) {
      r.state = RState::refused;
      if (r.text.empty()) r.text = "not delivered in time";
    }
  }
  if (standing(shipment.recipients) == Standing::accepted) {
    return apply(std::move(shipment), {Event::accept, {}, {}, note}, now);
  }
  TRY(auto waiting, apply(std::move(shipment), {Event::defer, now, {}, note}, now));
  return apply(std::move(waiting), {Event::give_up, {}, {}, note}, now);
}

// REQUIRES: in `sending`. Where the recipients' states lead.
Result<Shipment> conclude(Shipment shipment, std::chrono::seconds retry_after, std::string_view words,
                          const SendPolicy& policy, const RetryPolicy& retry, Timestamp now, std::uint64_t seed) {
  switch (standing(shipment.recipients)) {
    case Standing::accepted: return apply_refusals(std::move(shipment), Event::accept, now);
    case Standing::refused: {
      std::string reason = refusals(shipment.recipients);
      if (reason.empty()) reason = words;
      return apply(std::move(shipment), {Event::refuse, {}, {}, std::move(reason)}, now);
    }
    case Standing::waiting: break;
    case Standing::in_doubt: {
      Delivery fresh = shipment.delivery;
      fresh.doubt_since = now;
      fresh.looks = 0;
      const auto ruling = after_doubt(policy, fresh, fresh.echoed ? Look::yes : Look::none, now);
      const std::string reason = words.empty() ? "it may have gone" : "it may have gone: " + std::string(words);
      if (ruling.remedy == Remedy::mark_sent) {
        move_all(shipment.recipients, RState::in_doubt, RState::accepted);
        return conclude(std::move(shipment), retry_after, words, policy, retry, now, seed);
      }
      const auto at = next_try(retry, shipment.delivery, retry_after, now, seed);
      // Neither repeating nor looking led anywhere for days: now it needs eyes.
      if (ruling.remedy == Remedy::ask || !at) return apply(std::move(shipment), {Event::doubt, {}, {}, reason}, now);
      if (ruling.remedy == Remedy::look) return apply(std::move(shipment), {Event::doubt, ruling.at, {}, reason}, now);
      move_all(shipment.recipients, RState::in_doubt, RState::pending);
      return apply(std::move(shipment), {Event::defer, at, {}, reason}, now);
    }
  }
  const std::string said = last_words(shipment, words);
  const auto at = next_try(retry, shipment.delivery, retry_after, now, seed);
  if (!at) return give_up(std::move(shipment), said, now);
  return apply(std::move(shipment), {Event::defer, at, {}, said}, now);
}

// In doubt no longer: those in doubt were moved. Goes on with whoever still waits.
Result<Shipment> leave_doubt(Shipment shipment, std::string_view reason, Timestamp now) {
  switch (standing(shipment.recipients)) {
    case Standing::waiting: return apply(std::move(shipment), {Event::send_again, {}, {}, std::string(reason)}, now);
    case Standing::refused: return apply_refusals(std::move(shipment), Event::refuse, now);
    case Standing::accepted:
    case Standing::in_doubt: break;
  }
  return apply(std::move(shipment), {Event::mark_sent, {}, {}, std::string(reason)}, now);
}

}  // namespace

Result<Shipment> claim(Shipment shipment, const Holder& holder, Timestamp now) {
  TRY(auto held, apply(std::move(shipment), {Event::claim, {}, holder, {}}, now));
  move_all(held.recipients, RState::deferred, RState::pending);
  return held;
}

Result<Shipment> pass_return(Shipment shipment, const std::vector<channel::RecipientOutcome>& heard, Timestamp now) {
  TRY(auto passed, apply(std::move(shipment), {Event::past_return}, now));
  channel::Receipt said;
  for (const auto& outcome : heard) {
    // An acceptance is worth nothing before the peer has the message.
    if (outcome.state == RState::deferred || outcome.state == RState::refused) said.recipients.push_back(outcome);
  }
  if (!said.recipients.empty()) record(passed.recipients, still_to_send(passed.recipients), said);
  return passed;
}

Result<Shipment> settle(Shipment shipment, const std::vector<std::string>& asked,
                        const Result<channel::Receipt>& outcome, const SendPolicy& policy, const RetryPolicy& retry,
                        Timestamp now, std::uint64_t seed) {
  if (shipment.delivery.state != UState::sending) {
    return fail(Kind::conflict, "only what is being sent can be settled");
  }
  if (outcome) {
    record(shipment.recipients, asked, *outcome);
    if (shipment.delivery.past_return) {
      // Whom the receipt forgot may have been served.
      move_all(shipment.recipients, RState::pending, RState::in_doubt);
    }
    return conclude(std::move(shipment), outcome->retry_after.value_or(std::chrono::seconds(0)), {}, policy, retry, now,
                    seed);
  }
  const Error& error = outcome.error();
  switch (error.kind) {
    case Kind::rate_limited:
    case Kind::unavailable:
    case Kind::busy:
    case Kind::unauthorized: move_asked(shipment.recipients, asked, RState::deferred, error.what); break;
    case Kind::uncertain: move_asked(shipment.recipients, asked, RState::in_doubt, error.what); break;
    case Kind::internal:
      // A fault of ours, wherever it struck: behind the point of no return nobody knows what the peer did.
      move_asked(shipment.recipients, asked, shipment.delivery.past_return ? RState::in_doubt : RState::refused,
                 error.what);
      break;
    case Kind::invalid:
    case Kind::forbidden:
    case Kind::not_found:
    case Kind::conflict:
    case Kind::unsupported:
    case Kind::rejected:
    case Kind::corrupt: move_asked(shipment.recipients, asked, RState::refused, error.what); break;
  }
  return conclude(std::move(shipment), error.retry_after, error.what, policy, retry, now, seed);
}

Result<Shipment> settle_late(Shipment shipment, const std::vector<std::string>& asked,
                             const Result<channel::Receipt>& outcome, bool same_try, Timestamp now) {
  if (!outcome) return shipment;
  const bool in_doubt = shipment.delivery.state == UState::uncertain;
  auto told = shipment.recipients;
  record(told, asked, *outcome);
  for (std::size_t i = 0; i < told.size(); ++i) {
    const bool settles = shipment.recipients[i].state == RState::in_doubt && same_try;
    if (told[i].state == RState::accepted || settles) shipment.recipients[i] = told[i];
  }
  if (in_doubt) {
    if (standing(shipment.recipients) == Standing::in_doubt) return shipment;
    return leave_doubt(std::move(shipment), "the try that was in doubt reported at last", now);
  }
  if (standing(shipment.recipients) != Standing::accepted || !target(shipment.delivery.state, Event::echo)) {
    return shipment;
  }
  return apply(std::move(shipment), {Event::echo, {}, {}, {}}, now);
}

Result<Shipment> looked(Shipment shipment, const SendPolicy& policy, Look look, Timestamp now) {
  if (shipment.delivery.state != UState::uncertain) return fail(Kind::conflict, "it is no longer in doubt");
  if (shipment.delivery.echoed) look = Look::yes;
  const auto ruling = after_doubt(policy, shipment.delivery, look, now);
  const std::string before = shipment.delivery.reason;
  switch (ruling.remedy) {
    case Remedy::mark_sent:
      move_all(shipment.recipients, RState::in_doubt, RState::accepted);
      return leave_doubt(std::move(shipment), "found on the other side", now);
    case Remedy::repeat:
      move_all(shipment.recipients, RState::in_doubt, RState::pending);
      return leave_doubt(std::move(shipment), look == Look::no ? "looked for and not found" : before, now);
    case Remedy::look: {
      const Event event = Event::looked;
      const bool counts = look == Look::yes || look == Look::no || look == Look::unknown;
      const auto looks = shipment.delivery.looks;
      TRY(auto again, apply(std::move(shipment), {event, ruling.at, {}, before}, now));
      if (!counts) again.delivery.looks = looks;
      return again;
    }
    case Remedy::ask: break;
  }
  return apply(std::move(shipment), {Event::looked, {}, {}, before}, now);
}

Result<Shipment> recover(Shipment shipment, Timestamp now) {
  if (shipment.delivery.state != UState::sending) return fail(Kind::conflict, "nobody was sending it");
  const auto happening = after_crash(shipment.delivery, now);
  if (happening.event == Event::doubt) {
    move_all(shipment.recipients, RState::pending, RState::in_doubt);
    if (shipment.delivery.echoed) {
      move_all(shipment.recipients, RState::in_doubt, RState::accepted);
      return apply(std::move(shipment), {Event::accept, {}, {}, "it came back to us"}, now);
    }
  }
  return apply(std::move(shipment), happening, now);
}

Result<Shipment> echo(Shipment shipment, Timestamp now) {
  auto& d = shipment.delivery;
  const bool worker_knows_better = d.state == UState::sending && d.past_return;
  if (worker_knows_better || d.state == UState::failed) {
    d.echoed = true;
    return shipment;
  }
  const auto served = [](const Recipient& r) { return r.state != RState::deferred && r.state != RState::refused; };
  const bool some_served = std::any_of(shipment.recipients.begin(), shipment.recipients.end(), served);
  move_all(shipment.recipients, RState::in_doubt, RState::accepted);
  move_all(shipment.recipients, RState::pending, RState::accepted);
  // Deferred beside others who were served: the copy that came back is theirs. Deferred alone: the peer took it after
  // all.
  if (!some_served) move_all(shipment.recipients, RState::deferred, RState::accepted);
  d.echoed = true;
  if (standing(shipment.recipients) == Standing::waiting) {
    if (d.state == UState::uncertain) return leave_doubt(std::move(shipment), "it came back to us", now);
    return shipment;
  }
  return apply_refusals(std::move(shipment), Event::echo, now);
}

Result<Shipment> bounced(Shipment shipment, std::string_view recipient, bool permanent, std::string_view diagnostic,
                         Timestamp now) {
  const auto it = std::find_if(shipment.recipients.begin(), shipment.recipients.end(), [&](const Recipient& r) {
    return !r.address.empty() && text::equals_ignoring_case(r.address, text::trim(recipient));
  });
  if (it == shipment.recipients.end()) return fail(Kind::not_found, "the report names nobody this was sent to");
  it->text = text::printable(text::clip(text::repair_utf8(diagnostic), 500));
  if (!permanent) return shipment;
  it->state = RState::bounced;

  switch (shipment.delivery.state) {
    case UState::uncertain:
      if (standing(shipment.recipients) == Standing::in_doubt) return shipment;
      return leave_doubt(std::move(shipment), "its delivery report came back", now);
    case UState::retry:
      if (standing(shipment.recipients) != Standing::refused) return shipment;
      return apply_refusals(std::move(shipment), Event::give_up, now);
    default: return shipment;
  }
}

Result<Shipment> mark_sent(Shipment shipment, std::string_view why, Timestamp now) {
  if (shipment.delivery.state != UState::uncertain) {
    TRY(auto sent, apply(std::move(shipment), {Event::mark_sent, {}, {}, std::string(why)}, now));
    move_all(sent.recipients, RState::pending, RState::accepted);
    return sent;
  }
  move_all(shipment.recipients, RState::in_doubt, RState::accepted);
  return leave_doubt(std::move(shipment), why, now);
}

Result<Shipment> send_again(Shipment shipment, std::string_view why, Timestamp now) {
  TRY(auto again, apply(std::move(shipment), {Event::send_again, {}, {}, std::string(why)}, now));
  move_all(again.recipients, RState::in_doubt, RState::pending);
  move_all(again.recipients, RState::refused, RState::pending);
  return again;
}

Result<Shipment> cancel(Shipment shipment, std::string_view why, Timestamp now) {
  return apply(std::move(shipment), {Event::cancel, {}, {}, std::string(why)}, now);
}

}  // namespace amends::outbox
