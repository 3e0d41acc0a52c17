#include "core/net/dialer.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>

namespace amends::net {
namespace {

// What a look-up in the background and its caller share: the caller may be gone when the answer comes, hence
// shared_ptr.
struct Lookup {
  Fd done{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex;
  int status = EAI_AGAIN;
  std::vector<Address> addresses;
};

constexpr int kMostLookups = 32;
std::atomic<int> g_lookups{0};

Address address_of(const sockaddr* raw) {
  if (raw->sa_family == AF_INET) {
    return Address::v4(reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in*>(raw)->sin_addr));
  }
  return Address::v6(reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in6*>(raw)->sin6_addr));
}

void look_up(const std::string& host, Lookup& into) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::lock_guard lock(into.mutex);
  into.status = status;
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    if (a->ai_family != AF_INET && a->ai_family != AF_INET6) continue;
    const Address address = address_of(a->ai_addr);
    if (std::find(into.addresses.begin(), into.addresses.end(), address) == into.addresses.end()) {
      into.addresses.push_back(address);
    }
  }
  if (found != nullptr) ::freeaddrinfo(found);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(into.done.get(), &one, sizeof one);
}

void set(int fd, int level, int option, int value) { ::setsockopt(fd, level, option, &value, sizeof value); }

socklen_t fill_in(sockaddr_storage& storage, const Address& address, std::uint16_t port) {
  if (address.is_v4()) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    std::memcpy(&v4->sin_addr, address.bytes().data() + 12, 4);
    return sizeof *v4;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  std::memcpy(&v6->sin6_addr, address.bytes().data(), 16);
  return sizeof *v6;
}

Result<Fd> connect_to(const Address& address, std::uint16_t port, Deadline deadline, const Interrupt* interrupt) {
  sockaddr_storage storage{};
  const socklen_t size = fill_in(storage, address, port);
  Fd fd(::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fail(Kind::unavailable, std::string("no socket: ") + std::strerror(errno));
  set(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd.get(), IPPROTO_TCP, TCP_KEEPIDLE, 120);
  set(fd.get(), IPPROTO_TCP, TCP_KEEPINTVL, 30);
  set(fd.get(), IPPROTO_TCP, TCP_KEEPCNT, 5);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
    if (errno != EINPROGRESS) return fail(Kind::unavailable, std::strerror(errno));
    TRY_DO(wait_for(fd.get(), POLLOUT, deadline, interrupt));
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return fail(Kind::unavailable, std::strerror(error));
  }
  sockaddr_storage peer{};
  socklen_t length = sizeof peer;
  if (::getpeername(fd.get(), reinterpret_cast<sockaddr*>(&peer), &length) != 0) {
    return fail(Kind::unavailable, std::strerror(errno));
  }
  if (address_of(reinterpret_cast<const sockaddr*>(&peer)) != address) {
    return fail(Kind::unavailable, "connected to another address than the one that was checked");
  }
  return fd;
}

}  // namespace

Result<std::vector<Address>> system_resolve(const std::string& host, Deadline deadline, const Interrupt* interrupt) {
  if (g_lookups.fetch_add(1) >= kMostLookups) {
    g_lookups.fetch_sub(1);
    return fail(Kind::unavailable, "too many host names are being looked up; is the name server down?");
  }
  auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host] {
    look_up(host, *lookup);
    g_lookups.fetch_sub(1);
  }).detach();
  if (auto waited = wait_for(lookup->done.get(), POLLIN, deadline, interrupt); !waited) {
    return std::move(waited).error().within("looking up " + host);
  }
  const std::lock_guard lock(lookup->mutex);
  if (lookup->status != 0) {
    return fail(Kind::unavailable, "the host name " + host + " was not found: " + ::gai_strerror(lookup->status),
                "check the spelling of the host name and this machine's name server");
  }
  return lookup->addresses;
}

Result<Fd> dial(const Endpoint& endpoint, const Guard& guard, Deadline deadline, const Interrupt* interrupt,
                const Resolve& resolve) {
  TRY(const std::string host, normal_host(endpoint.host));
  std::vector<Address> addresses;
  if (const auto literal = Address::parse(host)) {
    addresses.push_back(*literal);
  } else {
    TRY(addresses, resolve(host, deadline, interrupt));
  }
  TRY_DO(guard.check(host, endpoint.port, addresses));
  Error last = fail(Kind::unavailable, "no answer");
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    // A dead first address (often IPv6 without a route) leaves time for the others.
    const Deadline share = Deadline::in(deadline.left() / static_cast<int>(addresses.size() - i));
    auto fd = connect_to(addresses[i], endpoint.port, share, interrupt);
    if (fd) return fd;
    last = std::move(fd).error();
    if (interrupt != nullptr && interrupt->raised()) break;
  }
  return std::move(last)
      .within("connecting to " + host + " port " + std::to_string(endpoint.port))
      .with_hint("check host and port, and that a firewall lets this machine out");
}

}  // namespace amends::net
