// The hub at work: every connected account is pulled when it is due or its watch wakes us, what came in is placed, and
// what is due goes out. An account that is down never holds up another, and one that is connected, changed or removed
// while we work is taken as it is at once.
//
// Threads: a pool of eight for all accounts (rounds.h), in which pulling an account and sending through it never wait
// for each other; one that places, one that polls all watches, one for timers. stop() returns when all of them have
// ended; a send that is under way is finished first.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/app/bell.h"
#include "core/app/hub.h"
#include "core/app/rounds.h"
#include "core/app/watchdog.h"
#include "core/channel/connector.h"

namespace amends::app {

class Workers {
 public:
  // Starts at once. Borrows the hub. Without `pull` it only sends: the demo's post office has nothing to fetch.
  explicit Workers(Hub& hub, bool pull = true, RoundRules rules = {});
  ~Workers();
  void stop();

  // Something was put into the outbox: look now.
  void wake_senders();
  // A round of pulling for this account, soon. unsupported: it isn't connected, or nothing can be pulled from it.
  Result<Done> pull_soon(AccountId account);
  // Items came in by another way than a pull: understand them now.
  void wake_placing() { place_.ring(); }

 private:
  struct Line;
  std::shared_ptr<Line> begin(const HubAccount& account);
  void end(Line& line);
  void reconcile();
  std::chrono::milliseconds pull_round(Line& line, Rounds::Turn& turn);
  std::chrono::milliseconds send_round(Line& line, Rounds::Turn& turn);
  std::chrono::milliseconds watch_round(Line& line, Rounds::Turn& turn);
  std::chrono::milliseconds probe_round(Line& line, Rounds::Turn& turn);
  void place_loop(std::stop_token stop);
  void watch_loop(std::stop_token stop);
  void timer_loop(std::stop_token stop);
  void look_again();  // wakes watch_loop

  Hub& hub_;
  const bool pull_;
  Watchdog watchdog_;
  mutable std::mutex mutex_;
  std::map<AccountId, std::shared_ptr<Line>> lines_;
  int listener_ = 0;
  int wake_fd_ = -1;
  Bell place_;
  Rounds rounds_;
  std::vector<std::jthread> threads_;
};

}  // namespace amends::app
