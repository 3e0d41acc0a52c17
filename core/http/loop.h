// The one thread that holds all connections: waits for sockets, deadlines and what other threads hand in.
#pragma once

#include <memory>
#include <vector>

#include "core/http/door.h"
#include "core/http/reception.h"
#include "core/http/site.h"
#include "core/http/workers.h"

namespace amends::http {

class Loop {
 public:
  Loop(Site& site, Workers& workers, Door& door);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Serves until `site.stopping`, then until everybody is answered or `end()` says it is enough.
  void run();
  // With site.stopping already set; any thread, once.
  void end(Clock::time_point at_the_latest);

 private:
  void enter(std::unique_ptr<Connection> connection);
  void happened(Connection& connection, std::uint32_t events, Clock::time_point now);
  void step(Connection& connection, Clock::time_point now);
  void settle(Connection& connection, bool again);
  void bury(Connection& connection);
  void make_room();
  void sweep(Clock::time_point now);
  void begin_end(Clock::time_point now);
  bool owns(const Connection& connection) const {
    return connection.owner.load(std::memory_order_acquire) == Connection::Owner::loop;
  }

  Site& site_;
  Door& door_;
  Reception reception_;
  int epoll_;
  std::chrono::milliseconds tick_;
  Clock::time_point door_opens_at_, warns_at_;
  bool door_watched_ = true;
  bool ending_ = false;
  std::atomic<Clock::rep> latest_{Clock::time_point::max().time_since_epoch().count()};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> dead_;  // may still be named in the inbox or in this turn's events
  std::vector<Connection*> again_;
};

}  // namespace amends::http
