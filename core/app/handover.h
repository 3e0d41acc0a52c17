// Serving without a gap: a parent process holds the listening socket and nothing else; a child serves. When the child
// ends for a restart, or a poisonous item took it down, the next one takes the same socket: connections that came
// meanwhile wait in the kernel's backlog, so a client sees some latency and no refusal.
//
//   TERM, INT  the child ends in order (it gets TERM), then the parent with the child's exit code
//   HUP        the child ends in order, and the next one is the program as it lies on the disk now: an upgrade
//   a crash    (see supervise.h) a new child at once
//
// A child that doesn't end in order within `drain` is killed; what it was sending is settled by the outbox. Should the
// new program fail within five seconds of its start, the parent goes on with its own.
//
// Threads: REQUIRES that no other thread is running.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace amends::app {

// A listening TCP socket on `address` ("127.0.0.1", "::1", "0.0.0.0", "::") and `port` (0: any), close-on-exec. Or the
// one systemd handed over, when there is one: then address and port don't matter.
// invalid: no such address; unavailable: the port is taken.
Result<int> listening_socket(const std::string& address, int port);
// The port a socket listens on; 0 when it is none.
int port_of(int listen_fd);

struct Handover {
  int listen_fd = -1;                  // -1: nothing is handed over
  std::string program;                 // what HUP starts, by its path; "": this very program
  std::vector<std::string> arguments;  // argv of it, argv[0] included
  std::chrono::seconds drain{25};
  int restarts = 1'000'000;  // after crashes
};

// `work(fd)` serves in the child and its result is the exit code. Gives the exit code for the process.
int supervise_serving(const Handover& handover, const std::function<int(int)>& work);

// In a program that such a parent started: the socket to serve on (-1 when nothing was handed over). Nothing when there
// is no such parent: then this process is to be the parent.
std::optional<int> handed_socket();

}  // namespace amends::app
