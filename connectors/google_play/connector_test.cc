#include "core/channel/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/google_play/fake_google_play.h"
#include "connectors/google_play/wire.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::google_play {
extern const channel::Descriptor descriptor;

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Play : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = world.open(descriptor, fake.settings());
    ASSERT_TRUE(opened) << opened.error().what;
    play = *std::move(opened);
  }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), IsEmpty()); }

  std::vector<model::Item> pull_all() {
    std::vector<model::Item> out;
    for (int pages = 0; pages < 50; ++pages) {
      auto page = play->pull(cursor);
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

  FakeGooglePlay fake;
  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> play;
  std::string cursor;
};

TEST_F(Play, EveryPageOfTheWeekIsReadAndOnlyNewsComeAgain) {
  fake.page_size = 2;
  std::string first;
  for (int i = 0; i < 5; ++i) first = fake.writes("review");
  EXPECT_EQ(pull_all().size(), 5U);
  EXPECT_THAT(pull_all(), IsEmpty()) << "votes changed, words did not";
  fake.edits(first, "better now");
  const auto items = pull_all();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(parse_item(items[0])->text, "better now");
  EXPECT_EQ(fake.tokens_made(), 1) << "a token lasts for an hour";
}

TEST_F(Play, WhatIsOlderThanAWeekIsNotTakenForDeleted) {
  const std::string name = fake.writes("old");
  pull_all();
  fake.at(name).at -= 8 * 86'400;
  EXPECT_THAT(pull_all(), IsEmpty());
}

TEST_F(Play, AReplyFillsItsSlotAndIsFoundThere) {
  const std::string name = fake.writes("crashes");
  const auto receipt = play->send(answer(name, "Fixed in 2.3.2"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->external_id, name + "/reply");
  EXPECT_THAT(fake.replies(), ElementsAre("Fixed in 2.3.2"));
  EXPECT_EQ(*play->find(answer(name, "Fixed in 2.3.2"), {}), channel::Found::yes);
  EXPECT_EQ(*play->find(answer(name, "Other words"), {}), channel::Found::no);
  const auto refused = play->send(answer(name, "Other words"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::conflict);
}

TEST_F(Play, MoreThan350CharactersAreRefusedBeforeAnythingIsAsked) {
  const std::string name = fake.writes("crashes");
  const auto asked = fake.site.heard().size();
  const auto refused = play->send(answer(name, std::string(351, 'x')));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::invalid);
  EXPECT_EQ(fake.site.heard().size(), asked);
  std::string umlauts;
  for (int i = 0; i < 350; ++i) umlauts += "ü";
  EXPECT_TRUE(play->send(answer(name, umlauts))) << "characters, not bytes";
}

TEST_F(Play, ANameThatIsNoPackageIsRefusedAndCheckSaysWhichAppCannotBeRead) {
  auto settings = fake.settings();
  settings["packages"] = "My App";
  const auto refused = world.open(descriptor, settings);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("packages"));
  settings["packages"] = "com.example.app, com.example.other";
  auto two = world.open(descriptor, settings);
  const auto health = (*two)->check();
  ASSERT_TRUE(health);
  EXPECT_EQ(health->facts.size(), 1U);
  EXPECT_THAT(health->warnings, ElementsAre(HasSubstr("com.example.other")));
}

}  // namespace
}  // namespace amends::connectors::google_play
