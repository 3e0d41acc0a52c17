// An update's way out, as a pure state machine. Nothing else in Amends writes an update's state.
//
//   draft ──submit────────────────────────────► queued ──claim──► sending ──accept──► sent
//     │ ├─schedule─► scheduled ──due────────────►  ▲ ▲              │ │ │
//     │ └─hold─────► held ◄──hold── (waiting) ──┐  │ │              │ │ └─refuse──► failed ──send_again──► queued
//     │              │ └──mark_sent──► sent    │  │ │              │ │
//     │                └──────────release───────┴──┘ │              │ └───defer───► retry ──claim──► sending
//     └─cancel─► cancelled ◄──cancel── (waiting)     │              │                 └──give_up──► failed
//                    ▲                               └─send_again─┐ └─doubt─► uncertain ─┬─mark_sent─► sent
//                    └──────────────────cancel────────────────────┴───────────┘          └─looked─► uncertain
//
//   (waiting) is scheduled, queued or retry. What a person posts by hand waits in held until they say that it is there.
//   Two events come from outside the drawing:
//   restore  everything unfinished in a restored backup is held: it may have gone after the backup was made.
//   echo     our own message came back by pull: it went, whatever we believe (after a restore we may not even remember
//            that we tried). Only a refusal stands against it: some providers file a copy of what they then refuse.
//
// Any other pair is Kind::conflict and changes nothing.
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/model/update.h"

namespace amends::outbox {

enum class Event : std::uint8_t {
  submit,       // may go now
  schedule,     // may go at `at`; taking it back until then is "undo"
  hold,         // a person decides first: approval, quiet period
  restore,      // found unfinished in a restored backup
  release,      // a person let it go
  due,          // its time has come
  claim,        // a worker takes it: committed before the first byte leaves
  past_return,  // the next byte may make the peer act: committed before it leaves
  accept,       // the peer has it
  defer,        // refused for now; again at `at`
  refuse,       // refused for good
  doubt,        // it may have gone; first look at `at`, none: a person decides
  looked,       // looked for it without an answer; again at `at`, none: a person decides
  give_up,      // refused for too long
  mark_sent,    // found, or a person says that it went
  send_again,   // it did not go, or a repeat does no harm, or a person wants it so
  cancel,       // will never go
  echo,         // our own message came back
};
inline constexpr model::Word<Event> kEvents[] = {
    {Event::submit, "submit"},         {Event::schedule, "schedule"},       {Event::hold, "hold"},
    {Event::restore, "restore"},       {Event::release, "release"},         {Event::due, "due"},
    {Event::claim, "claim"},           {Event::past_return, "past_return"}, {Event::accept, "accept"},
    {Event::defer, "defer"},           {Event::refuse, "refuse"},           {Event::doubt, "doubt"},
    {Event::looked, "looked"},         {Event::give_up, "give_up"},         {Event::mark_sent, "mark_sent"},
    {Event::send_again, "send_again"}, {Event::cancel, "cancel"},           {Event::echo, "echo"},
};
constexpr std::string_view name_of(Event v) { return model::name_in(kEvents, v); }

// Who holds an update that is being sent. A program start is one epoch; what a dead epoch held is free at once. Inside
// an epoch a lease on the clock that never steps tells a worker that died.
struct Holder {
  std::int64_t epoch = 0;
  std::int64_t lease = 0;  // Clock::ticks() in ms; only compared inside its epoch
};

struct Delivery {
  model::UpdateState state = model::UpdateState::draft;
  // scheduled, queued, retry: not before. uncertain: the next look, nothing when a person decides.
  std::optional<Timestamp> due;
  std::optional<Timestamp> ready;        // since when it stands in the line of its thread
  std::optional<Timestamp> first_try;    // when the first byte may have left
  std::optional<Timestamp> doubt_since;  // while uncertain
  std::optional<Timestamp> sent;
  std::int32_t attempts = 0;  // tries begun
  std::int32_t looks = 0;     // in this doubt
  std::int64_t fence = 0;     // counts the claims: whoever holds an older number has lost it
  Holder holder;              // while sending
  bool past_return = false;   // the peer may have acted in the last try
  bool echoed = false;        // our own message came back
  std::string reason;         // why it is where it is, for the person at the screen
};

struct Happening {
  Event event;
  std::optional<Timestamp> at = {};
  Holder holder = {};
  std::string reason = {};
};

// Where `event` leads from `state`; nothing when it may not happen there.
std::optional<model::UpdateState> target(model::UpdateState state, Event event);

// The delivery after it happened. conflict when it may not happen in this state.
Result<Delivery> next(const Delivery& delivery, const Happening& happening, Timestamp now);

// sent, failed and cancelled rest until a person acts; everything else wants somebody's attention.
constexpr bool is_unfinished(model::UpdateState s) {
  using enum model::UpdateState;
  return s == scheduled || s == held || s == queued || s == sending || s == retry || s == uncertain;
}

}  // namespace amends::outbox
