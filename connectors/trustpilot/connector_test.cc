#include "core/channel/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/trustpilot/fake_trustpilot.h"
#include "connectors/trustpilot/wire.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::trustpilot {
extern const channel::Descriptor descriptor;

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Pilot : public testing::Test {
 protected:
  void SetUp() override { open(fake.settings()); }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), IsEmpty()); }

  void open(const std::map<std::string, std::string>& settings) {
    auto opened = world.open(descriptor, settings);
    ASSERT_TRUE(opened) << opened.error().what;
    pilot = *std::move(opened);
  }

  std::vector<model::Item> pull_all() {
    std::vector<model::Item> out;
    for (int pages = 0; pages < 50; ++pages) {
      auto page = pilot->pull(cursor);
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

  FakeTrustpilot fake;
  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> pilot;
  std::string cursor;
};

TEST_F(Pilot, EveryPageIsReadAndLikesAreNoNews) {
  fake.page_size = 2;
  for (int i = 0; i < 5; ++i) fake.writes("review");
  EXPECT_EQ(pull_all().size(), 5U);
  EXPECT_THAT(pull_all(), IsEmpty());
}

TEST_F(Pilot, EditsOfOldReviewsAndDeletionsComeWithTheNextWholeReading) {
  const std::string old = fake.writes("long ago");
  fake.at(old).created = "2025-01-01T00:00:00Z";
  const std::string gone = fake.writes("never mind");
  pull_all();
  fake.edits(old, "still angry");
  fake.deletes(gone);
  world.clock.advance(std::chrono::hours(13));
  const auto items = pull_all();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(parse_item(items[0])->text, "still angry");
  EXPECT_EQ(items[1].external_id, gone);
  EXPECT_TRUE(parse_item(items[1])->deleted);
}

TEST_F(Pilot, AReplyIsWrittenOnceInSomebodysName) {
  const std::string name = fake.writes("no parcel");
  EXPECT_EQ(*pilot->find(answer(name, "We look into it"), {}), channel::Found::no);
  const auto receipt = pilot->send(answer(name, "We look into it"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->permalink, "https://www.trustpilot.com/reviews/" + name);
  EXPECT_EQ(fake.at(name).reply->user, "user-1");
  EXPECT_EQ(*pilot->find(answer(name, "We look into it"), {}), channel::Found::yes);
  EXPECT_TRUE(pilot->send(answer(name, "We look into it"))) << "it stands there already";
  EXPECT_EQ(fake.writes_heard(), 1);
  EXPECT_EQ(pilot->send(answer(name, "Other words")).error().kind, Kind::conflict);
  EXPECT_THAT(fake.replies(), ElementsAre("We look into it"));
}

TEST_F(Pilot, WithoutAUserRepliesAreRefusedAndCheckSaysSo) {
  auto settings = fake.settings();
  settings.erase("user_id");
  open(settings);
  const std::string name = fake.writes("x");
  EXPECT_THAT(pilot->send(answer(name, "y")).error().what, HasSubstr("user_id"));
  const auto health = pilot->check();
  ASSERT_TRUE(health);
  EXPECT_EQ(health->remote_count, 1);
  EXPECT_THAT(health->facts, ElementsAre("Shop: 1 reviews, TrustScore 4.3"));
  EXPECT_THAT(health->warnings, Contains(HasSubstr("user_id")));
}

TEST_F(Pilot, AUsersPasswordIsUsedWhereTheApplicationMayNotActOnItsOwn) {
  auto settings = fake.settings();
  settings["username"] = "owner@shop.test";
  settings["password"] = "pa&ss";
  open(settings);
  pull_all();
  EXPECT_EQ(fake.last_form(), "grant_type=password&username=owner%40shop.test&password=pa%26ss");
}

TEST_F(Pilot, ADomainWithoutAProfileIsNamed) {
  auto settings = fake.settings();
  settings["domains"] = "nobody.example.com";
  open(settings);
  const auto page = pilot->pull("");
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().what, HasSubstr("nobody.example.com"));
}

}  // namespace
}  // namespace amends::connectors::trustpilot
