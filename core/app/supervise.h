// Runs work in a child process and starts it again when an item crashed it (a signal of the memory or arithmetic kind,
// an abort, or the watchdog's exit), so that one poisonous mail never stops what comes after it: the crash guard knows
// whom to leave out next time. A kill from outside, a clean exit and any other exit code are handed on as they are.
#pragma once

#include <functional>

namespace amends::app {

// The watchdog ends a process whose parser hangs with this code, which means "start me again".
inline constexpr int kHungExit = 86;

// At most `restarts` new starts. `work` runs in the child and its result is the exit code. Signals TERM, INT and HUP
// are passed on to the child. REQUIRES: no other thread is running.
int supervise(const std::function<int()>& work, int restarts);

}  // namespace amends::app
