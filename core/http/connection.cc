#include "core/http/connection.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace amends::http {
namespace {

Io outcome_of_errno() {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return Io::again;
  return Io::failed;
}

// A buffer this small is kept for the next answer.
constexpr std::size_t kKeptCapacity = 1024;

}  // namespace

Connection::~Connection() {
  tls.reset();
  ::close(fd);
}

Io Connection::read(char* to, std::size_t most, std::size_t& done, bool& drained) {
  done = 0;
  if (tls != nullptr) {
    const Io io = tls->read(to, most, done);
    drained = io == Io::again;
    return io;
  }
  const ssize_t n = ::recv(fd, to, most, 0);
  if (n == 0) return Io::ended;
  if (n < 0) {
    drained = true;
    return outcome_of_errno();
  }
  done = static_cast<std::size_t>(n);
  drained = done < most;  // epoll(7): a short read of a stream has taken all there was
  return Io::ok;
}

Io Connection::flush(Counters& counters) {
  while (out_at < out.size()) {
    std::size_t done = 0;
    Io io = Io::ok;
    if (tls != nullptr) {
      io = tls->write(out.data() + out_at, out.size() - out_at, done);
    } else {
      iovec pieces[] = {{out.data() + out_at, out.size() - out_at}, {}};
      msghdr message = {};
      message.msg_iov = pieces;
      message.msg_iovlen = 1;
      if (!out_next.empty()) {
        pieces[1] = {out_next.data() + out_next_at, out_next.size() - out_next_at};
        message.msg_iovlen = 2;
      }
      const ssize_t n = ::sendmsg(fd, &message, MSG_NOSIGNAL);
      if (n < 0) {
        io = outcome_of_errno();
      } else {
        done = static_cast<std::size_t>(n);
      }
    }
    if (io != Io::ok) return io;
    counters.bytes_out.add(done);
    const std::size_t of_first = std::min(done, out.size() - out_at);
    out_at += of_first;
    if (out_at == out.size() && !out_next.empty()) {
      out = std::move(out_next);
      out_next = {};
      out_at = out_next_at + (done - of_first);
    }
  }
  out_at = 0;
  if (out.capacity() > kKeptCapacity) {
    std::string().swap(out);
  } else {
    out.clear();
  }
  return Io::ok;
}

void Connection::drop_output() {
  std::string().swap(out);
  std::string().swap(out_next);
  out_at = 0;
}

void Connection::account(Counters& counters) {
  const std::size_t holds = has_output() ? out.capacity() + out_next.capacity() : 0;
  if (holds == held_out_) return;
  counters.answers_held.add(holds);
  counters.answers_held.sub(held_out_);
  held_out_ = holds;
}

void Connection::account_body(Counters& counters, std::size_t held) {
  if (held == held_body_) return;
  counters.bodies_held.add(held);
  counters.bodies_held.sub(held_body_);
  held_body_ = held;
}

void Connection::drop_request(Counters& counters) {
  reader.reset();
  head_read = false;
  account_body(counters, 0);
}

}  // namespace amends::http
