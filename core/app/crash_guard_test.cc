#include "core/app/crash_guard.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "core/app/supervise.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kPoison(16, 'p'), kGood(16, 'g');

// A process that dies by `signal` (0: exits cleanly) while it reads an item.
void dies_reading(const std::string& folder, const std::string& digest, int signal) {
  const pid_t child = fork();
  if (child == 0) {
    auto guard = CrashGuard::open(folder);
    if (!guard) std::_Exit(9);
    {
      const CrashGuard::Parsing parsing(**guard, 3, digest, milliseconds(1));
      if (signal != 0) raise(signal);
    }
    std::_Exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(WIFSIGNALED(status), signal != 0);
}

TEST(CrashGuard, WhatAProcessDiedOfIsSuspectedByTheNext) {
  const test::TempFolder folder;
  dies_reading(folder.path(), kPoison, SIGKILL);
  dies_reading(folder.path(), kGood, 0);
  {
    const auto guard = *CrashGuard::open(folder.path());
    EXPECT_EQ(guard->crashes(kPoison), 1);
    EXPECT_EQ(guard->crashes(kGood), 0);
  }
  dies_reading(folder.path(), kPoison, SIGKILL);
  const auto guard = *CrashGuard::open(folder.path());
  EXPECT_EQ(guard->crashes(kPoison), 2);
  guard->forget(kPoison);
  EXPECT_EQ(guard->crashes(kPoison), 0);
}

TEST(CrashGuard, ManySuspectsPushOutTheLeastSuspicious) {
  const test::TempFolder folder;
  dies_reading(folder.path(), kPoison, SIGKILL);
  dies_reading(folder.path(), kPoison, SIGKILL);
  for (char c = '0'; c < '0' + 70; ++c) dies_reading(folder.path(), std::string(8, c) + "somebody", SIGKILL);
  EXPECT_EQ((*CrashGuard::open(folder.path()))->crashes(kPoison), 2);
}

TEST(CrashGuard, AnItemThatTakesTooLongHangs) {
  const test::TempFolder folder;
  const auto guard = *CrashGuard::open(folder.path());
  EXPECT_FALSE(guard->hangs(seconds(100), seconds(5)));
  const CrashGuard::Parsing parsing(*guard, 1, kPoison, seconds(100));
  EXPECT_FALSE(guard->hangs(seconds(104), seconds(5)));
  EXPECT_TRUE(guard->hangs(seconds(106), seconds(5)));
}

// How often work ran, counted in a file because it runs in children.
struct Runs {
  test::TempFolder folder;
  std::string file = folder / "runs";
  void note() const { std::ofstream(file, std::ios::app) << 'x'; }
  std::size_t count() const { return test::read_file(file).size(); }
};

TEST(Supervise, ACrashStartsTheWorkAgainUntilItGetsThrough) {
  const Runs runs;
  const int code = supervise(
      [&] {
        runs.note();
        if (runs.count() < 3) std::abort();
        return 7;
      },
      10);
  EXPECT_EQ(code, 7);
  EXPECT_EQ(runs.count(), 3u);
}

TEST(Supervise, AHangingParserCountsAsACrash) {
  const Runs runs;
  EXPECT_EQ(supervise(
                [&] {
                  runs.note();
                  return runs.count() < 2 ? kHungExit : 0;
                },
                10),
            0);
  EXPECT_EQ(runs.count(), 2u);
}

TEST(Supervise, AnOrdinaryFailureIsHandedOn) {
  const Runs runs;
  EXPECT_EQ(supervise(
                [&] {
                  runs.note();
                  return 78;
                },
                10),
            78);
  EXPECT_EQ(runs.count(), 1u);
}

TEST(Supervise, WorkThatNeverGetsThroughIsGivenUp) {
  const Runs runs;
  EXPECT_EQ(supervise(
                [&] {
                  runs.note();
                  return kHungExit;
                },
                2),
            1);
  EXPECT_EQ(runs.count(), 3u);
}

}  // namespace
}  // namespace amends::app
