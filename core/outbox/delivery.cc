#include "core/outbox/delivery.h"

#include <utility>

namespace amends::outbox {
namespace {

using State = model::UpdateState;

struct Transition {
  State from;
  Event event;
  State to;
};

constexpr Transition kTransitions[] = {
    {State::draft, Event::submit, State::queued},
    {State::draft, Event::schedule, State::scheduled},
    {State::draft, Event::hold, State::held},
    {State::draft, Event::cancel, State::cancelled},

    {State::scheduled, Event::due, State::queued},
    {State::scheduled, Event::hold, State::held},
    {State::scheduled, Event::restore, State::held},
    {State::scheduled, Event::cancel, State::cancelled},

    {State::held, Event::release, State::queued},
    {State::held, Event::restore, State::held},
    {State::held, Event::mark_sent, State::sent},
    {State::held, Event::cancel, State::cancelled},
    {State::held, Event::echo, State::sent},

    {State::queued, Event::claim, State::sending},
    {State::queued, Event::hold, State::held},
    {State::queued, Event::restore, State::held},
    {State::queued, Event::cancel, State::cancelled},
    {State::queued, Event::echo, State::sent},

    {State::sending, Event::past_return, State::sending},
    {State::sending, Event::accept, State::sent},
    {State::sending, Event::defer, State::retry},
    {State::sending, Event::refuse, State::failed},
    {State::sending, Event::doubt, State::uncertain},
    {State::sending, Event::restore, State::held},
    {State::sending, Event::echo, State::sent},

    {State::retry, Event::claim, State::sending},
    {State::retry, Event::give_up, State::failed},
    {State::retry, Event::hold, State::held},
    {State::retry, Event::restore, State::held},
    {State::retry, Event::cancel, State::cancelled},
    {State::retry, Event::echo, State::sent},

    {State::sent, Event::echo, State::sent},

    {State::failed, Event::send_again, State::queued},

    {State::uncertain, Event::looked, State::uncertain},
    {State::uncertain, Event::mark_sent, State::sent},
    {State::uncertain, Event::send_again, State::queued},
    {State::uncertain, Event::refuse, State::failed},
    {State::uncertain, Event::restore, State::held},
    {State::uncertain, Event::cancel, State::cancelled},
    {State::uncertain, Event::echo, State::sent},

    {State::cancelled, Event::echo, State::sent},
};

Error illegal(const Delivery& delivery, Event event) {
  return fail(Kind::conflict,
              std::string(name_of(event)) + " is not possible while it is " + std::string(name_of(delivery.state)),
              "look at the update again: somebody or something has moved it on");
}

}  // namespace

std::optional<State> target(State state, Event event) {
  for (const auto& t : kTransitions) {
    if (t.from == state && t.event == event) return t.to;
  }
  return {};
}

Result<Delivery> next(const Delivery& delivery, const Happening& happening, Timestamp now) {
  const auto to = target(delivery.state, happening.event);
  if (!to) return illegal(delivery, happening.event);
  Delivery d = delivery;
  d.state = *to;
  d.reason = happening.reason;
  if (delivery.state == State::sending && *to != State::sending) d.holder = {};
  if (*to != State::uncertain) d.doubt_since.reset(), d.looks = 0;

  switch (happening.event) {
    case Event::submit:
    case Event::release: d.due = d.ready = now; break;
    case Event::send_again:
      d.due = now;
      // What was in doubt kept its place: the updates behind it have waited for it.
      if (delivery.state != State::uncertain) d.ready = now;
      break;
    case Event::schedule: d.due = d.ready = happening.at.value_or(now); break;
    case Event::due: break;
    case Event::claim:
      d.due.reset();
      if (!d.first_try) d.first_try = now;
      ++d.attempts;
      ++d.fence;
      d.holder = happening.holder;
      d.past_return = false;
      break;
    case Event::past_return:
      d.past_return = true;
      d.reason = delivery.reason;
      break;
    case Event::defer: d.due = happening.at.value_or(now); break;
    case Event::doubt:
      d.due = happening.at;
      d.doubt_since = now;
      break;
    case Event::looked:
      d.due = happening.at;
      ++d.looks;
      break;
    case Event::accept:
    case Event::mark_sent:
    case Event::echo:
      d.echoed = d.echoed || happening.event == Event::echo;
      d.due.reset();
      if (!d.sent) d.sent = now;
      break;
    case Event::hold:
    case Event::restore:
    case Event::refuse:
    case Event::give_up:
    case Event::cancel: d.due.reset(); break;
  }
  return d;
}

}  // namespace amends::outbox
