// What the benchmarks of the HTTP front share: a server in a process of its own, so that its CPU time and memory are
// its own, and clients that cost little.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace amends::bench {

using Steady = std::chrono::steady_clock;

inline double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

// `serve` gets a function to tell its port with, and returns when it has served long enough; the process is killed
// anyway.
class ServerProcess {
 public:
  explicit ServerProcess(const std::function<void(const std::function<void(int)>&)>& serve) {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      serve([&](int port) { [[maybe_unused]] const auto n = ::write(ends[1], &port, sizeof port); });
      for (;;) ::pause();
    }
    ::close(ends[1]);
    if (::read(ends[0], &port_, sizeof port_) != sizeof port_) {
      std::fprintf(stderr, "the server didn't start\n");
      std::exit(2);
    }
    ::close(ends[0]);
  }
  ~ServerProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  int port() const { return port_; }

  // User and system time so far, to the nanosecond and of threads that ended too (clock_getcpuclockid(3)).
  double cpu_seconds() const {
    clockid_t clock;
    timespec now = {};
    if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &now) != 0) std::abort();
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
  }
  // "VmRSS" and "VmHWM" in KiB, "Threads" as a count: proc(5).
  long status(std::string_view name) const {
    std::ifstream in("/proc/" + std::to_string(pid_) + "/status");
    for (std::string line; std::getline(in, line);) {
      if (line.compare(0, name.size(), name) == 0 && line[name.size()] == ':') {
        return std::atol(line.c_str() + name.size() + 1);
      }
    }
    return 0;
  }

 private:
  pid_t pid_ = -1;
  int port_ = 0;
};

// -1 when there is no room. `from` 127.0.0.x: who it pretends to be.
inline int dial(int port, const char* from = "127.0.0.1", int receive_buffer = 0) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (receive_buffer > 0) ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, from, &address.sin_addr);
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

inline bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// Reads one answer with a Content-Length; its status, 0 when none came.
inline int read_answer(int fd, std::string& buffer) {
  buffer.clear();
  std::size_t whole = std::string::npos;
  char some[32 * 1024];
  for (;;) {
    const ssize_t n = ::recv(fd, some, sizeof some, 0);
    if (n <= 0) return 0;
    buffer.append(some, static_cast<std::size_t>(n));
    if (whole == std::string::npos) {
      const auto end = buffer.find("\r\n\r\n");
      if (end == buffer.npos) continue;
      const auto length = buffer.find("Content-Length: ");
      whole = end + 4 + (length < end ? std::strtoul(buffer.c_str() + length + 16, nullptr, 10) : 0);
    }
    if (buffer.size() >= whole) return std::atoi(buffer.c_str() + 9);
  }
}

struct LoadResult {
  std::uint64_t answered = 0;
  double seconds = 0;
};

// Asks `request` over `connections` kept connections, each again as soon as it is answered. Every answer must be as
// long as the first.
inline LoadResult load(int port, const std::string& request, int connections, double for_seconds) {
  std::string first;
  const int probe = dial(port);
  send_all(probe, request);
  if (read_answer(probe, first) != 200) {
    std::fprintf(stderr, "no good answer: %.200s\n", first.c_str());
    std::exit(2);
  }
  ::close(probe);
  struct Peer {
    int fd;
    std::size_t left;
  };
  std::vector<Peer> peers;
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < connections; ++i) peers.push_back({dial(port), first.size()});
  for (Peer& peer : peers) {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.ptr = &peer;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, peer.fd, &event);
    send_all(peer.fd, request);
  }
  LoadResult out;
  const auto start = Steady::now();
  std::vector<epoll_event> events(64);
  std::vector<char> some(64 * 1024);
  while ((out.seconds = seconds_since(start)) < for_seconds) {
    const int n = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < n; ++i) {
      Peer& peer = *static_cast<Peer*>(events[static_cast<std::size_t>(i)].data.ptr);
      const ssize_t got = ::recv(peer.fd, some.data(), std::min(some.size(), peer.left), 0);
      if (got <= 0) {
        std::fprintf(stderr, "the server hung up\n");
        std::exit(2);
      }
      peer.left -= static_cast<std::size_t>(got);
      if (peer.left > 0) continue;
      ++out.answered;
      peer.left = first.size();
      send_all(peer.fd, request);
    }
  }
  for (const Peer& peer : peers) ::close(peer.fd);
  ::close(poll);
  return out;
}

}  // namespace amends::bench
