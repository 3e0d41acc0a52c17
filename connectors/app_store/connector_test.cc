#include "core/channel/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/app_store/fake_app_store.h"
#include "connectors/app_store/wire.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::app_store {
extern const channel::Descriptor descriptor;

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Store : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = world.open(descriptor, fake.settings());
    ASSERT_TRUE(opened) << opened.error().what;
    store = *std::move(opened);
  }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), IsEmpty()); }

  std::vector<model::Item> pull_all() {
    std::vector<model::Item> out;
    for (int pages = 0; pages < 50; ++pages) {
      auto page = store->pull(cursor);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) return out;
      cursor = page->cursor;
      out.insert(out.end(), page->items.begin(), page->items.end());
      if (!page->more) return out;
    }
    ADD_FAILURE() << "it never ends";
    return out;
  }

  static channel::Outbound answer(const std::string& review, const std::string& text) {
    channel::Post post;
    post.text = text;
    post.answers_id = review;
    channel::Outbound out;
    out.recipients = {"customer"};
    out.payload = channel::write_post(post);
    return out;
  }

  FakeAppStore fake;
  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> store;
  std::string cursor;
};

TEST_F(Store, LinksToNextPagesAreFollowedAndOnlyNewsComeAgain) {
  fake.page_size = 2;
  for (int i = 0; i < 5; ++i) fake.writes("review");
  EXPECT_EQ(pull_all().size(), 5U);
  EXPECT_THAT(pull_all(), IsEmpty());
}

TEST_F(Store, ADeletedReviewIsNoticedByTheCount) {
  const std::string gone = fake.writes("never mind");
  fake.writes("fine");
  pull_all();
  fake.deletes(gone);
  const auto items = pull_all();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_TRUE(parse_item(items[0])->deleted);
  EXPECT_EQ(items[0].external_id, gone);
}

TEST_F(Store, AResponseIsPendingUntilApplePublishesIt) {
  const std::string name = fake.writes("crashes");
  const auto receipt = store->send(answer(name, "4.1 helps"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->external_id, name + "/reply");
  EXPECT_EQ(receipt->moderation, model::Moderation::pending);
  EXPECT_EQ(*store->find(answer(name, "4.1 helps"), {}), channel::Found::yes);
  EXPECT_EQ(pull_all().size(), 2U);
  fake.at(name).response->state = "PUBLISHED";
  const auto items = pull_all();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_TRUE(items[0].own);
  EXPECT_EQ(parse_item(items[0])->moderation, model::Moderation::published);
  EXPECT_EQ(store->send(answer(name, "other words")).error().kind, Kind::conflict);
}

TEST_F(Store, APassIsMadeEveryQuarterOfAnHour) {
  fake.writes("x");
  pull_all();
  const std::string first = fake.last_pass;
  world.clock.advance(std::chrono::minutes(10));
  pull_all();
  EXPECT_EQ(fake.last_pass, first);
  world.clock.advance(std::chrono::minutes(6));
  pull_all();
  EXPECT_NE(fake.last_pass, first);
}

TEST_F(Store, WhenNothingIsLeftOfTheHourOnlyReadingWaits) {
  const std::string name = fake.writes("x");
  fake.requests_left = "0";
  pull_all();
  const auto refused = store->pull(cursor);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::rate_limited);
  world.clock.advance(std::chrono::minutes(6));
  EXPECT_TRUE(store->pull(cursor));
}

TEST_F(Store, SettingsThatAreNoneAreRefused) {
  auto settings = fake.settings();
  settings["apps"] = "com.example.app";
  EXPECT_THAT(world.open(descriptor, settings).error().what, HasSubstr("apps"));
  settings = fake.settings();
  settings["private_key"] = "no key";
  auto opened = world.open(descriptor, settings);
  ASSERT_TRUE(opened);
  const auto page = (*opened)->pull("");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, Kind::invalid);
}

}  // namespace
}  // namespace amends::connectors::app_store
