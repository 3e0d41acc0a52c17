// Ends the process when a parser hangs, so that a supervisor starts it again without the item that did it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/app/crash_guard.h"
#include "core/base/clock.h"

namespace amends::app {

// The slowest item that is still all right takes about a second (50 MB of mail).
inline constexpr std::chrono::seconds kParseLimit{5};

class Watchdog {
 public:
  // Borrows both; looks every second until it goes.
  Watchdog(const CrashGuard& guard, const Clock& clock);
  ~Watchdog();

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace amends::app
