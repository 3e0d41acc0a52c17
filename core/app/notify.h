// Telling systemd how the program is (sd_notify(3), the datagram protocol of $NOTIFY_SOCKET) and taking sockets from it
// (sd_listen_fds(3)). Without systemd all of it does nothing.
// Threads: any.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace amends::app {

// Sends "READY=1\nSTATUS=…" as given; false when nobody listens.
bool notify(const std::string& state);
inline bool notify_ready(const std::string& status) { return notify("READY=1\nSTATUS=" + status); }
inline bool notify_status(const std::string& status) { return notify("STATUS=" + status); }
inline bool notify_stopping() { return notify("STOPPING=1"); }
inline bool notify_alive() { return notify("WATCHDOG=1"); }

// How often notify_alive() is due: half of what systemd waits. Nothing when it doesn't watch us.
std::optional<std::chrono::milliseconds> watchdog_interval();

// The sockets handed over at the start, close-on-exec from now on; the first is 3. Empty when there are none, or they
// were meant for another process.
std::vector<int> received_sockets();

}  // namespace amends::app
