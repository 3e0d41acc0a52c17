// The hub at work: every connected account is pulled when it is due or its watch wakes us, what came in is placed, and
// what is due goes out. An account that is down never holds up another.
//
// Threads: two an account (in, out), one that places, one that polls all watches, one for timers. stop() returns when
// all of them have ended; a send that is under way is finished first.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "core/app/bell.h"
#include "core/app/hub.h"
#include "core/app/watchdog.h"
#include "core/channel/connector.h"

namespace amends::app {

class Workers {
 public:
  // Starts at once. Borrows the hub. Without `pull` it only sends: the demo's post office has nothing to fetch.
  explicit Workers(Hub& hub, bool pull = true);
  ~Workers();
  void stop();

  // Something was put into the outbox: look now.
  void wake_senders();
  // A round of pulling for this account, soon. unsupported: it isn't connected, or nothing can be pulled from it.
  Result<Done> pull_soon(AccountId account);

 private:
  struct Line {
    const HubAccount* account = nullptr;
    Bell pull, send;
    // Opened before any thread starts, so that stop() may interrupt them at any time. Null: could not be opened.
    std::unique_ptr<channel::Connector> puller, sender, watcher;
  };
  void pull_loop(Line& line, std::stop_token stop);
  void send_loop(Line& line, std::stop_token stop);
  void place_loop(std::stop_token stop);
  void watch_loop(std::stop_token stop);
  void timer_loop(std::stop_token stop);

  Hub& hub_;
  Watchdog watchdog_;
  std::vector<std::unique_ptr<Line>> lines_;
  Bell place_;
  std::vector<std::jthread> threads_;
};

}  // namespace amends::app
