#include "core/app/notify.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace amends::app {
namespace {

constexpr int kFirstSocket = 3;  // sd_listen_fds(3)
constexpr int kMostSockets = 64;

std::int64_t number_in(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return -1;
  char* end = nullptr;
  const std::int64_t out = std::strtoll(value, &end, 10);
  return *end == '\0' ? out : -1;
}

// Said to this process, or to the parent that started it to serve in its place.
bool is_ours(std::int64_t pid) { return pid == ::getpid() || pid == ::getppid(); }

}  // namespace

bool notify(const std::string& state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un to{};
  if (path == nullptr || (path[0] != '/' && path[0] != '@') || std::strlen(path) >= sizeof to.sun_path) return false;
  to.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  std::memcpy(to.sun_path, path, length);
  if (path[0] == '@') to.sun_path[0] = '\0';  // the abstract namespace
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const ssize_t sent = ::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to),
                                static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
  ::close(fd);
  return sent == static_cast<ssize_t>(state.size());
}

std::optional<std::chrono::milliseconds> watchdog_interval() {
  const std::int64_t microseconds = number_in("WATCHDOG_USEC");
  const std::int64_t pid = number_in("WATCHDOG_PID");
  if (microseconds <= 0 || (pid > 0 && !is_ours(pid))) return {};
  return std::chrono::milliseconds(microseconds / 2000);
}

std::vector<int> received_sockets() {
  const std::int64_t count = number_in("LISTEN_FDS");
  std::vector<int> out;
  if (count <= 0 || count > kMostSockets || number_in("LISTEN_PID") != ::getpid()) return out;
  for (int fd = kFirstSocket; fd < kFirstSocket + count; ++fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags < 0) break;
    ::fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    out.push_back(fd);
  }
  return out;
}

}  // namespace amends::app
