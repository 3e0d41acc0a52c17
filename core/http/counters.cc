#include "core/http/counters.h"

#include <algorithm>

namespace amends::http {

void Counters::took(std::chrono::steady_clock::duration time) {
  const auto& bounds = Figures::kLatencyBounds;
  const auto bound = std::lower_bound(bounds.begin(), bounds.end(), std::chrono::duration<double>(time).count());
  latency[static_cast<std::size_t>(bound - bounds.begin())].add();
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  latency_microseconds.add(static_cast<std::uint64_t>(us));
}

Figures Counters::figures() const {
  Figures out;
  out.connections = connections.get();
  out.event_streams = event_streams.get();
  out.busy_workers = busy_workers.get();
  out.bodies_held = bodies_held.get();
  out.answers_held = answers_held.get();
  out.accepted = accepted.get();
  out.handshakes_failed = handshakes_failed.get();
  out.timed_out = timed_out.get();
  out.bytes_in = bytes_in.get();
  out.bytes_out = bytes_out.get();
  for (std::size_t i = 0; i < responses.size(); ++i) out.responses[i] = responses[i].get();
  out.rejected_connections = rejected_connections.get();
  out.rejected_rate = rejected_rate.get();
  out.rejected_queue = rejected_queue.get();
  out.rejected_framing = rejected_framing.get();
  for (std::size_t i = 0; i < latency.size(); ++i) out.latency[i] = latency[i].get();
  out.latency_sum = static_cast<double>(latency_microseconds.get()) * 1e-6;
  return out;
}

}  // namespace amends::http
