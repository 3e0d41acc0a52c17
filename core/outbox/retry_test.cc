#include "core/outbox/retry.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace amends::outbox {
namespace {

using namespace std::chrono_literals;
constexpr Timestamp kTriedAt{1'767'258'000'000};
const RetryPolicy kPolicy;

TEST(Retry, WhatThePeerAsksForIsBelievedBetweenASecondAndADay) {
  EXPECT_FALSE(believed_retry_after(0s));
  EXPECT_FALSE(believed_retry_after(-5s));
  EXPECT_EQ(believed_retry_after(1s), 1s);
  EXPECT_EQ(believed_retry_after(std::chrono::seconds(1'000'000'000'000)), 24h);
}

TEST(Retry, BackOffDoublesUpToItsBoundAndIsDrawnEvenly) {
  for (int attempts = 1; attempts < 40; ++attempts) {
    const auto bound = std::min<std::int64_t>(60'000LL << std::min(attempts - 1, 20), 3'600'000);
    std::int64_t most = 0, least = bound, sum = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
      const auto wait = back_off(kPolicy, attempts, seed).count();
      most = std::max(most, wait), least = std::min(least, wait), sum += wait;
    }
    EXPECT_LE(most, bound);
    EXPECT_GE(least, 1000);
    EXPECT_NEAR(static_cast<double>(sum) / 2000.0, static_cast<double>(bound) / 2, static_cast<double>(bound) * 0.03);
  }
}

TEST(Retry, ATenThousandfoldRefusalDoesNotComeBackTogether) {
  std::vector<std::int64_t> seconds(3600);
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    ++seconds[static_cast<std::size_t>(back_off(kPolicy, 8, seed).count() / 1000)];
  }
  EXPECT_LT(*std::max_element(seconds.begin(), seconds.end()), 20);
}

TEST(Retry, GreylistingOfFiveHoursIsOutlasted) {
  Delivery d;
  d.first_try = kTriedAt;
  Timestamp at = kTriedAt;
  while (at - kTriedAt < 5h) {
    ++d.attempts;
    const auto again = next_try(kPolicy, d, 0s, at, 42);
    ASSERT_TRUE(again);
    EXPECT_LE(*again - at, 1h);
    at = *again;
  }
  EXPECT_LT(d.attempts, 40);
}

TEST(Retry, AServerGoneForFiveDaysIsGivenUpWithANote) {
  Delivery d;
  d.first_try = d.ready = kTriedAt;
  d.attempts = 150;
  EXPECT_TRUE(next_try(kPolicy, d, 0s, kTriedAt + 119h, 1));
  EXPECT_FALSE(next_try(kPolicy, d, 0s, kTriedAt + 120h, 1));
  const auto note = given_up_note(d, "451 try later", kTriedAt + 120h);
  EXPECT_NE(note.find("150 tries"), std::string::npos);
  EXPECT_NE(note.find("451 try later"), std::string::npos);
}

TEST(Retry, AJumpOfTheClockAloneGivesNothingUp) {
  Delivery d;
  d.first_try = d.ready = kTriedAt;
  d.attempts = 2;
  EXPECT_TRUE(next_try(kPolicy, d, 0s, kTriedAt + 24h * 365, 1));
}

TEST(Retry, SendingAFailedUpdateAgainBeginsNewFiveDays) {
  Delivery d;
  d.first_try = kTriedAt;
  d.attempts = 150;
  d.ready = kTriedAt + 240h;
  EXPECT_TRUE(next_try(kPolicy, d, 0s, kTriedAt + 241h, 1));
  EXPECT_FALSE(next_try(kPolicy, d, 0s, kTriedAt + 360h, 1));
}

TEST(Gate, TrafficDoublesFromOne) {
  Gate gate;
  EXPECT_TRUE(may_send(gate, 0, kTriedAt));
  EXPECT_FALSE(may_send(gate, 1, kTriedAt));
  gate = after_success(gate);
  EXPECT_TRUE(may_send(gate, 1, kTriedAt));
  for (int i = 0; i < 10; ++i) gate = after_success(gate);
  EXPECT_FALSE(may_send(gate, kMostAtOnce, kTriedAt));
}

TEST(Gate, ALimitShutsTheAccountForAsLongAsThePeerAsks) {
  Error limited{Kind::rate_limited, "429", {}, 90s};
  const auto gate = after_error(after_success(after_success({})), limited, kPolicy, kTriedAt, 1);
  EXPECT_FALSE(may_send(gate, 0, kTriedAt + 89s));
  EXPECT_TRUE(may_send(gate, 0, kTriedAt + 90s));
  EXPECT_FALSE(may_send(gate, 1, kTriedAt + 90s));
}

TEST(Gate, OddLimitsStillWait) {
  for (const auto asked : {0s, -5s}) {
    const auto gate = after_error({}, Error{Kind::rate_limited, "429", {}, asked}, kPolicy, kTriedAt, 1);
    EXPECT_FALSE(may_send(gate, 0, kTriedAt + 999ms));
    EXPECT_TRUE(may_send(gate, 0, kTriedAt + 60s));
  }
  const auto gate = after_error({}, Error{Kind::rate_limited, "429", {}, std::chrono::seconds(1'000'000'000'000)},
                                kPolicy, kTriedAt, 1);
  EXPECT_TRUE(may_send(gate, 0, kTriedAt + 24h));
}

TEST(Gate, FiveFailuresOpenTheCircuitAndOneSuccessClosesIt) {
  Gate gate;
  for (int i = 0; i < 4; ++i) gate = after_error(gate, fail(Kind::unavailable, "down"), kPolicy, kTriedAt, 1);
  EXPECT_TRUE(may_send(gate, 0, kTriedAt));
  gate = after_error(gate, fail(Kind::unavailable, "down"), kPolicy, kTriedAt, 1);
  EXPECT_FALSE(may_send(gate, 0, kTriedAt));
  EXPECT_TRUE(may_send(gate, 0, kTriedAt + 1h));
  EXPECT_FALSE(may_send(gate, 1, kTriedAt + 1h));
  EXPECT_EQ(after_success(gate).failures, 0);
}

TEST(Gate, RefusedCredentialsWaitForAPerson) {
  const auto gate = after_error({}, fail(Kind::unauthorized, "invalid_grant"), kPolicy, kTriedAt, 1);
  EXPECT_FALSE(may_send(gate, 0, kTriedAt + 24h * 365));
}

TEST(Gate, OneBadUpdateIsNotTheAccountsFault) {
  const auto gate = after_error({}, fail(Kind::rejected, "550"), kPolicy, kTriedAt, 1);
  EXPECT_TRUE(may_send(gate, 0, kTriedAt));
  EXPECT_EQ(gate.failures, 0);
}

}  // namespace
}  // namespace amends::outbox
