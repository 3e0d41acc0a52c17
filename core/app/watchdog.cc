#include "core/app/watchdog.h"

#include <cstdlib>

#include "core/app/supervise.h"
#include "core/base/log.h"

namespace amends::app {

Watchdog::Watchdog(const CrashGuard& guard, const Clock& clock) {
  thread_ = std::jthread([this, &guard, &clock](std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; }) && !stop.stop_requested()) {
      if (!guard.hangs(clock.ticks(), kParseLimit)) continue;
      log::error("parser_hangs");
      std::_Exit(kHungExit);  // no destructors: the hanging thread still uses everything
    }
  });
}

Watchdog::~Watchdog() {
  thread_.request_stop();
  wake_.notify_all();
}

}  // namespace amends::app
