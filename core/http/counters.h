// The figures of a server while it runs: counted by the loop and by every worker, read by anybody.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/http/server.h"

namespace amends::http {

// A number that nothing waits for and nothing hangs on.
class Count {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  void sub(std::uint64_t n = 1) { value_.fetch_sub(n, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct Counters {
  Count connections, event_streams, busy_workers, bodies_held, answers_held;
  Count accepted, handshakes_failed, timed_out, bytes_in, bytes_out;
  Count rejected_connections, rejected_rate, rejected_queue, rejected_framing;
  std::array<Count, 6> responses;
  std::array<Count, 12> latency;
  Count latency_microseconds;

  void answered(int status) { responses[static_cast<std::size_t>(status / 100 % 6)].add(); }
  void took(std::chrono::steady_clock::duration time);
  Figures figures() const;
};

}  // namespace amends::http
