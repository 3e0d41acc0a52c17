#include "core/channel/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/youtube/fake_youtube.h"
#include "connectors/youtube/wire.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::youtube {
extern const channel::Descriptor descriptor;

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Tube : public testing::Test {
 protected:
  void SetUp() override {
    channel::TokenSet set;
    set.access = Secret("access-1");
    set.refresh = Secret("refresh-1");
    world.tokens.connect(set);
    auto opened = world.open(descriptor, fake.settings());
    ASSERT_TRUE(opened) << opened.error().what;
    tube = *std::move(opened);
  }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), IsEmpty()); }

  std::vector<model::Item> pull_all() {
    std::vector<model::Item> out;
    for (int pages = 0; pages < 50; ++pages) {
      auto page = tube->pull(cursor);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) return out;
      cursor = page->cursor;
      out.insert(out.end(), page->items.begin(), page->items.end());
      if (!page->more) return out;
    }
    ADD_FAILURE() << "it never ends";
    return out;
  }

  static channel::Outbound answer(const std::string& comment, const std::string& text) {
    channel::Post post;
    post.text = text;
    post.answers_id = comment;
    channel::Outbound out;
    out.recipients = {"customer"};
    out.payload = channel::write_post(post);
    return out;
  }

  FakeYouTube fake;
  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> tube;
  std::string cursor;
};

TEST_F(Tube, ThreadsAndAllTheirRepliesAreReadAndOnlyNewsComeAgain) {
  fake.page_size = 2;
  const std::string thread = fake.writes("first");
  for (int i = 0; i < 5; ++i) fake.answers(thread, "me too");
  fake.writes("second");
  fake.writes("third");
  EXPECT_EQ(pull_all().size(), 8U);
  const auto asked = fake.site.count("GET", "/youtube/v3/comments");
  EXPECT_THAT(pull_all(), IsEmpty());
  EXPECT_EQ(fake.site.count("GET", "/youtube/v3/comments"), asked) << "no replies anew";
  const std::string late = fake.answers(thread, "and me");
  const auto items = pull_all();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].external_id, late);
}

TEST_F(Tube, AReplyToAReplyStandsUnderTheThreadsComment) {
  const std::string thread = fake.writes("broken");
  const std::string reply = fake.answers(thread, "mine too");
  const auto receipt = tube->send(answer(reply, "We are on it"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(fake.at(receipt->external_id).parent, thread);
  EXPECT_THAT(receipt->permalink, HasSubstr("lc=" + receipt->external_id));
  EXPECT_EQ(receipt->moderation, model::Moderation::published);
  EXPECT_EQ(*tube->find(answer(reply, "We are on it"), {0}), channel::Found::yes);
  EXPECT_EQ(*tube->find(answer(reply, "Other"), {0}), channel::Found::no);
  bool own = false;
  for (const auto& item : pull_all()) own = own || (item.own && item.external_id == receipt->external_id);
  EXPECT_TRUE(own);
}

TEST_F(Tube, ADeletedThreadAndItsRepliesAreGoneWithTheNextWholeReading) {
  const std::string thread = fake.writes("never mind");
  fake.answers(thread, "why?");
  fake.writes("stays");
  pull_all();
  fake.deletes(thread);
  world.clock.advance(std::chrono::hours(13));
  const auto items = pull_all();
  ASSERT_EQ(items.size(), 2U);
  for (const auto& item : items) EXPECT_TRUE(parse_item(item)->deleted);
}

TEST_F(Tube, AUsedUpQuotaWaitsForMidnightInCalifornia) {
  fake.writes("x");
  fake.site.fail_next({test::SiteFault::What::answer,
                       {403, R"({"error":{"code":403,"message":"quota","errors":[{"reason":"quotaExceeded"}]}})"}});
  const auto refused = tube->pull("");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::rate_limited);
  EXPECT_EQ(refused.error().retry_after, std::chrono::hours(23)) << "it is nine in the morning in London";
  EXPECT_FALSE(tube->pull(""));
  world.clock.advance(std::chrono::hours(24));
  EXPECT_TRUE(tube->pull(""));
}

TEST_F(Tube, WhatIsNoChannelIdIsRefused) {
  auto settings = fake.settings();
  settings["channel_id"] = "@shop";
  EXPECT_THAT(world.open(descriptor, settings).error().what, HasSubstr("channel_id"));
}

}  // namespace
}  // namespace amends::connectors::youtube
