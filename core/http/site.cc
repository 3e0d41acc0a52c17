#include "core/http/site.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace amends::http {

Inbox::Inbox() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
Inbox::~Inbox() { ::close(fd_); }

void Inbox::wake() {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then the loop wakes anyway.
  [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}

void Inbox::post(Connection& connection) {
  bool first = false;
  {
    const std::lock_guard held(mutex_);
    first = waiting_.empty();
    waiting_.push_back(&connection);
  }
  if (first) wake();
}

// The owner changes inside the lock: the loop frees a connection only after it has emptied the inbox once more, so what
// it closes between these two lines is still there when it finds it here.
void Inbox::hand_back(Connection& connection) {
  bool first = false;
  {
    const std::lock_guard held(mutex_);
    connection.owner.store(Connection::Owner::loop, std::memory_order_release);
    first = waiting_.empty();
    waiting_.push_back(&connection);
  }
  if (first) wake();
}

void Inbox::hush() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto n = ::read(fd_, &count, sizeof count);
}

void Inbox::take(std::vector<Connection*>& out) {
  out.clear();
  const std::lock_guard held(mutex_);
  out.swap(waiting_);
}

}  // namespace amends::http
