// Live events: what was committed to the change log reaches every open stream at once, each change once and in order.
// The log is the buffer: a stream has a position, and one that is behind reads on from the table when it has room. So a
// client that never reads costs nothing but its connection, and one that comes back with the id of its last event goes
// on behind it, whichever event that was.
//
//   live.subscribe({filter, "17", keys}, sink)     hello (the position) or resync, then changes, then live
//   live.show({brand, "typing", thread, "ann", "on"}, 6 s)    passing things; no id, not stored
//   live.cut("session:9")                          nothing more reaches it when this returns
//
// `resync` says: what happened between is not known here any more; load everything again, then go on from its id.
//
// Threads: every call from any thread; one thread of its own pushes. Sinks are called from it, and from cut() and
// stop(), under no lock that Live's other calls take: a sink may call back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/events/events.h"
#include "core/store/database.h"

namespace amends::app {

// One event as a stream shows it. Borrowed for the call.
struct LiveEvent {
  std::int64_t id = 0;    // 0: passing, without an id
  std::string_view kind;  // "thread.changed", "hello", "resync", "presence", "typing"
  std::string_view data;  // one line of JSON
};

// Where a stream's events go. Must not block.
class Sink {
 public:
  virtual ~Sink() = default;
  // False when it is closed: it gets nothing more.
  virtual bool push(const LiveEvent& event) = 0;
  // Bytes that were pushed and not taken by the client yet. A sink that says so is never overrun.
  virtual std::size_t pending() const { return 0; }
  // Its subscription ended from our side: cut, lagging, or the program stops. At most once.
  virtual void close() = 0;
};

// What passes: somebody looks at a thread, somebody types. The same (brand, kind, thread, who) replaces what was shown.
struct Passing {
  BrandId brand;
  std::string kind;  // "presence" or "typing"
  ThreadId thread;
  std::string who;    // a login
  std::string state;  // "viewing", "writing"; "gone" ends it
};

struct LiveOptions {
  std::chrono::milliseconds poll{1000};        // the log is looked at this often even when nobody rings
  std::chrono::milliseconds gather{100};       // passing things within this time are told once, the last one
  int page = 500;                              // rows that one stream is brought forward by at a time
  std::size_t most_pending = 128 * 1024;       // bytes in a sink past which it is left behind
  std::chrono::milliseconds patience{60'000};  // left behind without taking anything for this long: closed
  std::size_t most_subscribers = 20'000;
  std::size_t most_passing = 20'000;
};

class Live {
 public:
  using Ticket = std::uint64_t;
  using BrandKey = std::function<std::string(BrandId)>;

  // Starts its thread. Borrows both; `brand_key` gives the word of a brand in the API.
  Live(store::Database& database, const Clock& clock, BrandKey brand_key, LiveOptions options = {});
  ~Live();
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;

  // Something was committed.
  void wake();

  struct Wish {
    events::Filter filter;
    // The header Last-Event-ID as it came; "" or absent: from now on. Whatever is no position we gave out gets resync.
    std::string last_event_id;
    std::vector<std::string> keys;  // what cut() may name: "session:9", "user:ann"
  };
  // busy: too many streams. The first event the sink gets is `hello` or `resync`.
  Result<Ticket> subscribe(Wish wish, std::shared_ptr<Sink> sink);
  // The stream is gone. A push that is under way may still arrive.
  void unsubscribe(Ticket ticket);
  // Closes all streams that bear the key; how many. When it returns nothing more is pushed to them.
  std::size_t cut(std::string_view key);

  // For `life`, unless it is shown again. Others of the brand learn of it, and of its end.
  void show(const Passing& passing, std::chrono::milliseconds life);
  // What is being shown of a thread now.
  std::vector<Passing> shown(BrandId brand, ThreadId thread) const;

  // Closes every stream and ends the thread.
  void stop();

  struct Figures {
    std::size_t streams = 0, behind = 0, passing = 0;
    std::uint64_t pushed = 0, resyncs = 0, lagging_closed = 0;
    std::int64_t position = 0;
  };
  Figures figures() const;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

// The position a Last-Event-ID names: nothing unless it is a plain number from 0 to 2^53.
std::optional<std::int64_t> position_of(std::string_view last_event_id);

}  // namespace amends::app
