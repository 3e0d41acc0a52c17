// What waits in many event streams together, bounded: each stream has its own ring, and a thousand clients that stop
// reading at once must not fill the machine. Past the bound the streams in which most waits give up: what waits for
// them goes, their client gets the overflow event and comes again, and those who read lose nothing.
//
//   const auto rings = std::make_shared<EventRings>(32 << 20);
//   auto stream = rings->open(format({"", "resync", …}));
//
// Bytes are those pushed and not taken by the connection; a string's spare room comes on top, at most as much again.
// Threads: any. Lock order: EventRings, then one EventStream; nothing is called back under either.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/http/event_stream.h"

namespace amends::http {

class EventRings : public std::enable_shared_from_this<EventRings> {
 public:
  static constexpr std::size_t kMost = std::size_t{32} << 20;

  explicit EventRings(std::size_t most = kMost) : most_(most) {}
  EventRings(const EventRings&) = delete;
  EventRings& operator=(const EventRings&) = delete;

  std::shared_ptr<EventStream> open(std::string overflow, std::size_t ring = EventStream::kRing);
  std::size_t waiting() const { return waiting_; }
  std::size_t given_up() const { return given_up_; }  // streams, ever

 private:
  friend class EventStream;
  // Makes room for others when there is too much, down to seven eighths of what may be.
  void relieve();

  const std::size_t most_;
  std::atomic<std::size_t> waiting_ = 0, given_up_ = 0;
  std::mutex mutex_;
  std::vector<std::weak_ptr<EventStream>> streams_;
  std::size_t sweep_at_ = 64;  // streams that are gone are forgotten when there are so many
};

}  // namespace amends::http
