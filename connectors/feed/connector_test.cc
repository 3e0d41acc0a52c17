#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/feed/fake_feed.h"
#include "connectors/feed/wire.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::feed {
extern const channel::Descriptor descriptor;

namespace {

class Followed : public testing::Test {
 protected:
  std::unique_ptr<channel::Connector> open(std::map<std::string, std::string> more = {}) {
    more["url"] = fake.site.base() + "/feed.xml";
    auto opened = world.open(descriptor, more);
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? *std::move(opened) : nullptr;
  }
  std::vector<model::Item> pull(channel::Connector& connector) {
    auto page = connector.pull(cursor);
    EXPECT_TRUE(page) << page.error().what;
    if (!page) return {};
    cursor = page->cursor;
    return page->items;
  }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), testing::IsEmpty()); }

  FakeFeed fake;
  test::ChannelWorld world;
  std::string cursor;
};

TEST_F(Followed, AnUnchangedFeedIsNotSentAgain) {
  fake.write("one");
  auto connector = open();
  EXPECT_EQ(pull(*connector).size(), 1u);
  EXPECT_TRUE(pull(*connector).empty());
  EXPECT_EQ(fake.unchanged, 1);
  fake.write("two");
  EXPECT_EQ(pull(*connector).size(), 1u);
}

TEST_F(Followed, AnEditedEntryComesAgainUnderItsName) {
  const std::string guid = fake.write("before");
  fake.write("other");
  auto connector = open();
  pull(*connector);
  fake.edit(guid, "after");
  const auto items = pull(*connector);
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, "entry/" + guid);
  EXPECT_EQ(parse_item(items[0].raw)->text, "after");
}

TEST_F(Followed, OnlyWhatIsListenedForComesAndOtherWordsReadItAgain) {
  fake.write("a kettle");
  fake.write("a cup");
  EXPECT_EQ(pull(*open({{"words", "kettle"}})).size(), 1u);
  EXPECT_EQ(pull(*open({{"words", "kettle, cup"}})).size(), 1u) << "although the feed is the same";
}

TEST_F(Followed, CheckSaysWhatTheFeedIsAndWhatIsNone) {
  fake.write("a kettle");
  const auto health = open({{"words", "cup"}})->check();
  ASSERT_TRUE(health) << health.error().what;
  EXPECT_THAT(health->facts, testing::ElementsAre("RSS \"Kettle blog\", 1 entries, 0 of them fit"));
  fake.site.fail_next(
      {test::SiteFault::What::answer, {200, "<html><p>Hello</p></html>", {{"Content-Type", "text/html"}}}});
  EXPECT_EQ(open()->check().error().kind, Kind::corrupt);
}

}  // namespace
}  // namespace amends::connectors::feed
