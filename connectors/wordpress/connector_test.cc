#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/wordpress/fake_wordpress.h"
#include "connectors/wordpress/wire.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::wordpress {
extern const channel::Descriptor descriptor;

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using What = test::SiteFault::What;

class Wordpress : public testing::Test {
 protected:
  std::unique_ptr<channel::Connector> open(std::map<std::string, std::string> more = {}) {
    more.insert({{"server", fake.site.base()},
                 {"username", FakeWordpress::kUser},
                 {"application_password", FakeWordpress::kPassword}});
    auto opened = world.open(descriptor, more);
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? *std::move(opened) : nullptr;
  }
  // Until there is no more; what came, by external id.
  std::vector<model::Item> pull_all(channel::Connector& connector) {
    std::vector<model::Item> out;
    for (bool more = true; more;) {
      auto page = connector.pull(cursor);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) return out;
      cursor = page->cursor;
      more = page->more;
      for (auto& item : page->items) out.push_back(std::move(item));
    }
    return out;
  }
  std::int64_t guest(const std::string& words) {
    FakeComment comment;
    comment.name = "Guest";
    comment.mail = "guest@example.net";
    comment.raw = words;
    return fake.write(std::move(comment));
  }
  channel::Outbound answer(const std::string& words, std::int64_t parent) {
    channel::Post post;
    post.text = words;
    post.in_reply_to = external_id_of(parent);
    post.place = "post/1";
    channel::Outbound out;
    out.key = "update-1";
    out.recipients = {"guest@example.net"};
    out.payload = channel::write_post(post);
    out.point_of_no_return = [this] { return ++points, Result<Done>(Done{}); };
    return out;
  }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), IsEmpty()); }

  FakeWordpress fake;
  test::ChannelWorld world;
  std::string cursor;
  int points = 0;
};

TEST_F(Wordpress, EveryPageIsReadAndNothingComesTwiceUnchanged) {
  for (int i = 0; i < 250; ++i) guest("comment " + std::to_string(i));
  FakeComment review;
  review.type = "review";
  review.rating = 4;
  review.raw = "Fine";
  fake.write(review);
  auto connector = open();
  EXPECT_EQ(pull_all(*connector).size(), 251u);
  EXPECT_THAT(pull_all(*connector), IsEmpty());
  guest("one more");
  EXPECT_EQ(pull_all(*connector).size(), 1u);
}

TEST_F(Wordpress, EditsTrashAndRemovalAreNoticedAndNothingElseIsTakenForGone) {
  const auto edited = guest("before"), trashed = guest("rude"), spam = guest("buy"), destroyed = guest("gone for good");
  guest("stays");
  auto connector = open();
  EXPECT_EQ(pull_all(*connector).size(), 5u);
  fake.edit(edited, "after");
  fake.set_status(trashed, "trash");
  fake.set_status(spam, "spam");
  fake.destroy(destroyed);
  std::map<std::string, model::Content> came;
  for (const auto& item : pull_all(*connector)) came[item.external_id] = *parse_item(item);
  ASSERT_EQ(came.size(), 4u);
  EXPECT_EQ(came[external_id_of(edited)].text, "after");
  for (const auto id : {trashed, spam, destroyed}) EXPECT_TRUE(came[external_id_of(id)].deleted) << id;
  world.clock.advance(std::chrono::minutes(5));
  fake.set_status(trashed, "approved");
  const auto back = pull_all(*connector);
  ASSERT_EQ(back.size(), 1u) << "taken out of the trash again";
  EXPECT_GT(parse_item(back[0])->version, came[external_id_of(trashed)].version) << "or it would stay a tombstone";
}

TEST_F(Wordpress, OldCommentsAreLookedAtWhenEverythingIsReadAgain) {
  FakeComment old;
  old.raw = "years ago";
  old.at = {1'600'000'000'000};
  const auto id = fake.write(old);
  guest("lately");
  auto connector = open();
  pull_all(*connector);
  fake.set_status(id, "trash");
  EXPECT_THAT(pull_all(*connector), IsEmpty());
  world.clock.advance(std::chrono::hours(13));
  const auto items = pull_all(*connector);
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(parse_item(items[0])->deleted);
}

TEST_F(Wordpress, CommentsThatMoveUpBetweenTwoPagesAreNotMissed) {
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 150; ++i) ids.push_back(guest("comment " + std::to_string(i)));
  auto connector = open();
  auto page = connector->pull("");
  ASSERT_TRUE(page && page->more);
  std::size_t came = page->items.size();
  for (int i = 0; i < 5; ++i) fake.set_status(ids[static_cast<std::size_t>(i)], "trash");
  cursor = page->cursor;
  std::size_t tombstones = 0;
  for (const auto& item : pull_all(*connector)) parse_item(item)->deleted ? ++tombstones : ++came;
  EXPECT_EQ(came, 150u);
  for (const auto& item : pull_all(*connector)) tombstones += parse_item(item)->deleted;
  EXPECT_EQ(tombstones, 5u);
}

TEST_F(Wordpress, ReplyStandsUnderItsCommentOnceAndIsOurs) {
  const auto parent = guest("Is 3 < 4?");
  auto connector = open();
  pull_all(*connector);
  const auto receipt = connector->send(answer("Yes, 3 < 4 & so on.", parent));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(points, 1);
  EXPECT_EQ(receipt->recipients.at(0).state, model::RecipientState::accepted);
  EXPECT_EQ(receipt->moderation, model::Moderation::published);
  EXPECT_THAT(receipt->permalink, testing::HasSubstr("#comment-2"));
  const auto items = pull_all(*connector);
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(items[0].own);
  EXPECT_EQ(items[0].external_id, receipt->external_id);
  EXPECT_EQ(parse_item(items[0])->text, "Yes, 3 < 4 & so on.");

  const auto again = connector->send(answer("Yes, 3 < 4 & so on.", parent));
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(again->external_id, receipt->external_id);
  EXPECT_EQ(fake.all().size(), 2u);
}

TEST_F(Wordpress, WhatNobodyHeardOfIsFoundAmongOurComments) {
  const auto parent = guest("Hello?");
  auto connector = open();
  const auto words = answer("We are here.", parent);
  EXPECT_EQ(*connector->find(words, world.clock.now()), channel::Found::no);
  fake.site.fail_next({What::cut_after, {}, "/wp-json/wp/v2/comments", "POST"});
  const auto receipt = connector->send(words);
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->recipients.at(0).state, model::RecipientState::in_doubt);
  EXPECT_EQ(*connector->find(words, world.clock.now()), channel::Found::yes);
  EXPECT_EQ(*connector->find(answer("We are", parent), world.clock.now()), channel::Found::no);
}

TEST_F(Wordpress, AnswerThatWaitsForApprovalSaysSo) {
  const auto parent = guest("Hello?");
  fake.hold_our_answers();
  auto connector = open();
  const auto receipt = connector->send(answer("We are here.", parent));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->moderation, model::Moderation::pending);
  const auto health = connector->check();
  ASSERT_TRUE(health);
  EXPECT_THAT(health->warnings, ElementsAre(testing::HasSubstr("may not moderate")));
}

TEST_F(Wordpress, CheckCountsWhatTheSiteHolds) {
  guest("one");
  guest("two");
  FakeComment review;
  review.type = "review";
  fake.write(review);
  const auto health = open()->check();
  ASSERT_TRUE(health) << health.error().what;
  EXPECT_EQ(health->remote_count, 3);
  EXPECT_THAT(health->warnings, IsEmpty());
}

TEST_F(Wordpress, WithoutTheShopOnlyCommentsAreAskedFor) {
  fake.with_shop(false);
  guest("one");
  auto connector = open();
  EXPECT_EQ(pull_all(*connector).size(), 1u);
  EXPECT_EQ(fake.site.count("GET", "/wp-json/wc/"), 0u);
}

TEST_F(Wordpress, WrongPasswordIsUnauthorizedAndNothingIsSent) {
  const auto parent = guest("Hello?");
  auto connector = open({{"application_password", "not it"}});
  EXPECT_EQ(connector->pull("").error().kind, Kind::unauthorized);
  EXPECT_EQ(connector->send(answer("We are here.", parent)).error().kind, Kind::unauthorized);
  EXPECT_EQ(fake.all().size(), 1u);
  EXPECT_EQ(connector->check().error().what.find("not it"), std::string::npos);
}

TEST_F(Wordpress, AnswerToACommentThatIsGoneIsNotSent) {
  auto connector = open();
  const auto refused = connector->send(answer("Hello", 99));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::not_found);
  const auto trashed = guest("rude");
  fake.set_status(trashed, "trash");
  EXPECT_EQ(connector->send(answer("Hello", trashed)).error().kind, Kind::not_found);
  EXPECT_EQ(fake.site.count("POST", "/"), 0u);
}

}  // namespace
}  // namespace amends::connectors::wordpress
