#include "core/crypto/password.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace amends::crypto {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

// Tests of everything but the cost itself are content with the least.
constexpr PasswordCost kCheap{std::size_t{64} << 10, 1};

TEST(Password, TheStoredTextTellsTheCostItWasMadeWith) {
  const auto stored = hash_password(Secret("correct horse battery staple"));
  ASSERT_TRUE(stored);
  const auto cost = cost_of(*stored);
  ASSERT_TRUE(cost);
  EXPECT_EQ(cost->memory, std::size_t{64} << 20);
  EXPECT_EQ(cost->passes, 3u);
  EXPECT_EQ(stored->rfind("$argon2id$v=19$m=65536,t=3,p=1$", 0), 0u);
  EXPECT_FALSE(is_outdated(*stored, {}));
  EXPECT_TRUE(is_outdated(*stored, {std::size_t{128} << 20, 3}));
  EXPECT_TRUE(is_outdated(*stored, {std::size_t{64} << 20, 4}));
}

TEST(Password, OpensByItselfAloneAndToTheByte) {
  const std::string exact = " leading space, \xF0\x9F\x98\x80 and trailing ";
  const auto stored = hash_password(Secret(exact), kCheap);
  ASSERT_TRUE(stored);
  EXPECT_TRUE(*verify_password(*stored, Secret(exact)));
  EXPECT_FALSE(*verify_password(*stored, Secret(exact.substr(1))));
  EXPECT_FALSE(*verify_password(*stored, Secret(exact + "x")));
  EXPECT_FALSE(*verify_password(*stored, Secret("")));
}

TEST(Password, TwoHashesOfOnePasswordDiffer) {
  EXPECT_NE(*hash_password(Secret("one password twice"), kCheap), *hash_password(Secret("one password twice"), kCheap));
}

TEST(Password, AThousandBytesCountToTheLast) {
  const std::string longest(1024, 'a');
  const auto stored = hash_password(Secret(longest), kCheap);
  ASSERT_TRUE(stored);
  EXPECT_TRUE(*verify_password(*stored, Secret(longest)));
  EXPECT_FALSE(*verify_password(*stored, Secret(std::string(1023, 'a') + "b")));
}

TEST(Password, WhatIsNoHashIsRefusedAndNobodysHashIsNeverRight) {
  for (const char* stored : {"plain", "$argon2id$", "$argon2id$v=19$m=,t=3,p=1$", "$argon2id$v=19$m=65536,t=3,p=2$aa",
                             "$2y$10$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=99999999999,t=3,p=1$x"}) {
    EXPECT_EQ(verify_password(stored, Secret("whatever it may be"), kCheap).error().kind, Kind::corrupt) << stored;
    EXPECT_FALSE(cost_of(stored)) << stored;
    EXPECT_TRUE(is_outdated(stored, kCheap)) << stored;
  }
  EXPECT_FALSE(*verify_password("", Secret("whatever it may be"), kCheap));
  EXPECT_FALSE(*verify_password("", Secret(""), kCheap));
}

// The answer for somebody who isn't there is as dear as the one for somebody who is: one hash of the same cost.
TEST(Password, NobodyCostsOneHashLikeEverybody) {
  const auto stored = hash_password(Secret("the right password"), kCheap);
  ASSERT_TRUE(stored);
  const auto before = hashes_computed();
  ASSERT_TRUE(verify_password(*stored, Secret("a wrong password"), kCheap));
  const auto known = hashes_computed() - before;
  ASSERT_TRUE(verify_password("", Secret("a wrong password"), kCheap));
  EXPECT_EQ(known, 1u);
  EXPECT_EQ(hashes_computed() - before, 2 * known);
}

TEST(Password, AtMostFourHashAtOnceAndTheRestAreToldToComeBack) {
  constexpr int kAsking = 32;
  std::latch start(kAsking);
  std::atomic<int> done{0}, told{0};
  std::vector<std::jthread> askers;
  for (int i = 0; i < kAsking; ++i) {
    askers.emplace_back([&] {
      start.arrive_and_wait();
      const auto stored = hash_password(Secret("many at the same time"), {std::size_t{16} << 20, 3});
      if (stored) {
        ++done;
      } else {
        EXPECT_EQ(stored.error().kind, Kind::rate_limited);
        EXPECT_GT(stored.error().retry_after.count(), 0);
        ++told;
      }
    });
  }
  askers.clear();
  EXPECT_EQ(done + told, kAsking);
  EXPECT_GE(done, 1);
  EXPECT_GE(told, 1);
  // The places are free again.
  for (int i = 0; i < kMostHashing + 1; ++i) EXPECT_TRUE(hash_password(Secret("one after the other"), kCheap));
}

// Five hundred at the same moment cost the memory of four.
TEST(Password, ManyAtOnceStayWithinTheMemoryOfFour) {
  if (kSanitized) GTEST_SKIP() << "sanitizers keep what was freed";
  const auto highest = [] {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6)) / 1024;
    }
    return 0L;
  };
  const long before = highest();
  constexpr int kAsking = 500;
  std::atomic<int> answered{0};
  std::vector<std::jthread> askers;
  for (int i = 0; i < kAsking; ++i) {
    askers.emplace_back([&] {
      const auto right = verify_password("", Secret("a password of somebody"));
      if (right || right.error().kind == Kind::rate_limited) ++answered;
    });
  }
  askers.clear();
  EXPECT_EQ(answered, kAsking);
  EXPECT_LE(highest() - before, 300);
}

}  // namespace
}  // namespace amends::crypto
