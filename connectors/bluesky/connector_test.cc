#include "core/channel/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/bluesky/fake_bluesky.h"
#include "connectors/bluesky/record.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::bluesky {
extern const channel::Descriptor descriptor;

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BlueskyTest : public testing::Test {
 protected:
  BlueskyTest() {
    auto opened = world_.open(
        descriptor, {{"server", fake_.site.base()}, {"account", "@shop.example"}, {"app_password", "app-password"}});
    if (!opened) std::abort();
    connector_ = *std::move(opened);
  }
  ~BlueskyTest() override { EXPECT_THAT(fake_.site.violations(), IsEmpty()); }

  std::vector<model::Item> pull() {
    std::vector<model::Item> out;
    for (int i = 0; i < 100; ++i) {
      auto page = connector_->pull(cursor_);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) break;
      cursor_ = page->cursor;
      for (auto& item : page->items) out.push_back(std::move(item));
      if (!page->more) break;
    }
    return out;
  }
  static model::Content parse(const model::Item& item) {
    const channel::Settings none;
    auto content = descriptor.parse(item, {none, "shop"});
    EXPECT_TRUE(content);
    return content ? *content : model::Content{};
  }
  static channel::Outbound answer(const std::string& uri, std::string_view text, const std::string& key = "key-1") {
    channel::Post post;
    post.text = text;
    post.in_reply_to = post.answers_id = uri;
    channel::Outbound out;
    out.key = key;
    out.recipients = {FakeBluesky::kGuest};
    out.in_reply_to = uri;
    out.payload = channel::write_post(post);
    return out;
  }
  std::string record(std::size_t number) const { return fake_.ours().at(number).record; }

  FakeBluesky fake_;
  test::ChannelWorld world_;
  std::unique_ptr<channel::Connector> connector_;
  std::string cursor_;
};

TEST_F(BlueskyTest, FollowsEveryPageAndThenOnlyWhatIsNew) {
  for (int i = 0; i < 130; ++i) fake_.writes("number " + std::to_string(i));
  EXPECT_EQ(pull().size(), 130u);
  EXPECT_THAT(pull(), IsEmpty());
  fake_.writes("one more");
  EXPECT_EQ(pull().size(), 1u);
}

TEST_F(BlueskyTest, AReadingThatBrokeOffGoesOnWhereItWas) {
  for (int i = 0; i < 130; ++i) fake_.writes("number " + std::to_string(i));
  const auto first = connector_->pull("");
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->more);
  cursor_ = first->cursor;
  fake_.writes("came meanwhile");
  EXPECT_EQ(pull().size(), 130u - first->items.size());
  EXPECT_EQ(pull().size(), 1u);
}

TEST_F(BlueskyTest, APostThatClaimsToBeOlderIsStillFound) {
  fake_.writes("now");
  ASSERT_EQ(pull().size(), 1u);
  const std::string late = fake_.writes("written on a train two days ago");
  fake_.find(late)->indexed = fake_.find(late)->indexed - std::chrono::hours(48);
  world_.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(pull().size(), 1u);
}

TEST_F(BlueskyTest, ADeletionIsNoticedAndABlockIsNone) {
  const std::string first = fake_.writes("late"), second = fake_.writes("broken");
  ASSERT_EQ(pull().size(), 2u);
  fake_.find(second)->blocked = true;
  EXPECT_THAT(pull(), IsEmpty());
  fake_.find(first)->deleted = true;
  const auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, first);
  EXPECT_TRUE(parse(items[0]).deleted);
  EXPECT_EQ(parse(items[0]).message_id, first);
  EXPECT_THAT(pull(), IsEmpty());
}

TEST_F(BlueskyTest, OurAnswerHasTheRefsOfItsThreadAndComesBackUnderItsName) {
  const std::string root = fake_.we_write("We close early today"), uri = fake_.writes("nobody told me", root);
  const auto receipt = connector_->send(answer(uri, "Sorry! See https://shop.example/hours, @guest.bsky.social"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->recipients[0].state, model::RecipientState::accepted);
  EXPECT_EQ(receipt->permalink, "https://bsky.app/profile/did:plc:shop/post/" + record_key("key-1"));
  EXPECT_THAT(record(1), HasSubstr("\"uri\":\"" + root + "\""));
  EXPECT_THAT(record(1), HasSubstr("\"uri\":\"" + uri + "\""));
  EXPECT_THAT(record(1), HasSubstr(R"("index":{"byteEnd":37,"byteStart":11})"));
  EXPECT_THAT(record(1), HasSubstr(R"("did":"did:plc:guest")"));
  const auto items = pull();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[1].external_id, receipt->external_id);
  EXPECT_TRUE(items[1].own);
  EXPECT_THAT(parse(items[1]).in_reply_to, ElementsAre(uri));
  EXPECT_THAT(parse(items[1]).references, ElementsAre(root, uri));
}

TEST_F(BlueskyTest, CreatedTwiceUnderOneNameIsOnePostAndSent) {
  const auto out = answer(fake_.writes("late"), "Sorry!");
  fake_.site.fail_next({test::SiteFault::What::cut_after, {}, "/xrpc/com.atproto.repo.createRecord", "POST"});
  const auto first = connector_->send(out);
  ASSERT_TRUE(first);
  world_.clock.advance(std::chrono::hours(3));
  const auto second = connector_->send(out);
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_EQ(second->recipients[0].state, model::RecipientState::accepted);
  EXPECT_EQ(second->external_id, fake_.ours()[0].uri);
  EXPECT_EQ(fake_.ours().size(), 1u);
  EXPECT_EQ(*connector_->find(out, {}), channel::Found::yes);
}

TEST_F(BlueskyTest, AnotherPostUnderOurNameIsAConflict) {
  const std::string uri = fake_.writes("late");
  ASSERT_TRUE(connector_->send(answer(uri, "Sorry!")));
  const auto second = connector_->send(answer(uri, "Other words"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, Kind::conflict);
}

TEST_F(BlueskyTest, WhatNeverArrivedIsNotFound) {
  EXPECT_EQ(*connector_->find(answer(fake_.writes("late"), "Sorry!"), {}), channel::Found::no);
}

TEST_F(BlueskyTest, WhatWasTakenBackIsNotAnswered) {
  const std::string uri = fake_.writes("late");
  fake_.find(uri)->deleted = true;
  const auto refused = connector_->send(answer(uri, "Sorry!"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::not_found);
}

TEST_F(BlueskyTest, AnEndedSessionIsRefreshedAndThenOpenedAnew) {
  pull();
  EXPECT_EQ(fake_.logins, 1);
  fake_.expire();
  fake_.writes("late");
  EXPECT_EQ(pull().size(), 1u);
  EXPECT_EQ(fake_.refreshes, 1);
  EXPECT_EQ(fake_.logins, 1);
  fake_.expire();
  fake_.refresh_is_over = true;
  fake_.writes("still late");
  EXPECT_EQ(pull().size(), 1u);
  EXPECT_EQ(fake_.logins, 2);
}

TEST_F(BlueskyTest, ARevokedAppPasswordIsSaidSo) {
  fake_.locked = true;
  const auto page = connector_->pull("");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, Kind::unauthorized);
  EXPECT_THAT(page.error().hint, HasSubstr("app password"));
  EXPECT_THAT(page.error().what, Not(HasSubstr("app-password")));
}

TEST_F(BlueskyTest, ThreeThousandBytesAreAsMuchAsThreeHundredLetters) {
  std::string family;
  for (int i = 0; i < 130; ++i) family += "👨‍👩‍👧‍👦";
  const std::string uri = fake_.writes("late");
  const auto bytes = connector_->send(answer(uri, family));
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().kind, Kind::invalid);
  EXPECT_THAT(bytes.error().what, HasSubstr("3000"));
  const auto letters = connector_->send(answer(uri, std::string(301, 'x')));
  ASSERT_FALSE(letters);
  EXPECT_THAT(letters.error().what, HasSubstr("301"));
  EXPECT_TRUE(connector_->send(answer(uri, std::string(300, 'x'))));
}

TEST_F(BlueskyTest, CheckSaysWhoIsSignedIn) {
  const auto health = connector_->check();
  ASSERT_TRUE(health);
  EXPECT_THAT(health->facts, ElementsAre("signed in as @shop.example (did:plc:shop)"));
}

}  // namespace
}  // namespace amends::connectors::bluesky
