#include "core/channel/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/reddit/fake_reddit.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::reddit {
extern const channel::Descriptor descriptor;

namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RedditTest : public testing::Test {
 protected:
  RedditTest() {
    channel::TokenSet set;
    set.access = Secret(fake_.access());
    set.refresh = Secret(FakeReddit::kRefresh);
    world_.tokens.connect(std::move(set));
    connector_ = open({});
  }
  ~RedditTest() override { EXPECT_THAT(fake_.site.violations(), IsEmpty()); }

  std::unique_ptr<channel::Connector> open(std::map<std::string, std::string> more) {
    more.insert({{"username", "ShopHelp"},
                 {"client_id", "client-of-shop"},
                 {"client_secret", "secret-of-shop"},
                 {"api_base", fake_.site.base()},
                 {"login_base", fake_.site.base()}});
    auto opened = world_.open(descriptor, more);
    if (!opened) std::abort();
    return *std::move(opened);
  }
  std::vector<model::Item> pull() {
    std::vector<model::Item> out;
    for (bool more = true; more;) {
      auto page = connector_->pull(cursor_);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) break;
      cursor_ = page->cursor;
      more = page->more;
      for (auto& item : page->items) out.push_back(std::move(item));
    }
    return out;
  }
  static model::Content parse(const model::Item& item) {
    const channel::Settings none;
    auto content = descriptor.parse(item, {none, "shop"});
    EXPECT_TRUE(content);
    return content ? *content : model::Content{};
  }
  static channel::Outbound answer(const std::string& name, std::string_view text) {
    channel::Post post;
    post.text = text;
    post.in_reply_to = post.answers_id = name;
    channel::Outbound out;
    out.key = "key-1";
    out.recipients = {"gerda_gast"};
    out.payload = channel::write_post(post);
    return out;
  }

  FakeReddit fake_;
  test::ChannelWorld world_;
  std::unique_ptr<channel::Connector> connector_;
  std::string cursor_;
};

TEST_F(RedditTest, MentionsRepliesAndMessagesComeByOneInbox) {
  fake_.writes("u/ShopHelp late again");
  fake_.writes("no, still late", "comment_reply");
  fake_.messages("my order number is 17");
  const auto items = pull();
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(parse(items[0]).kind, model::MessageKind::direct_message);
  EXPECT_EQ(parse(items[0]).visibility, model::Visibility::private_);
  EXPECT_EQ(parse(items[1]).kind, model::MessageKind::comment);
  EXPECT_EQ(parse(items[2]).kind, model::MessageKind::mention);
  EXPECT_EQ(parse(items[2]).permalink, "https://www.reddit.com/r/shops/comments/root/title/x0/");
}

TEST_F(RedditTest, FollowsEveryPageOfEveryListing) {
  connector_ = open({{"search", "shop"}, {"subreddits", "shops, retail"}});
  for (int i = 0; i < 220; ++i) fake_.writes("number " + std::to_string(i));
  for (int i = 0; i < 130; ++i) fake_.posts("this shop, part " + std::to_string(i), "words");
  EXPECT_EQ(pull().size(), 350u);
  EXPECT_GT(fake_.site.count("GET", "/r/shops%2Bretail/search"), 1u);
  fake_.writes("one more");
  EXPECT_LT(pull().size(), 60u);
}

TEST_F(RedditTest, APostThatASearchFindsIsAMention) {
  connector_ = open({{"search", "shop"}});
  fake_.posts("Is this shop honest?", "They never answered.");
  fake_.posts("Something else", "");
  const auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  const auto content = parse(items[0]);
  EXPECT_EQ(content.kind, model::MessageKind::mention);
  EXPECT_EQ(content.subject, "Is this shop honest?");
  EXPECT_EQ(content.text, "They never answered.");
}

TEST_F(RedditTest, AnEditedMentionStaysAMentionAndADeletedOneIsATombstone) {
  const std::string name = fake_.writes("late");
  ASSERT_EQ(pull().size(), 1u);
  fake_.find(name)->words = "late and broken";
  fake_.find(name)->edited = fake_.find(name)->written + std::chrono::minutes(2);
  auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(parse(items[0]).kind, model::MessageKind::mention);
  EXPECT_EQ(parse(items[0]).text, "late and broken");
  fake_.find(name)->deleted = true;
  items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(parse(items[0]).deleted);
  EXPECT_THAT(pull(), IsEmpty());
}

TEST_F(RedditTest, OurAnswerComesBackUnderTheNameTheReceiptGave) {
  const std::string name = fake_.writes("late");
  pull();
  const auto receipt = connector_->send(answer(name, "Sorry!"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  const auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(items[0].own);
  EXPECT_EQ(items[0].external_id, receipt->external_id);
  EXPECT_THAT(parse(items[0]).in_reply_to, testing::ElementsAre(name));
}

TEST_F(RedditTest, WhatMayHaveGoneIsFoundAmongOurComments) {
  const auto out = answer(fake_.writes("late"), "Sorry!\n\nWe'll mend it.");
  const auto since = fake_.find("t1_x0")->written;
  EXPECT_EQ(*connector_->find(out, since), channel::Found::no);
  fake_.site.fail_next({test::SiteFault::What::cut_after, {}, "/api/comment", "POST"});
  const auto receipt = connector_->send(out);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->recipients[0].state, model::RecipientState::in_doubt);
  EXPECT_EQ(*connector_->find(out, since), channel::Found::yes);
}

TEST_F(RedditTest, ALimitInAnAnswerOf200HoldsOnlyTheWriting) {
  const std::string name = fake_.writes("late");
  fake_.next_error = R"({"errors":[["RATELIMIT","Take a break for 5 minutes before trying again.","ratelimit"]]})";
  const auto limited = connector_->send(answer(name, "Sorry!"));
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().kind, Kind::rate_limited);
  EXPECT_EQ(limited.error().retry_after, std::chrono::seconds(360));
  EXPECT_EQ(pull().size(), 1u);
}

TEST_F(RedditTest, ARefusalIsToldInRedditsWords) {
  const std::string name = fake_.writes("late");
  fake_.next_error = R"({"errors":[["THREAD_LOCKED","Comments are locked.","parent"]]})";
  const auto locked = connector_->send(answer(name, "Sorry!"));
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().kind, Kind::rejected);
  EXPECT_THAT(locked.error().what, HasSubstr("Comments are locked."));
  fake_.find(name)->deleted = true;
  const auto gone = connector_->send(answer(name, "Sorry!"));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, Kind::not_found);
}

TEST_F(RedditTest, SaysForWhomItAsks) {
  pull();
  EXPECT_EQ(fake_.site.heard()[0].header("user-agent"), "server:amends:1 (by /u/ShopHelp)");
  const auto health = connector_->check();
  ASSERT_TRUE(health);
  EXPECT_THAT(health->facts[0], HasSubstr("u/ShopHelp"));
}

}  // namespace
}  // namespace amends::connectors::reddit
