// Time as Amends keeps it: milliseconds since 1970-01-01 UTC. Deciding code takes `now` as an argument; only the edges
// hold a Clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace amends {

struct Timestamp {
  std::int64_t ms = 0;

  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  constexpr Timestamp operator+(std::chrono::milliseconds d) const { return {ms + d.count()}; }
  constexpr Timestamp operator-(std::chrono::milliseconds d) const { return {ms - d.count()}; }
  constexpr std::chrono::milliseconds operator-(Timestamp other) const {
    return std::chrono::milliseconds(ms - other.ms);
  }
};

// RFC 3339 in UTC to the second, "2026-11-21T09:30:00Z"; milliseconds are written only when they are not zero.
std::string to_rfc3339(Timestamp at);
// RFC 3339 with any offset. Nothing for anything else.
std::optional<Timestamp> from_rfc3339(std::string_view text);
// RFC 5322 section 3.3 in UTC, "Sat, 21 Nov 2026 09:30:00 +0000".
std::string to_rfc5322(Timestamp at);

class Clock {
 public:
  virtual ~Clock() = default;
  // The wall clock: for display, stored times and signature windows. It may step.
  virtual Timestamp now() const = 0;
  // Never steps back: for time-outs, leases and back-off. Its zero means nothing.
  virtual std::chrono::milliseconds ticks() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  std::chrono::milliseconds ticks() const override;
};

}  // namespace amends
