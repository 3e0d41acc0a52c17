#include "core/http/door.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace amends::http {
namespace {

constexpr int kBacklog = 1024;
constexpr int kAtOnce = 128;
// The kernel would take megabytes that a slow client has not asked for yet, and say nothing until a third of it is
// gone. With this (tcp(7), TCP_NOTSENT_LOWAT) it holds little more than what is under way, and a slow reader is seen to
// read.
constexpr int kUnsent = 128 * 1024;

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = sizeof(sockaddr_storage);
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Result<SocketAddress> socket_address(const std::string& text, int port) {
  SocketAddress out;
  auto* six = reinterpret_cast<sockaddr_in6*>(&out.storage);
  auto* four = reinterpret_cast<sockaddr_in*>(&out.storage);
  if (::inet_pton(AF_INET6, text.c_str(), &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(static_cast<std::uint16_t>(port));
    out.size = sizeof *six;
  } else if (::inet_pton(AF_INET, text.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(static_cast<std::uint16_t>(port));
    out.size = sizeof *four;
  } else {
    return fail(Kind::invalid, "\"" + text + "\" is no IP address to listen on", "write 127.0.0.1, 0.0.0.0, ::1 or ::");
  }
  return out;
}

int port_of(int fd) {
  SocketAddress bound;
  if (::getsockname(fd, bound.get(), &bound.size) != 0) return 0;
  if (bound.storage.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6*>(&bound.storage)->sin6_port);
  return ntohs(reinterpret_cast<sockaddr_in*>(&bound.storage)->sin_port);
}

Error os_error(const std::string& what) {
  const int error = errno;
  const Kind kind = error == EADDRINUSE ? Kind::busy : error == EACCES ? Kind::invalid : Kind::unavailable;
  return fail(kind, what + ": " + std::strerror(error), kind == Kind::busy ? "another program listens there" : "");
}

Result<int> listen_on(const ServerOptions& options) {
  if (options.port < 0 || options.port > 65'535) return fail(Kind::invalid, "the port must be 0 to 65535");
  TRY(SocketAddress address, socket_address(options.address, options.port));
  const int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return os_error("no socket");
  const int yes = 1, no = 0;
  // SO_REUSEPORT stays off, so that a second program on this port is refused and not given half of the clients.
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (address.storage.ss_family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  if (::bind(fd, address.get(), address.size) != 0 || ::listen(fd, kBacklog) != 0) {
    Error error = os_error("listen on " + options.address + " port " + std::to_string(options.port));
    ::close(fd);
    return error;
  }
  return fd;
}

// Before a connection exists there is nothing to wait with: what fits into the socket at once, and what the client has
// sent already is taken first, for closing over it would reset the connection and lose the answer.
void turn_away(int fd, const Site& site) {
  if (!site.tls) {
    char unread[4096];
    for (int i = 0; i < 4; ++i) {
      if (::recv(fd, unread, sizeof unread, MSG_DONTWAIT) < static_cast<ssize_t>(sizeof unread)) break;
    }
    const Response response =
        refusal_answer({503, "there are too many connections"}, site.options.default_headers, site.options.retry_after);
    const AnswerHead head = write_head(response, {false, 1, false}, http_date(std::chrono::system_clock::now()));
    const std::string bytes = head.bytes + response.body;
    [[maybe_unused]] const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(fd, SHUT_WR);
  }
  ::close(fd);
}

}  // namespace

Result<std::unique_ptr<Door>> Door::open(const ServerOptions& options) {
  int fd = options.listen_fd;
  if (fd < 0) {
    TRY(const int own, listen_on(options));
    fd = own;
  } else {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0) {
      return fail(Kind::invalid, "the descriptor handed over is no listening socket");
    }
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  }
  return std::unique_ptr<Door>(new Door(fd, port_of(fd), options.limits.connections_per_ip));
}

Door::~Door() { close(); }

void Door::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool Door::let_in(Site& site, const std::function<void(std::unique_ptr<Connection>)>& enter) {
  for (int i = 0; i < kAtOnce && fd_ >= 0; ++i) {
    SocketAddress from;
    const int fd = ::accept4(fd_, from.get(), &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
    }
    site.counters.accepted.add();
    const Address peer = address_of(*from.get());
    const bool proxy = site.trusted.holds(peer);
    if (inside_ >= site.options.limits.connections || (!proxy && !crowd_.enter(peer.group()))) {
      site.counters.rejected_connections.add();
      site.counters.answered(503);
      turn_away(fd, site);
      continue;
    }
    const int yes = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsent, sizeof kUnsent);
    ++inside_;
    site.counters.connections.add();
    auto connection = std::make_unique<Connection>(fd, peer, proxy);
    if (site.tls) connection->tls = std::make_unique<TlsSession>(*site.tls, fd);
    enter(std::move(connection));
  }
  return true;
}

bool Door::somebody_waits() const {
  pollfd waiting = {fd_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

void Door::left(const Connection& connection) {
  --inside_;
  if (!connection.proxy) crowd_.leave(connection.peer.group());
}

}  // namespace amends::http
