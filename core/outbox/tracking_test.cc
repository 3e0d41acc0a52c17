#include "core/outbox/tracking.h"

#include "core/outbox/hub_for_test.h"

namespace amends::outbox {
namespace {

using namespace std::chrono_literals;
using test::Cut;
using test::Hub;
using test::RState;
using test::UState;

struct TrackingTest : Hub {
  Result<BounceEffect> bounces(const std::string& name, const std::string& recipient, bool permanent = true) {
    model::Bounce b;
    b.original_message_id = name;
    b.recipient = recipient;
    b.status = "5.1.1";
    b.diagnostic = "no such user";
    b.permanent = permanent;
    return write([&](store::Tx& tx) { return bounced(tx, brand, b, clock.now()); });
  }
  std::vector<std::string> awaiting() {
    std::vector<std::string> out;
    const auto found = database->read([&](store::Reader& r) -> Result<std::vector<Tracked>> {
      return awaiting_answer(r, brand, clock.now(), {}, 100);
    });
    for (const auto& t : *found) out.push_back(t.mail_id);
    return out;
  }
};

TEST_F(TrackingTest, WhatWasAnsweredByWhomAndWhen) {
  writes("a");
  writes("b", {.thread = 2});
  drains();
  clock.advance(1h);
  EXPECT_EQ(awaiting(), (std::vector<std::string>{"a", "b"}));
  const auto at = clock.now();
  (void)write([&](store::Tx& tx) -> Result<bool> {
    (void)answered(tx, brand, "a", MessageId{9}, at + 60s);
    (void)answered(tx, brand, "a", MessageId{8}, at);
    return answered(tx, brand, "a", MessageId{10}, at + 90s).has_value();
  });
  EXPECT_EQ(shown("a").answered_by, MessageId{8});
  EXPECT_EQ(shown("a").answered_at, at);
  EXPECT_EQ(awaiting(), std::vector<std::string>{"b"});
}

TEST_F(TrackingTest, AnAnswerToNothingOfOursIsNothing) {
  EXPECT_FALSE(*write(
      [&](store::Tx& tx) -> Result<bool> { return answered(tx, brand, "x", MessageId{9}, clock.now()).has_value(); }));
  writes("a");
  EXPECT_FALSE(*write([&](store::Tx& tx) -> Result<bool> {
    return answered(tx, BrandId{2}, "a", MessageId{9}, clock.now()).has_value();
  }));
}

TEST_F(TrackingTest, ABounceNamesTheRecipientAndWhetherAnybodyIsLeft) {
  writes("a", {.to = {"a@x.example", "b@x.example"}});
  drains();
  auto effect = bounces("a", "A@x.example");
  ASSERT_TRUE(effect);
  EXPECT_FALSE(effect->nobody_left);
  effect = bounces("a", "b@x.example");
  ASSERT_TRUE(effect);
  EXPECT_TRUE(effect->nobody_left);
  EXPECT_EQ(effect->thread, ThreadId{1});
  EXPECT_EQ(shown("a").recipients[0].state, RState::bounced);
  EXPECT_TRUE(awaiting().empty());
}

TEST_F(TrackingTest, AReportAboutAStrangerChangesNothing) {
  writes("a");
  drains();
  EXPECT_EQ(bounces("a", "other@x.example").error().kind, Kind::not_found);
  EXPECT_EQ(bounces("nothing of ours", "maya@mail.example").error().kind, Kind::not_found);
  EXPECT_EQ(shown("a").recipients[0].state, RState::accepted);
}

TEST_F(TrackingTest, ADelayNoticeIsNoBounce) {
  writes("a");
  drains();
  const auto effect = bounces("a", "maya@mail.example", false);
  ASSERT_TRUE(effect);
  EXPECT_FALSE(effect->nobody_left);
  EXPECT_EQ(shown("a").recipients[0].state, RState::accepted);
}

TEST_F(TrackingTest, PeopleSeeWhatWaitsForThem) {
  writes("held", {.held = "needs approval"});
  peer.cut = Cut::after_return_taken;
  writes("doubt", {.thread = 2});
  works();
  peer.cut = Cut::nowhere;
  peer.answers["maya@mail.example"] = {"maya@mail.example", RState::refused, 550, "unknown"};
  writes("failed", {.thread = 3});
  works();
  const auto page = [&](UpdateId after, std::int64_t limit) {
    std::vector<std::string> out;
    const auto found = database->read(
        [&](store::Reader& r) -> Result<std::vector<Tracked>> { return for_people(r, brand, after, limit); });
    for (const auto& t : *found) out.push_back(t.mail_id);
    return out;
  };
  EXPECT_EQ(page({}, 10), (std::vector<std::string>{"held", "doubt", "failed"}));
  EXPECT_EQ(page(shown("held").id, 1), (std::vector<std::string>{"doubt"}));
  const auto f = *database->read([](store::Reader& r) -> Result<Figures> { return figures(r); });
  EXPECT_EQ(f.held, 1);
  EXPECT_EQ(f.uncertain, 1);
  EXPECT_EQ(f.failed, 1);
}

TEST_F(TrackingTest, EveryTryIsOnRecord) {
  peer.cut = Cut::before_return;
  const auto a = writes("a");
  works();
  peer.cut = Cut::nowhere;
  drains();
  const auto tries =
      *database->read([&](store::Reader& r) -> Result<std::vector<Attempt>> { return attempts(r, brand, a); });
  ASSERT_EQ(tries.size(), 2u);
  EXPECT_EQ(tries[0].outcome, "retry: connection reset");
  EXPECT_FALSE(tries[0].past_return_at);
  EXPECT_TRUE(tries[1].past_return_at);
  EXPECT_EQ(tries[1].outcome, "sent");
}

TEST_F(TrackingTest, TheOldestUnsentShowsWhenSomethingIsStuck) {
  peer.cut = Cut::before_anything;
  const auto since = clock.now();
  writes("a");
  works();
  clock.advance(1h);
  const auto f = *database->read([](store::Reader& r) -> Result<Figures> { return figures(r); });
  EXPECT_EQ(f.oldest_unsent, since);
}

}  // namespace
}  // namespace amends::outbox
