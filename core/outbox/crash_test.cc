#include "core/outbox/hub_for_test.h"

#include <random>

namespace amends::outbox {
namespace {

using namespace std::chrono_literals;
using test::Cut;
using test::Died;
using test::Hub;
using test::SendClass;
using test::UState;

constexpr SendClass kClasses[] = {SendClass::keyed, SendClass::named, SendClass::lookable, SendClass::blind};
constexpr Cut kCuts[] = {Cut::before_anything,       Cut::before_return,     Cut::after_return_lost,
                         Cut::after_return_taken,    Cut::die_before_return, Cut::die_after_return_lost,
                         Cut::die_after_return_taken};

struct CrashTest : Hub {
  void works_until_it_dies() {
    try {
      works();
    } catch (const Died&) {
      restarts();
    }
  }
  // The person at the screen looks at the peer and tells the truth.
  void person_decides(const std::string& name) {
    if (state(name) != UState::uncertain) return;
    const auto id = shown(name).id;
    (void)write([&](store::Tx& tx) {
      return peer.count(name) > 0 ? mark_sent(tx, brand, id, "Dana", clock.now())
                                  : send_again(tx, brand, id, "Dana", clock.now());
    });
  }
};

TEST_F(CrashTest, CutAtEveryPhaseInEveryClassNothingIsLostDoubledOrForgotten) {
  int n = 0;
  for (const auto c : kClasses) {
    for (const auto cut : kCuts) {
      for (const auto second : {Cut::nowhere, Cut::die_after_return_taken}) {
        becomes(c);
        const std::string name = "m" + std::to_string(++n);
        writes(name, {.thread = n});
        peer.cut = cut;
        works_until_it_dies();
        peer.cut = second;  // and again while it recovers
        for (int i = 0; i < 2; ++i) works_until_it_dies();
        peer.cut = Cut::nowhere;
        drains();
        person_decides(name);
        drains();
        ASSERT_EQ(state(name), UState::sent) << name;
        ASSERT_EQ(peer.count(name), 1) << name;
      }
    }
  }
  const auto f = *database->read([](store::Reader& r) -> Result<Figures> { return figures(r); });
  EXPECT_EQ(f.queued + f.sending + f.retry + f.uncertain + f.failed + f.held + f.scheduled, 0);
}

TEST_F(CrashTest, InDoubtABlindChannelSendsNothingByItself) {
  for (const auto cut : {Cut::after_return_taken, Cut::die_after_return_taken, Cut::after_return_lost}) {
    const std::string name = "m" + std::to_string(static_cast<int>(cut));
    writes(name, {.thread = static_cast<int>(cut)});
    peer.cut = cut;
    works_until_it_dies();
    peer.cut = Cut::nowhere;
    clock.advance(48h);
    drains();
    EXPECT_EQ(state(name), UState::uncertain);
    EXPECT_LE(peer.count(name), 1);
  }
}

TEST_F(CrashTest, DoubtIsFoundOutWithinSecondsWhereThePeerCanBeAsked) {
  becomes(SendClass::lookable);
  peer.cut = Cut::die_after_return_taken;
  writes("a");
  works_until_it_dies();
  EXPECT_EQ(works(), 1);
  EXPECT_EQ(state("a"), UState::sent);
}

TEST_F(CrashTest, AnEchoSettlesWhatNobodyKnew) {
  peer.cut = Cut::after_return_taken;
  writes("a");
  works();
  EXPECT_EQ(state("a"), UState::uncertain);
  (void)write(
      [&](store::Tx& tx) -> Result<bool> { return settle_by_echo(tx, brand, "a", false, clock.now()).has_value(); });
  EXPECT_EQ(state("a"), UState::sent);
}

TEST_F(CrashTest, AnAccountThatCantBeSearchedAsksAPerson) {
  becomes(SendClass::lookable);
  peer.can_be_found = false;
  peer.cut = Cut::after_return_taken;
  writes("a");
  works();
  peer.cut = Cut::nowhere;
  drains();
  EXPECT_EQ(state("a"), UState::uncertain);
  EXPECT_EQ(peer.count("a"), 1);
}

TEST_F(CrashTest, ByChanceManyUpdatesThreadsAndDeathsKeepEveryPromise) {
  for (const auto c : kClasses) {
    becomes(c);
    std::mt19937_64 rng(static_cast<std::uint64_t>(c) + 7);
    std::map<std::int64_t, std::vector<std::string>> written;
    std::vector<std::string> names;
    for (int round = 0; round < 20; ++round) {
      const std::int64_t thread = 100 * static_cast<std::int64_t>(c) + static_cast<std::int64_t>(rng() % 5);
      const std::string name = "c" + std::to_string(static_cast<int>(c)) + "." + std::to_string(round);
      writes(name, {.thread = thread});
      written[thread].push_back(name);
      names.push_back(name);
      peer.cut = rng() % 2 ? kCuts[rng() % std::size(kCuts)] : Cut::nowhere;
      works_until_it_dies();
      if (rng() % 4 == 0) clock.advance(std::chrono::seconds(rng() % 600));
      if (rng() % 3 == 0) person_decides(names[rng() % names.size()]);
      if (rng() % 8 == 0) restarts();
    }
    peer.cut = Cut::nowhere;
    for (int i = 0; i < 60; ++i) {
      drains();
      for (const auto& name : names) person_decides(name);
    }
    for (const auto& name : names) {
      ASSERT_EQ(state(name), UState::sent) << name;
      ASSERT_EQ(peer.count(name), 1) << name;
    }
    for (const auto& [thread, in_order] : written) {
      std::vector<std::string> seen;
      for (const auto& name : peer.order) {
        if (std::find(in_order.begin(), in_order.end(), name) != in_order.end()) seen.push_back(name);
      }
      EXPECT_EQ(seen, in_order) << "thread " << thread;
    }
  }
}

}  // namespace
}  // namespace amends::outbox
