#include "core/channel/plugin_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

namespace amends::channel {
namespace {

constexpr const char* kBubblewrap = "/usr/bin/bwrap";

// A program under a sanitizer reserves terabytes of addresses before its first line.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

struct Limit {
  __rlimit_resource what;
  rlim_t most;
};

// The words of bubblewrap that come before the program: what it sees of the machine.
std::vector<std::string> wrapped(const PluginCommand& command) {
  std::vector<std::string> out = {kBubblewrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop",
                                  "ALL",       "--clearenv",    "--setenv",          "PATH",          "/usr/bin:/bin",
                                  "--setenv",  "LANG",          "C.UTF-8",           "--ro-bind",     "/usr",
                                  "/usr"};
  for (const char* link : {"bin", "lib", "lib64"}) {
    out.insert(out.end(), {"--symlink", std::string("usr/") + link, std::string("/") + link});
  }
  out.insert(out.end(), {"--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--ro-bind-try", "/etc/alternatives",
                         "/etc/alternatives", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"});
  const std::string folder = std::filesystem::path(command.program).parent_path().string();
  std::vector<std::string> seen = command.readable;
  seen.push_back(folder);
  for (const std::string& path : seen) out.insert(out.end(), {"--ro-bind", path, path});
  out.insert(out.end(), {"--chdir", folder, "--", command.program});
  return out;
}

std::vector<std::string> words_of(const PluginCommand& command, bool wrap) {
  std::vector<std::string> out = wrap ? wrapped(command) : std::vector<std::string>{command.program};
  out.insert(out.end(), command.arguments.begin(), command.arguments.end());
  return out;
}

// The child between fork and exec: calls that are safe there only (signal-safety(7)). Never returns.
[[noreturn]] void become(char* const* words, int line, bool unshare_network, const Limit* limits, std::size_t count) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (unshare_network && ::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) ::_exit(126);
  for (std::size_t i = 0; i < count; ++i) {
    const rlimit limit{limits[i].most, limits[i].most};
    ::setrlimit(limits[i].what, &limit);
  }
  const int nothing = ::open("/dev/null", O_WRONLY);
  if (::dup2(line, 0) < 0 || ::dup2(line, 1) < 0 || ::dup2(nothing, 2) < 0) ::_exit(126);
  ::close_range(3, ~0U, 0);
  for (int signal = 1; signal < 32; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  char path[] = "PATH=/usr/bin:/bin", lang[] = "LANG=C.UTF-8";
  char* environment[] = {path, lang, nullptr};
  ::execve(words[0], words, environment);
  ::_exit(127);
}

pid_t launch(const std::vector<std::string>& words, int line, bool unshare_network, const std::vector<Limit>& limits) {
  std::vector<std::string> owned = words;
  std::vector<char*> pointers;
  pointers.reserve(owned.size() + 1);
  for (std::string& word : owned) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) become(pointers.data(), line, unshare_network, limits.data(), limits.size());
  return pid;
}

// Whether a program runs and ends well this way.
bool works(bool wrap) {
  PluginCommand command;
  command.program = "/usr/bin/true";
  const net::Fd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const pid_t pid = launch(words_of(command, wrap), nothing.get(), !wrap, {});
  int status = 0;
  return pid > 0 && ::waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

Confinement confinement() {
  static const Confinement found = [] {
    if (::access(kBubblewrap, X_OK) == 0 && works(true)) return Confinement::bubblewrap;
    return works(false) ? Confinement::no_network : Confinement::none;
  }();
  return found;
}

Result<std::unique_ptr<PluginProcess>> PluginProcess::start(const PluginCommand& command) {
  const Confinement way = confinement();
  if (way == Confinement::none) {
    return fail(Kind::unsupported, "this machine can't keep a plugin from the network", "apt install bubblewrap");
  }
  if (command.program.empty() || command.program.front() != '/' || ::access(command.program.c_str(), X_OK) != 0) {
    return fail(Kind::invalid, command.program + ": is no program that may be run");
  }
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return fail(Kind::unavailable, std::string("no pair of sockets: ") + std::strerror(errno));
  }
  net::Fd ours(pair[0]), theirs(pair[1]);
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  const std::vector<Limit> limits = {{RLIMIT_AS, kSanitized ? RLIM_INFINITY : command.memory},
                                     {RLIMIT_CPU, command.cpu_seconds},
                                     {RLIMIT_CORE, 0},
                                     {RLIMIT_FSIZE, 16u << 20},
                                     {RLIMIT_NOFILE, 64},
                                     {RLIMIT_NPROC, 64}};
  const bool wrap = way == Confinement::bubblewrap;
  const pid_t pid = launch(words_of(command, wrap), theirs.get(), !wrap, limits);
  if (pid < 0) return fail(Kind::unavailable, std::string("no process: ") + std::strerror(errno));
  ::setpgid(pid, pid);  // both sides do it, so that neither has to wait for the other
  return std::unique_ptr<PluginProcess>(new PluginProcess(pid, std::move(ours)));
}

PluginProcess::~PluginProcess() {
  kill();
  ::waitpid(pid_, nullptr, 0);
}

void PluginProcess::kill() noexcept {
  // The child was not waited for yet, so its number can't have become somebody else's.
  if (!killed_.exchange(true)) ::kill(-pid_, SIGKILL);
}

Result<Done> PluginProcess::write_line(std::string_view line, net::Deadline deadline) {
  std::string bytes(line);
  bytes += '\n';
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::send(line_.get(), bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (n > 0) {
      done += static_cast<std::size_t>(n);
    } else if (n < 0 && errno == EAGAIN) {
      TRY_DO(net::wait_for(line_.get(), POLLOUT, deadline, nullptr));
    } else if (n >= 0 || errno != EINTR) {
      return fail(Kind::unavailable, "the plugin has ended");
    }
  }
  return Done{};
}

Result<std::string> PluginProcess::read_line(net::Deadline deadline) {
  for (std::size_t looked = 0;;) {
    const std::size_t end = heard_.find('\n', looked);
    if (end != heard_.npos) {
      std::string line = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      return line;
    }
    looked = heard_.size();
    if (looked > kLongestLine) {
      return fail(Kind::corrupt, "the plugin wrote a line of more than " + std::to_string(kLongestLine) + " bytes");
    }
    char buffer[64 * 1024];
    const ssize_t n = ::read(line_.get(), buffer, sizeof buffer);
    if (n > 0) {
      heard_.append(buffer, static_cast<std::size_t>(n));
    } else if (n < 0 && errno == EAGAIN) {
      TRY_DO(net::wait_for(line_.get(), POLLIN, deadline, nullptr));
    } else if (n == 0 || errno != EINTR) {
      return fail(Kind::unavailable, "the plugin has ended");
    }
  }
}

}  // namespace amends::channel
