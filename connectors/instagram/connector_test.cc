#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/instagram/fake_instagram.h"
#include "connectors/instagram/wire.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::instagram {
extern const channel::Descriptor descriptor;

namespace {

using testing::IsEmpty;

class Instagram : public testing::Test {
 protected:
  void SetUp() override {
    channel::TokenSet set;
    set.access = Secret(FakeInstagram::kToken);
    world.tokens.connect(set);
    auto opened = world.open(descriptor, {{"account_id", FakeInstagram::kAccount},
                                          {"page_id", FakeInstagram::kPage},
                                          {"app_id", "2020"},
                                          {"app_secret", FakeInstagram::kSecret},
                                          {"verify_token", FakeInstagram::kVerify},
                                          {"api_base", fake.site.base() + "/"}});
    ASSERT_TRUE(opened) << opened.error().what;
    connector = *std::move(opened);
  }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), IsEmpty()); }
  std::map<std::string, model::Item> pull_all() {
    std::map<std::string, model::Item> out;
    for (bool more = true; more;) {
      auto page = connector->pull(cursor);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) return out;
      cursor = page->cursor;
      more = page->more;
      for (auto& item : page->items) out[item.external_id] = std::move(item);
    }
    return out;
  }
  static channel::Outbound answer(const std::string& words, const std::string& to, const std::string& place = "") {
    channel::Post post;
    post.text = words;
    post.in_reply_to = to;
    post.place = place;
    post.to = {"Ann", FakeInstagram::kCustomer};
    if (to.rfind("message/", 0) == 0) post.visibility = model::Visibility::private_;
    channel::Outbound out;
    out.recipients = {FakeInstagram::kCustomer};
    out.payload = channel::write_post(post);
    return out;
  }

  FakeInstagram fake;
  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> connector;
  std::string cursor;
};

TEST_F(Instagram, CommentsRepliesAndMessagesAreReadThroughEveryPage) {
  std::string first;
  for (int i = 0; i < 70; ++i) first = fake.comment("comment " + std::to_string(i));
  const std::string reply = fake.comment("I agree", "556", first);
  const std::string message = fake.message("Hello?");
  const auto items = pull_all();
  EXPECT_EQ(items.size(), 72u);
  EXPECT_THAT(parse_item(items.at("comment/" + reply))->in_reply_to, testing::ElementsAre(first));
  EXPECT_EQ(parse_item(items.at("message/" + message))->visibility, model::Visibility::private_);
  EXPECT_EQ(parse_item(items.at("comment/" + first))->author_url, "https://www.instagram.com/Ann_Other/");
}

TEST_F(Instagram, RemovedCommentBecomesATombstone) {
  const std::string id = fake.comment("rude");
  pull_all();
  fake.remove(id);
  const auto items = pull_all();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(parse_item(items.begin()->second)->deleted);
}

TEST_F(Instagram, CommentMentionAndMessageAreAnsweredWhereTheyStand) {
  const auto comment = answer("It is red.", "comment/" + fake.comment("Is it red?"));
  EXPECT_EQ(*connector->find(comment, {}), channel::Found::no);
  ASSERT_TRUE(connector->send(comment));
  EXPECT_EQ(*connector->find(comment, {}), channel::Found::yes);
  const auto message = answer("Hello!", "message/" + fake.message("Hello?"));
  ASSERT_TRUE(connector->send(message));
  EXPECT_EQ(*connector->find(message, {}), channel::Found::yes);
  const auto mention = answer("Thank you!", "mention/77", "88");
  ASSERT_TRUE(connector->send(mention));
  EXPECT_EQ(*connector->find(mention, {}), channel::Found::unknown);
  EXPECT_EQ(connector->send(answer("x", "post/1")).error().kind, Kind::invalid);
  EXPECT_EQ(connector->send(answer(std::string(301, 'x'), "comment/1")).error().kind, Kind::invalid);
}

TEST_F(Instagram, MentionComesAsNumbersAndIsAskedFor) {
  const auto told =
      connector->webhook(FakeInstagram::sign(R"([{"field":"mentions","value":{"media_id":"88","comment_id":"77"}}])"));
  ASSERT_TRUE(told) << told.error().what;
  ASSERT_EQ(told->items.size(), 1u);
  const auto content = parse_item(told->items[0]);
  EXPECT_EQ(content->text, "@kettle.shop is great");
  EXPECT_EQ(content->permalink, "https://www.instagram.com/p/abc/");
  EXPECT_EQ(told->items[0].place, "88");
  fake.lock_out();
  const auto blind =
      connector->webhook(FakeInstagram::sign(R"([{"field":"mentions","value":{"media_id":"88","comment_id":"77"}}])"));
  ASSERT_TRUE(blind);
  EXPECT_EQ(blind->items.at(0).external_id, told->items[0].external_id);
  EXPECT_FALSE(parse_item(blind->items[0])->notes.empty());
}

TEST_F(Instagram, WebhookTellsTheSameIdsAsThePullAndNothingForged) {
  const std::string id = fake.comment("Is it red?");
  const auto told = connector->webhook(fake.told_of(id));
  ASSERT_TRUE(told) << told.error().what;
  EXPECT_EQ(told->items.at(0).external_id, pull_all().begin()->first);
  auto forged = fake.told_of(id);
  forged.body += " ";
  EXPECT_EQ(connector->webhook(forged).error().kind, Kind::unauthorized);
}

TEST_F(Instagram, CheckNamesTheAccount) {
  const auto health = connector->check();
  ASSERT_TRUE(health) << health.error().what;
  EXPECT_THAT(health->facts, testing::ElementsAre("the account @kettle.shop"));
  fake.lock_out();
  EXPECT_EQ(connector->check().error().kind, Kind::unauthorized);
}

TEST(InstagramWire, RefusesWhatIsNoListAndNoDelivery) {
  EXPECT_EQ(read_listing("{}", "media", "", {"1", "us"}, {}).error().kind, Kind::corrupt);
  EXPECT_EQ(read_changes("{}", {"1", "us"}, {}).error().kind, Kind::corrupt);
  model::Item item;
  item.raw = "[]";
  EXPECT_EQ(parse_item(item).error().kind, Kind::corrupt);
}

}  // namespace
}  // namespace amends::connectors::instagram
