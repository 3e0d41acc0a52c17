#include "core/app/supervise.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "core/base/log.h"

namespace amends::app {
namespace {

volatile sig_atomic_t g_child = 0;
volatile sig_atomic_t g_asked_to_end = 0;

void pass_on(int signal) {
  g_asked_to_end = signal;
  if (g_child > 0) ::kill(g_child, signal);
}

bool is_crash(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status) == kHungExit;
  if (!WIFSIGNALED(status)) return false;
  switch (WTERMSIG(status)) {
    case SIGSEGV:
    case SIGBUS:
    case SIGABRT:
    case SIGILL:
    case SIGFPE: return true;
    default: return false;
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

int supervise(const std::function<int()>& work, int restarts) {
  g_asked_to_end = 0;
  struct sigaction action {};
  action.sa_handler = pass_on;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaction(signal, &action, nullptr);
  for (int start = 0;; ++start) {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) return work();  // no room for a second process: better unsupervised than not at all
    if (child == 0) {
      for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::signal(signal, SIG_DFL);
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a killed supervisor leaves no orphan that holds the database
      if (::getppid() != parent) std::_Exit(75);
      std::exit(work());
    }
    g_child = child;
    if (g_asked_to_end != 0) ::kill(child, g_asked_to_end);  // it came while nobody was there to take it
    const int status = wait_for(child);
    g_child = 0;
    if (!is_crash(status) || start >= restarts || g_asked_to_end != 0) {
      if (WIFEXITED(status)) return WEXITSTATUS(status) == kHungExit ? 1 : WEXITSTATUS(status);
      ::signal(WTERMSIG(status), SIG_DFL);
      ::raise(WTERMSIG(status));  // the caller sees the same end as without us
      return 128 + WTERMSIG(status);
    }
    log::error("restarted_after_crash", {{"signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0}, {"start", start + 1}});
  }
}

}  // namespace amends::app
