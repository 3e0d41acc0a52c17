// Waiting on descriptors with an end: a deadline for the whole, a patience for silence, and an interrupt that another
// thread may raise. Nothing in core/net waits in any other way.
#pragma once

#include <chrono>

#include "core/base/result.h"
#include "core/net/fd.h"

namespace amends::net {

struct Deadline {
  std::chrono::steady_clock::time_point at;

  static Deadline in(std::chrono::milliseconds span) { return {std::chrono::steady_clock::now() + span}; }
  // Never negative.
  std::chrono::milliseconds left() const;
};

// How long a peer may be silent, and when all must be over even if it dribbles.
struct Patience {
  std::chrono::milliseconds silence;
  Deadline total;

  Deadline next() const;  // what comes first
};

// Raised once, stays raised. Threads: raise() from any; every wait that was given it ends at once.
class Interrupt {
 public:
  Interrupt();
  void raise() const noexcept;
  bool raised() const noexcept;
  int fd() const { return event_.get(); }

 private:
  Fd event_;
};

// Until one of the poll(2) `events` is there. unavailable: the deadline passed or the interrupt (may be null) was
// raised.
Result<Done> wait_for(int fd, short events, Deadline deadline, const Interrupt* interrupt);

}  // namespace amends::net
