#include "core/people/throttle.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace amends::people {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds kNow = hours(100);
const std::vector<Throttle::Key> kAdasKeys = {{"account:1", kAccountRule}, {"network:203.0.113.0/24", kNetworkRule}};

// How many of `tries`, one every `apart`, are looked at when all fail.
int evaluated(Throttle& throttle, const std::vector<Throttle::Key>& keys, int tries, milliseconds apart) {
  int looked_at = 0;
  for (int i = 0; i < tries; ++i) {
    if (throttle.take(keys, kNow + i * apart).count() == 0) ++looked_at;
  }
  return looked_at;
}

TEST(Throttle, OfAThousandGuessesInARowAtMostTwentyAreLookedAt) {
  for (const milliseconds apart : {milliseconds(0), milliseconds(10), milliseconds(100), milliseconds(500)}) {
    Throttle throttle;
    const int looked_at = evaluated(throttle, kAdasKeys, 1'000, apart);
    EXPECT_LE(looked_at, 20) << apart.count();
    EXPECT_GE(looked_at, 5) << apart.count();
  }
}

TEST(Throttle, GuessingManyAccountsFromOneNetworkIsSlowedToo) {
  Throttle throttle;
  int looked_at = 0;
  for (int i = 0; i < 1'000; ++i) {
    const std::vector<Throttle::Key> keys = {{"account:" + std::to_string(i), kAccountRule}, kAdasKeys[1]};
    if (throttle.take(keys, kNow + i * milliseconds(500)).count() == 0) ++looked_at;
  }
  EXPECT_LE(looked_at, 20);
}

TEST(Throttle, EachFailureDoublesTheWaitUpToAQuarterOfAnHour) {
  ThrottleCount count;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(wait_before(count, kAccountRule, kNow).count(), 0);
    count = after_failure(count, kAccountRule, kNow);
  }
  for (const seconds wait : {seconds(1), seconds(2), seconds(4), seconds(8), seconds(16), seconds(32), seconds(64),
                             seconds(128), seconds(256), seconds(512), seconds(900), seconds(900)}) {
    EXPECT_EQ(wait_before(count, kAccountRule, kNow), wait);
    EXPECT_EQ(wait_before(count, kAccountRule, kNow + wait), seconds(0));
    count = after_failure(count, kAccountRule, kNow);
  }
}

TEST(Throttle, AnHourOfQuietForgivesAll) {
  Throttle throttle;
  evaluated(throttle, kAdasKeys, 1'000, milliseconds(500));
  EXPECT_GT(throttle.take(kAdasKeys, kNow + seconds(501)).count(), 0);
  EXPECT_EQ(throttle.take(kAdasKeys, kNow + seconds(500) + hours(1)).count(), 0);
  EXPECT_EQ(throttle.take(kAdasKeys, kNow + seconds(500) + hours(1)).count(), 0);
}

TEST(Throttle, ASuccessTakesItsOwnTryBack) {
  Throttle throttle;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(throttle.take(kAdasKeys, kNow).count(), 0) << i;
    throttle.give_back(kAdasKeys);
  }
  EXPECT_EQ(throttle.size(), 0u);
}

// Signing in with an account of one's own does not buy new guesses at others from the same network.
TEST(Throttle, ForgivingAnAccountLeavesItsNetworkCounted) {
  Throttle throttle;
  EXPECT_EQ(evaluated(throttle, kAdasKeys, 10, milliseconds(0)), 5);
  throttle.forgive("account:1");
  EXPECT_EQ(evaluated(throttle, kAdasKeys, 10, milliseconds(0)), 5);
  throttle.forgive("account:1");
  EXPECT_EQ(evaluated(throttle, kAdasKeys, 10, milliseconds(0)), 0);
}

TEST(Throttle, TriesAtTheSameMomentAreCountedBeforeTheyFail) {
  Throttle throttle;
  EXPECT_EQ(evaluated(throttle, kAdasKeys, 40, milliseconds(0)), 5);
}

TEST(Throttle, StaysSmallWhateverIsTried) {
  Throttle throttle(1'000);
  for (int i = 0; i < 20'000; ++i) {
    throttle.take({{"account:" + std::to_string(i), kAccountRule}}, kNow + i * milliseconds(1));
    ASSERT_LE(throttle.size(), 1'000u);
  }
  EXPECT_GT(throttle.size(), 500u);
}

TEST(Throttle, NobodyIsLockedOutForGood) {
  rc::check([](const std::vector<std::uint16_t>& gaps) {
    ThrottleCount count;
    milliseconds now = kNow;
    for (const std::uint16_t gap : gaps) {
      now += milliseconds(gap);
      if (wait_before(count, kAccountRule, now).count() == 0) count = after_failure(count, kAccountRule, now);
    }
    RC_ASSERT(wait_before(count, kAccountRule, now) <= kAccountRule.longest);
    RC_ASSERT(wait_before(count, kAccountRule, now + kAccountRule.longest).count() == 0);
  });
}

// Time that passes never makes the wait longer.
TEST(Throttle, TheWaitOnlyShrinksWithTime) {
  rc::check([] {
    const ThrottleCount count{*rc::gen::inRange(0, 2'000), kNow};
    const milliseconds early(*rc::gen::inRange(0, 4'000'000)), later(*rc::gen::inRange(0, 4'000'000));
    RC_ASSERT(wait_before(count, kAccountRule, kNow + early) >= wait_before(count, kAccountRule, kNow + early + later));
  });
}

TEST(Network, IsATwentyFourOrASixtyFour) {
  EXPECT_EQ(network_of("203.0.113.77"), "203.0.113.0/24");
  EXPECT_EQ(network_of("::ffff:203.0.113.77"), "203.0.113.0/24");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("2001:db8:1:2::"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("::1"), "::/64");
  EXPECT_EQ(network_of(""), "");
  EXPECT_EQ(network_of("unix"), "unix");
}

}  // namespace
}  // namespace amends::people
