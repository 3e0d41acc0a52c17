#include "core/app/handover.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <set>
#include <thread>

#include "core/app/supervise.h"
#include "core/base/log.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

// Serves until TERM: answers each connection with `word` and this process's number, after it was asked something.
int answer(int listen_fd, const std::string& word) {
  static volatile sig_atomic_t ending;
  ending = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { ending = 1; };
  ::sigaction(SIGTERM, &action, nullptr);
  while (ending == 0) {
    pollfd ready{listen_fd, POLLIN, 0};
    if (::poll(&ready, 1, 20) <= 0) continue;
    const int fd = ::accept(listen_fd, nullptr, nullptr);
    if (fd < 0) continue;
    char asked[8];
    const ssize_t got = ::read(fd, asked, sizeof asked);
    const std::string said = word + " " + std::to_string(::getpid());
    if (got > 0 && asked[0] == '!') {
      ::signal(SIGSEGV, SIG_DFL);  // a sanitizer's own handler would turn the crash into an exit
      ::raise(SIGSEGV);
    }
    if (::write(fd, said.data(), said.size()) < 0) ::_exit(9);
    ::close(fd);
  }
  return 0;
}

class HandoverTest : public ::testing::Test {
 protected:
  HandoverTest() {
    log::set_level(log::Level::off);
    auto fd = listening_socket("127.0.0.1", 0);
    EXPECT_TRUE(fd) << fd.error().what;
    handover_.listen_fd = fd ? *fd : -1;
  }
  ~HandoverTest() override {
    if (parent_ > 0) {
      ::kill(parent_, SIGKILL);
      ::waitpid(parent_, nullptr, 0);
    }
    ::close(handover_.listen_fd);
    log::set_level(log::Level::info);
  }
  void starts(std::function<int(int)> work) {
    parent_ = ::fork();
    if (parent_ == 0) std::_Exit(supervise_serving(handover_, work));
  }
  int ends() {
    int status = 0;
    ::waitpid(parent_, &status, 0);
    parent_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  // What is answered to `asked`; "" when the connection is refused or broken.
  std::string asks(const std::string& asked = "?") {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port_of(handover_.listen_fd)));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string out;
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
        ::send(fd, asked.data(), asked.size(), MSG_NOSIGNAL) > 0) {
      char buffer[64];
      for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(fd);
    return out;
  }

  Handover handover_;
  pid_t parent_ = -1;
};

TEST_F(HandoverTest, AClientSeesNoFailedRequestWhileTheServingProcessChanges) {
  starts([](int fd) { return answer(fd, "here"); });
  std::set<std::string> served_by;
  int failed = 0, asked = 0, restarts = 0;
  const auto until = steady_clock::now() + milliseconds(1500);
  auto next = steady_clock::now() + milliseconds(100);
  while (steady_clock::now() < until) {
    const std::string said = asks();
    ++asked;
    failed += said.rfind("here ", 0) == 0 ? 0 : 1;
    served_by.insert(said);
    if (steady_clock::now() >= next) {
      ::kill(parent_, SIGHUP);
      ++restarts;
      next = steady_clock::now() + milliseconds(100);
    }
  }
  EXPECT_EQ(failed, 0) << "of " << asked;
  EXPECT_GT(asked, 100);
  EXPECT_GE(static_cast<int>(served_by.size()), restarts / 2);
  ::kill(parent_, SIGTERM);
  EXPECT_EQ(ends(), 0);
}

TEST_F(HandoverTest, HupStartsTheProgramAsItLiesOnTheDisk) {
  handover_.program = "/bin/sh";
  // The new program takes the socket as number 3 and knows its parent.
  handover_.arguments = {"sh", "-c",
                         "exec python3 -c 'import os, socket\n"
                         "assert os.environ[\"AMENDS_PARENT\"] == str(os.getppid())\n"
                         "assert os.environ[\"LISTEN_PID\"] == str(os.getpid())\n"
                         "s = socket.socket(fileno=3)\n"
                         "while True:\n"
                         "  c, _ = s.accept()\n"
                         "  c.recv(8); c.sendall(b\"new\"); c.close()\n'"};
  starts([](int fd) { return answer(fd, "old"); });
  EXPECT_EQ(asks().rfind("old", 0), 0u);
  ::kill(parent_, SIGHUP);
  std::string said;
  const auto until = steady_clock::now() + std::chrono::seconds(10);
  while (said != "new" && steady_clock::now() < until) said = asks();
  EXPECT_EQ(said, "new");
  ::kill(parent_, SIGTERM);
  EXPECT_EQ(ends(), 1000 + SIGTERM) << "as the child ended, which takes TERM as it comes";
}

TEST_F(HandoverTest, ANewProgramThatFailsAtOnceLeavesTheOldOneServing) {
  for (const char* broken : {"/nonexistent/amends", "/bin/false"}) {
    handover_.program = broken;
    handover_.arguments = {"amends", "serve"};
    starts([](int fd) { return answer(fd, "old"); });
    const std::string before = asks();
    ::kill(parent_, SIGHUP);
    std::string after;
    const auto until = steady_clock::now() + std::chrono::seconds(10);
    while ((after.empty() || after == before) && steady_clock::now() < until) after = asks();
    EXPECT_EQ(after.rfind("old", 0), 0u) << broken;
    EXPECT_NE(after, before);
    ::kill(parent_, SIGTERM);
    EXPECT_EQ(ends(), 0);
  }
}

TEST_F(HandoverTest, AfterACrashAnotherOneServesAtOnce) {
  starts([](int fd) { return answer(fd, "here"); });
  const std::string before = asks();
  EXPECT_EQ(asks("!"), "");
  const std::string after = asks();
  EXPECT_EQ(after.rfind("here", 0), 0u);
  EXPECT_NE(after, before);
  ::kill(parent_, SIGTERM);
  EXPECT_EQ(ends(), 0);
}

TEST_F(HandoverTest, TheChildsExitCodeIsHandedOnAndAHangingOneIsKilledInTime) {
  starts([](int) { return 78; });
  EXPECT_EQ(ends(), 78);
  handover_.drain = seconds(0);
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  starts([&](int) {
    ::signal(SIGTERM, SIG_IGN);
    if (::write(ready[1], "x", 1) != 1) return 9;
    for (;;) ::pause();
  });
  char x = 0;
  ASSERT_EQ(::read(ready[0], &x, 1), 1);
  ::kill(parent_, SIGTERM);
  EXPECT_EQ(ends(), 0);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(ListeningSocket, SaysWhatIsWrongWithAnAddress) {
  EXPECT_EQ(listening_socket("cafe.test", 0).error().kind, Kind::invalid);
  EXPECT_EQ(listening_socket("127.0.0.1", 70'000).error().kind, Kind::invalid);
  const auto first = listening_socket("127.0.0.1", 0);
  ASSERT_TRUE(first);
  EXPECT_EQ(listening_socket("127.0.0.1", port_of(*first)).error().kind, Kind::unavailable);
  ::close(*first);
}

TEST(HandedSocket, WithoutAParentThatHandsOneOverThereIsNone) {
  ::setenv("AMENDS_PARENT", "1", 1);
  EXPECT_FALSE(handed_socket().has_value()) << "an environment that was inherited by somebody else";
  ::unsetenv("AMENDS_PARENT");
  EXPECT_FALSE(handed_socket().has_value());
}

}  // namespace
}  // namespace amends::app
