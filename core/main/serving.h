// `amends serve` and the end of `amends demo`: the hub at work and its API on one listening socket.
#pragma once

#include <string>

#include "core/app/hub.h"
#include "core/main/cli.h"

namespace amends::cli {

struct Serving {
  int listen_fd = -1;         // taken over; -1: by the configuration
  bool pull = true;           // and watch; false: it only sends
  std::string greeting = {};  // said after the address
  bool browse = false;        // open the page, when a person sits at a desktop here
};

// Serves until a TERM, INT or HUP comes, which must be blocked in every thread (block_ending_signals). The exit code.
int serve(app::Hub& hub, const Serving& serving);

// Before the hub opens: its threads inherit it, and a signal that one of them takes would end the process.
void block_ending_signals();

// "http://127.0.0.1:8460": what a person on this machine types.
std::string local_address(const app::HttpConfig& http, int port);

}  // namespace amends::cli
