// The open streams of Live, each with its position; see live.h. Of Live alone.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/live.h"

namespace amends::app {

struct LiveStream {
  Live::Ticket ticket = 0;
  Live::Wish wish;
  std::shared_ptr<Sink> sink;
  std::mutex pushing;              // held while something is pushed, so that cut() can wait for it
  std::atomic<bool> gone = false;  // nothing more is pushed
  std::atomic<bool> closed = false;

  // Of the pushing thread alone.
  bool greeted = false;
  std::int64_t position = 0;  // everything up to here was pushed, or is none of its business
  std::size_t least_pending = 0;
  std::optional<std::chrono::milliseconds> full_since;

  // Ends the sink, once.
  void close() {
    gone = true;
    if (!closed.exchange(true)) sink->close();
  }
};

// Held around every push.
class Pushing {
 public:
  explicit Pushing(LiveStream& stream);
  ~Pushing();
  Pushing(const Pushing&) = delete;
  Pushing& operator=(const Pushing&) = delete;

 private:
  std::lock_guard<std::mutex> lock_;
  const LiveStream* outer_;
};

class LiveStreams {
 public:
  using All = std::vector<std::shared_ptr<LiveStream>>;

  Result<Live::Ticket> add(Live::Wish wish, std::shared_ptr<Sink> sink, std::size_t most);
  // Takes it out and lets nothing more be pushed; its sink is left as it is.
  void remove(Live::Ticket ticket);
  // Takes out all that bear the key, waits until nothing is being pushed to them, and closes them.
  std::size_t cut(std::string_view key);
  void close_all();

  All all() const;
  std::size_t size() const;

 private:
  static std::size_t end(const All& streams);

  mutable std::mutex mutex_;
  std::map<Live::Ticket, std::shared_ptr<LiveStream>> streams_;
  Live::Ticket last_ = 0;
  bool closed_ = false;
};

}  // namespace amends::app
