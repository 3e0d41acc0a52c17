#include "core/app/handover.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "core/app/notify.h"
#include "core/app/supervise.h"
#include "core/base/log.h"

namespace amends::app {
namespace {

using std::chrono::steady_clock;

constexpr int kBacklog = 1024;  // connections that wait while no child accepts
constexpr int kSocketOfChild = 3;
constexpr const char* kParent = "AMENDS_PARENT";  // whose child serves: "PID" of the parent
constexpr std::chrono::seconds kTooSoon{5};

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&set, signal);
  return set;
}

Result<std::pair<sockaddr_storage, socklen_t>> parse_address(const std::string& address, int port) {
  sockaddr_storage out{};
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&out);
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&out);
  const auto number = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = number;
    return std::pair(out, static_cast<socklen_t>(sizeof *v4));
  }
  if (::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = number;
    return std::pair(out, static_cast<socklen_t>(sizeof *v6));
  }
  return fail(Kind::invalid, "\"" + address + "\" is no network address", "as 127.0.0.1, ::1, 0.0.0.0 or ::");
}

bool is_listening(int fd) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value != 0;
}

bool never_started(int status, steady_clock::duration lived) {
  return lived < kTooSoon && !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

bool crashed(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status) == kHungExit;
  static constexpr std::array kFatal = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE};
  return std::find(kFatal.begin(), kFatal.end(), WTERMSIG(status)) != kFatal.end();
}

class Parent {
 public:
  Parent(const Handover& handover, const std::function<int(int)>& work) : handover_(handover), work_(work) {}

  int run() {
    const sigset_t watched = watched_signals();
    sigprocmask(SIG_BLOCK, &watched, &before_);
    int crashes = 0;
    bool from_disk = false;
    for (;;) {
      const auto began = steady_clock::now();
      if (!start(from_disk)) return work_(handover_.listen_fd);  // no room for a second process: better so than not
      const End end = watch(watched);
      if (from_disk && end.asked == 0 && never_started(end.status, steady_clock::now() - began)) {
        log::error("handover.new_program_failed", {{"status", end.status}});
        from_disk = false;
        continue;
      }
      if (end.asked == SIGHUP) {
        log::info("handover.restarting");
        from_disk = !handover_.program.empty();
        continue;
      }
      if (end.asked == 0 && crashed(end.status) && crashes++ < handover_.restarts) {
        log::error("restarted_after_crash",
                   {{"signal", WIFSIGNALED(end.status) ? WTERMSIG(end.status) : 0}, {"start", crashes}});
        continue;
      }
      return exit_code(end);
    }
  }

 private:
  struct End {
    int status = 0;
    int asked = 0;      // the signal that asked the child to end; 0: it ended by itself
    bool late = false;  // it did not end in time and was killed
  };

  bool start(bool from_disk) {
    const pid_t parent = ::getpid();
    child_ = ::fork();
    if (child_ < 0) return false;
    if (child_ > 0) return true;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a killed parent leaves no orphan that holds the database
    if (::getppid() != parent) std::_Exit(75);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::signal(signal, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
    if (!from_disk) std::exit(work_(handover_.listen_fd));
    become(parent);
    std::_Exit(errno == ENOENT ? 127 : 126);
  }

  void become(pid_t parent) {
    ::setenv(kParent, std::to_string(parent).c_str(), 1);
    ::unsetenv("LISTEN_FDS");
    ::unsetenv("LISTEN_PID");
    if (handover_.listen_fd == kSocketOfChild) {
      ::fcntl(kSocketOfChild, F_SETFD, 0);
    } else if (handover_.listen_fd >= 0) {
      ::dup2(handover_.listen_fd, kSocketOfChild);
    }
    if (handover_.listen_fd >= 0) {
      ::setenv("LISTEN_FDS", "1", 1);
      ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    }
    std::vector<char*> arguments;
    for (const std::string& argument : handover_.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::execv(handover_.program.c_str(), arguments.data());
  }

  // Until the child has ended, by itself or because it was asked to.
  End watch(const sigset_t& watched) {
    End end;
    auto deadline = steady_clock::time_point::max();
    for (;;) {
      const pid_t ended = ::waitpid(child_, &end.status, WNOHANG);
      if (ended == child_ || (ended < 0 && errno == ECHILD)) return end;
      if (steady_clock::now() >= deadline) {
        log::error("handover.killed_late");
        end.late = true;
        ::kill(child_, SIGKILL);
        deadline = steady_clock::time_point::max();
      }
      const auto left = deadline == steady_clock::time_point::max()
                            ? std::chrono::milliseconds(60'000)
                            : std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
      const timespec wait{left.count() / 1000, (left.count() % 1000) * 1'000'000};
      const int signal = left.count() > 0 ? ::sigtimedwait(&watched, nullptr, &wait) : -1;
      if (signal <= 0 || signal == SIGCHLD) continue;
      // Ending wins over restarting, whichever was asked first.
      if (end.asked == 0 || end.asked == SIGHUP) end.asked = signal;
      if (deadline == steady_clock::time_point::max() && !end.late) deadline = steady_clock::now() + handover_.drain;
      ::kill(child_, SIGTERM);
    }
  }

  static int exit_code(const End& end) {
    if (WIFEXITED(end.status)) return WEXITSTATUS(end.status) == kHungExit ? 1 : WEXITSTATUS(end.status);
    if (end.late) return 0;  // what was under way is settled by the outbox at the next start
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, WTERMSIG(end.status));
    ::signal(WTERMSIG(end.status), SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &one, nullptr);
    ::raise(WTERMSIG(end.status));  // the caller sees the same end as without us
    return 128 + WTERMSIG(end.status);
  }

  const Handover& handover_;
  const std::function<int(int)>& work_;
  sigset_t before_{};
  pid_t child_ = -1;
};

}  // namespace

Result<int> listening_socket(const std::string& address, int port) {
  for (const int fd : received_sockets()) {
    if (is_listening(fd)) return fd;
  }
  if (port < 0 || port > 65535) return fail(Kind::invalid, "a port is a number from 1 to 65535");
  TRY(const auto to, parse_address(address, port));
  const int fd = ::socket(to.first.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(Kind::unavailable, std::string("socket: ") + std::strerror(errno));
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // Both families by "::", whatever the system's default is.
  const int off = 0;
  if (to.first.ss_family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&to.first), to.second) != 0 || ::listen(fd, kBacklog) != 0) {
    const int error = errno;
    ::close(fd);
    const std::string where = address + " port " + std::to_string(port);
    if (error == EADDRINUSE) return fail(Kind::unavailable, where + " is taken by another program", "choose another");
    return fail(error == EACCES || error == EADDRNOTAVAIL ? Kind::invalid : Kind::unavailable,
                where + ": " + std::strerror(error));
  }
  return fd;
}

int port_of(int listen_fd) {
  sockaddr_storage at{};
  socklen_t size = sizeof at;
  if (::getsockname(listen_fd, reinterpret_cast<sockaddr*>(&at), &size) != 0) return 0;
  if (at.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in*>(&at)->sin_port);
  if (at.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6*>(&at)->sin6_port);
  return 0;
}

int supervise_serving(const Handover& handover, const std::function<int(int)>& work) {
  return Parent(handover, work).run();
}

std::optional<int> handed_socket() {
  const char* parent = std::getenv(kParent);
  if (parent == nullptr || std::to_string(::getppid()) != parent) return {};
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto sockets = received_sockets();
  // Whatever this program starts is nobody's child in this sense.
  ::unsetenv(kParent);
  ::unsetenv("LISTEN_FDS");
  ::unsetenv("LISTEN_PID");
  return sockets.empty() ? -1 : sockets.front();
}

}  // namespace amends::app
