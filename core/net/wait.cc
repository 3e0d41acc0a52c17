#include "core/net/wait.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace amends::net {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

milliseconds Deadline::left() const {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(at - steady_clock::now()));
}

Deadline Patience::next() const { return {std::min(total.at, steady_clock::now() + silence)}; }

Interrupt::Interrupt() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Interrupt::raise() const noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

bool Interrupt::raised() const noexcept {
  pollfd p{event_.get(), POLLIN, 0};
  return ::poll(&p, 1, 0) > 0;
}

Result<Done> wait_for(int fd, short events, Deadline deadline, const Interrupt* interrupt) {
  pollfd both[2] = {{fd, events, 0}, {interrupt != nullptr ? interrupt->fd() : -1, POLLIN, 0}};
  for (;;) {
    const auto left = std::min<std::int64_t>(deadline.left().count(), 1'000'000);
    const int n = ::poll(both, 2, static_cast<int>(left));
    if (n < 0 && errno != EINTR) return fail(Kind::internal, std::string("poll: ") + std::strerror(errno));
    if (both[1].revents != 0) return fail(Kind::unavailable, "stopped while waiting for the server");
    if (n > 0) return Done{};  // errors and hang-ups too: the read or write that follows names them
    if (deadline.left().count() == 0) return fail(Kind::unavailable, "no answer in time");
  }
}

}  // namespace amends::net
