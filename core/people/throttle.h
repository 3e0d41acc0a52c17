// Slows guessing down without ever locking anybody out: after some failures each further one doubles the time until the
// next try is looked at, up to a quarter of an hour, and an hour of quiet forgives all. Counted for the account and for
// the network (an IPv4 /24, an IPv6 /64), so that neither one account nor one machine can be tried at length.
//
// A device that signed in before from the network it comes from is counted for itself, so that strangers' guesses don't
// keep the owner out (OWASP ASVS 5.0, 6.3.1).
//
// What decides is pure (ThrottleCount and the two functions on it). The counts live in memory, bounded: a restart
// forgives, which nobody outside can bring about. `now` is Clock::ticks(), which no correction of the wall clock moves.
// Threads: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace amends::people {

struct ThrottleRule {
  int free = 5;  // failures without a wait
  std::chrono::milliseconds first{1'000};
  std::chrono::milliseconds longest = std::chrono::minutes(15);
  std::chrono::milliseconds forgiven_after = std::chrono::hours(1);
};
inline constexpr ThrottleRule kAccountRule{};
inline constexpr ThrottleRule kNetworkRule{10};  // colleagues share one

struct ThrottleCount {
  int failures = 0;
  std::chrono::milliseconds last{0};
};
// How long until the next try is looked at; 0: now.
std::chrono::milliseconds wait_before(const ThrottleCount& count, const ThrottleRule& rule,
                                      std::chrono::milliseconds now);
ThrottleCount after_failure(const ThrottleCount& count, const ThrottleRule& rule, std::chrono::milliseconds now);

// "203.0.113.0/24", "2001:db8:1:2::/64"; an IPv4 address mapped into IPv6 counts as IPv4. What is no address stays as
// it is.
std::string network_of(std::string_view address);

class Throttle {
 public:
  struct Key {
    std::string name;  // "account:ada", "network:203.0.113.0/24"
    ThrottleRule rule;
  };
  explicit Throttle(std::size_t most = 65'536) : most_(most) {}

  // Takes one try for every key, as if it failed, so that tries at the same moment are counted. Not 0: how long to
  // wait; nothing was counted then.
  std::chrono::milliseconds take(const std::vector<Key>& keys, std::chrono::milliseconds now);
  // The try that take() counted succeeded: the count is as it was before it, or all forgiven.
  void give_back(const std::vector<Key>& keys);
  void forgive(std::string_view name);
  std::size_t size() const;

 private:
  void make_room(std::chrono::milliseconds now);

  const std::size_t most_;
  mutable std::mutex mutex_;
  struct Held {
    ThrottleCount count;
    ThrottleRule rule;
  };
  std::unordered_map<std::string, Held> counts_;
};

}  // namespace amends::people
