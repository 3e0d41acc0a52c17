// What the loop and the workers of one server share.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

#include "core/http/connection.h"
#include "core/http/counters.h"
#include "core/http/server.h"

namespace amends::http {

// Where connections come back to the loop from other threads.
class Inbox {
 public:
  Inbox();
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // `connection` needs the loop's attention; any thread.
  void post(Connection& connection);
  // The same from the worker that owns it: it belongs to the loop from here on.
  void hand_back(Connection& connection);
  void wake();

  // The loop's.
  int fd() const { return fd_; }
  void hush();  // after it has become readable, before take()
  void take(std::vector<Connection*>& out);

 private:
  std::mutex mutex_;
  std::vector<Connection*> waiting_;
  int fd_;
};

struct Site {
  ServerOptions options;
  Handler& handler;
  std::optional<TlsIdentity> tls;
  Ranges trusted;
  Counters counters;
  Inbox inbox;
  std::atomic<bool> stopping{false};

  Site(ServerOptions given, Handler& handles) : options(std::move(given)), handler(handles) {}
};

}  // namespace amends::http
