#include "core/outbox/retry.h"

#include <algorithm>

namespace amends::outbox {
namespace {

// splitmix64 (Steele, Lea, Flood 2014): evenly spread bits from a counter-like seed.
std::uint64_t mix(std::uint64_t v) {
  v += 0x9e3779b97f4a7c15;
  v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9;
  v = (v ^ (v >> 27)) * 0x94d049bb133111eb;
  return v ^ (v >> 31);
}

}  // namespace

std::optional<std::chrono::seconds> believed_retry_after(std::chrono::seconds asked) {
  if (asked.count() <= 0) return {};
  return std::min(asked, std::chrono::seconds(24 * 3600));
}

std::chrono::milliseconds back_off(const RetryPolicy& policy, std::int32_t attempts, std::uint64_t seed) {
  const int doublings = std::clamp(attempts - 1, 0, 30);
  const auto bound = std::min(std::chrono::milliseconds(policy.first) * (std::int64_t{1} << doublings),
                              std::chrono::milliseconds(policy.longest));
  const auto drawn = static_cast<std::int64_t>(mix(seed + static_cast<std::uint64_t>(attempts)) %
                                               static_cast<std::uint64_t>(std::max<std::int64_t>(bound.count(), 1)));
  return std::max(std::chrono::milliseconds(drawn), std::chrono::milliseconds(1000));
}

std::optional<Timestamp> next_try(const RetryPolicy& policy, const Delivery& delivery, std::chrono::seconds asked,
                                  Timestamp now, std::uint64_t seed) {
  // Somebody who sends a failed update again begins a new five days.
  const auto since = std::max(delivery.first_try.value_or(now), delivery.ready.value_or(Timestamp{}));
  const bool long_enough = now - since >= policy.give_up_after;
  if (long_enough && delivery.attempts >= policy.least_attempts) return {};
  if (const auto believed = believed_retry_after(asked)) return now + *believed;
  return now + back_off(policy, delivery.attempts, seed);
}

std::string given_up_note(const Delivery& delivery, std::string_view last_words, Timestamp now) {
  std::string out = "Not delivered after " + std::to_string(delivery.attempts) + " tries from " +
                    to_rfc3339(delivery.first_try.value_or(now)) + " to " + to_rfc3339(now) + ".";
  if (!last_words.empty()) out += " The other side last said: " + std::string(last_words);
  return out;
}

bool may_send(const Gate& gate, std::int32_t running, Timestamp now) {
  if (gate.needs_person || (gate.shut_until && now < *gate.shut_until)) return false;
  return running < gate.at_once;
}

Gate after_success(Gate gate) {
  gate.failures = 0;
  gate.at_once = std::min(gate.at_once * 2, kMostAtOnce);
  gate.shut_until.reset();
  gate.reason.clear();
  return gate;
}

Gate after_error(Gate gate, const Error& error, const RetryPolicy& policy, Timestamp now, std::uint64_t seed) {
  const auto asked = believed_retry_after(error.retry_after);
  switch (error.kind) {
    case Kind::unauthorized:
      gate.needs_person = true;
      gate.at_once = 1;
      break;
    case Kind::rate_limited:
      ++gate.failures;
      gate.at_once = 1;
      gate.shut_until = now + (asked ? std::chrono::milliseconds(*asked) : back_off(policy, gate.failures, seed));
      break;
    case Kind::unavailable:
    case Kind::busy:
      ++gate.failures;
      gate.at_once = 1;
      if (asked) {
        gate.shut_until = now + *asked;
      } else if (gate.failures >= kFailuresToShut) {
        gate.shut_until = now + back_off(policy, gate.failures - kFailuresToShut + 1, seed);
      }
      break;
    default: return gate;
  }
  gate.reason = error.what;
  return gate;
}

}  // namespace amends::outbox
