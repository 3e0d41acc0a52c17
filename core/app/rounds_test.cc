#include "core/app/rounds.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <set>

namespace amends::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// What happened, and a gate that rounds wait at.
class Scene {
 public:
  void enter(const std::string& who) {
    std::unique_lock lock(mutex_);
    ++done_[who];
    ++inside_[who];
    ++now_;
    most_ = std::max(most_, now_);
    changed_.notify_all();
  }
  void leave(const std::string& who) {
    const std::lock_guard lock(mutex_);
    --inside_[who];
    --now_;
    changed_.notify_all();
  }
  void wait_at_gate() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool until(const std::function<bool(Scene&)>& holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(10), [&] { return holds(*this); });
  }
  // For until().
  int done(const std::string& who) { return done_[who]; }
  int inside(const std::string& who) { return inside_[who]; }
  int now() const { return now_; }
  int most() {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> done_, inside_;
  int now_ = 0, most_ = 0;
  bool open_ = false;
};

Rounds::Job job(Scene& scene, const std::string& who, std::int64_t key, Lane lane = Lane::in, bool waits = true) {
  Rounds::Job out;
  out.lane = lane;
  out.key = key;
  out.work = [&scene, who, waits](Rounds::Turn&) {
    scene.enter(who);
    if (waits) scene.wait_at_gate();
    scene.leave(who);
    return milliseconds(hours(1));
  };
  return out;
}

TEST(Rounds, NeitherLaneGetsAllThreads) {
  Scene scene;
  RoundRules rules;
  rules.threads = 4;
  rules.most_in_a_lane = 3;
  Rounds rounds(rules);
  for (int i = 0; i < 10; ++i) rounds.add(job(scene, "in", i));
  ASSERT_TRUE(scene.until([](Scene& s) { return s.inside("in") == 3; }));
  rounds.add(job(scene, "out", 100, Lane::out));
  EXPECT_TRUE(scene.until([](Scene& s) { return s.inside("out") == 1; }))
      << "what leaves doesn't wait for what comes in";
  EXPECT_EQ(scene.most(), 4);
  scene.open();
  EXPECT_TRUE(scene.until([](Scene& s) { return s.done("in") == 10; }));
}

TEST(Rounds, JobsOfOneKeyAreNeverDoneSideBySide) {
  Scene scene;
  Rounds rounds;
  rounds.add(job(scene, "a", 7));
  ASSERT_TRUE(scene.until([](Scene& s) { return s.inside("a") == 1; }));
  rounds.add(job(scene, "b", 7));
  rounds.add(job(scene, "c", 8));
  ASSERT_TRUE(scene.until([](Scene& s) { return s.inside("c") == 1; }));
  EXPECT_EQ(scene.done("b"), 0);
  scene.open();
  EXPECT_TRUE(scene.until([](Scene& s) { return s.done("b") == 1; }));
}

TEST(Rounds, WhoeverIsRungWhileBeingDoneIsDoneOnceMore) {
  Scene scene;
  Rounds rounds;
  const auto id = rounds.add(job(scene, "a", 1));
  ASSERT_TRUE(scene.until([](Scene& s) { return s.inside("a") == 1; }));
  for (int i = 0; i < 5; ++i) rounds.ring(id);
  scene.open();
  ASSERT_TRUE(scene.until([](Scene& s) { return s.done("a") == 2 && s.inside("a") == 0; }));
  rounds.ring(id);
  EXPECT_TRUE(scene.until([](Scene& s) { return s.done("a") == 3; }));
}

TEST(Rounds, ARetiredJobIsInterruptedForgottenAndLetGo) {
  Scene scene;
  Rounds rounds;
  auto held = std::make_shared<int>(1);
  Rounds::Job one = job(scene, "a", 1);
  one.interrupt = [&scene, held] { scene.open(); };
  const auto id = rounds.add(std::move(one));
  ASSERT_TRUE(scene.until([](Scene& s) { return s.inside("a") == 1; }));
  rounds.retire(id);
  ASSERT_TRUE(scene.until([](Scene& s) { return s.now() == 0; }));
  rounds.ring(id);
  rounds.stop();
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Rounds, OneThatMovesNothingIsInterruptedWhenOthersWaitAndToldSoTheNextTime) {
  Scene scene;
  RoundRules rules;
  rules.threads = 2;
  rules.most_in_a_lane = 1;
  rules.patience = {milliseconds(0), milliseconds(0)};
  Rounds rounds(rules);
  std::atomic<int> interrupted{0};
  std::atomic<bool> told{false};
  Rounds::Job stuck = job(scene, "stuck", 1);
  stuck.interrupt = [&] {
    ++interrupted;
    scene.open();
  };
  stuck.work = [&, work = stuck.work](Rounds::Turn& turn) {
    told = turn.after_interrupt();
    return work(turn);
  };
  const auto id = rounds.add(std::move(stuck));
  ASSERT_TRUE(scene.until([](Scene& s) { return s.inside("stuck") == 1; }));
  rounds.relieve();
  EXPECT_EQ(interrupted, 0) << "nobody waits";
  rounds.add(job(scene, "next", 2, Lane::in, false));
  rounds.relieve();
  EXPECT_EQ(interrupted, 1);
  ASSERT_TRUE(scene.until([](Scene& s) { return s.done("next") == 1; }));
  EXPECT_FALSE(told);
  rounds.ring(id);
  ASSERT_TRUE(scene.until([](Scene& s) { return s.done("stuck") == 2; }));
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace amends::app
