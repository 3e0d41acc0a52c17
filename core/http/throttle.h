// How much one client address may do: a bucket of requests that refills over time, and open connections. `now` comes
// in; no clock. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <unordered_map>

#include "core/http/address.h"

namespace amends::http {

using Clock = std::chrono::steady_clock;

class Throttle {
 public:
  // `per_second` 0: everything is allowed. Never more than `most_kept` addresses are remembered.
  Throttle(double per_second, double burst, std::size_t most_kept = 65'536)
      : per_second_(per_second), burst_(burst < 1 ? 1 : burst), most_kept_(most_kept) {}

  // Takes one request of `who`'s bucket; false when it is empty.
  bool allow(const Address& who, Clock::time_point now);
  std::size_t kept() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens;
    Clock::time_point at;
  };
  double filled(const Bucket& bucket, Clock::time_point now) const;
  void forget_full(Clock::time_point now);

  double per_second_, burst_;
  std::size_t most_kept_;
  std::unordered_map<Address, Bucket, AddressHash> buckets_;
};

// Open connections by address.
class Crowd {
 public:
  // `most` 0: no limit.
  explicit Crowd(std::size_t most) : most_(most) {}
  bool enter(const Address& who);
  void leave(const Address& who);

 private:
  std::size_t most_;
  std::unordered_map<Address, std::size_t, AddressHash> open_;
};

}  // namespace amends::http
