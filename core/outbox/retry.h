// When to try again, and when to stop. Back-off doubles with full jitter (the wait is drawn evenly from zero to the
// bound), so that a thousand updates refused together don't come back together.
//
// Pure: jitter comes from a seed, the time from `now`. Threads: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/outbox/delivery.h"

namespace amends::outbox {

struct RetryPolicy {
  std::chrono::seconds first{60};
  std::chrono::seconds longest{3600};                 // greylisting opens after minutes to hours
  std::chrono::seconds give_up_after{5 * 24 * 3600};  // RFC 5321 section 4.5.4.1: "at least 4-5 days"
  // Five days alone prove nothing when the program was off or the clock jumped: this many tries must have failed too.
  std::int32_t least_attempts = 12;
};

// What a peer asks for is believed between a second and a day; zero and less is nothing said.
std::optional<std::chrono::seconds> believed_retry_after(std::chrono::seconds asked);

// The bound after `attempts` failed tries, drawn from by `seed`; at least a second.
std::chrono::milliseconds back_off(const RetryPolicy& policy, std::int32_t attempts, std::uint64_t seed);

// When to try again after a refusal for now. Nothing: it is time to give up.
std::optional<Timestamp> next_try(const RetryPolicy& policy, const Delivery& delivery, std::chrono::seconds asked,
                                  Timestamp now, std::uint64_t seed);

// The note of an update given up, as a person reads it: how often, since when, and the peer's last words.
std::string given_up_note(const Delivery& delivery, std::string_view last_words, Timestamp now);

// How fast one account may be used. A refusal for now pauses the account, not the one update that met it; five failures
// in a row open the circuit, and one probe at a time closes it again. After a pause traffic doubles from one.
struct Gate {
  std::int32_t failures = 0;  // in a row
  std::int32_t at_once = 1;   // sends that may run beside each other
  std::optional<Timestamp> shut_until;
  bool needs_person = false;  // credentials were refused: shut until somebody reconnects the account
  std::string reason;
};
inline constexpr std::int32_t kMostAtOnce = 8;
inline constexpr std::int32_t kFailuresToShut = 5;

bool may_send(const Gate& gate, std::int32_t running, Timestamp now);
Gate after_success(Gate gate);
// What `error` means for the account; an error about the one update leaves the gate alone.
Gate after_error(Gate gate, const Error& error, const RetryPolicy& policy, Timestamp now, std::uint64_t seed);

}  // namespace amends::outbox
