#include "core/channel/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/x/fake_x.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::x {
extern const channel::Descriptor descriptor;

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class XTest : public testing::Test {
 protected:
  XTest() {
    channel::TokenSet set;
    set.access = Secret(fake_.access());
    set.refresh = Secret(fake_.refresh());
    world_.tokens.connect(std::move(set));
    auto opened = world_.open(descriptor, {{"username", "shop"},
                                           {"client_id", "client-of-shop"},
                                           {"client_secret", "secret-of-shop"},
                                           {"api_base", fake_.site.base()}});
    if (!opened) std::abort();
    connector_ = *std::move(opened);
  }
  ~XTest() override { EXPECT_THAT(fake_.site.violations(), IsEmpty()); }

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
  static channel::Outbound answer(const std::string& id, std::string_view text) {
    channel::Post post;
    post.text = text;
    post.in_reply_to = post.answers_id = id;
    channel::Outbound out;
    out.key = "key-1";
    out.recipients = {FakeX::kGuest};
    out.payload = channel::write_post(post);
    return out;
  }

  FakeX fake_;
  test::ChannelWorld world_;
  std::unique_ptr<channel::Connector> connector_;
  std::string cursor_;
};

TEST_F(XTest, FollowsEveryPageAndThenOnlyWhatIsNew) {
  for (int i = 0; i < 230; ++i) fake_.writes("number " + std::to_string(i));
  EXPECT_EQ(pull().size(), 230u);
  EXPECT_THAT(pull(), IsEmpty());
  fake_.writes("one more");
  EXPECT_EQ(pull().size(), 1u);
}

TEST_F(XTest, AnEditIsAPostOfItsOwnAndAVersionOfTheFirst) {
  const std::string id = fake_.writes("late");
  ASSERT_EQ(pull().size(), 1u);
  const std::string second = fake_.edits(id, "late and broken");
  const auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, id);
  EXPECT_EQ(parse(items[0]).version, second);
  EXPECT_THAT(pull(), IsEmpty());
}

TEST_F(XTest, DeletedAndProtectedPostsAreTakenBack) {
  const std::string first = fake_.writes("late"), second = fake_.writes("broken");
  ASSERT_EQ(pull().size(), 2u);
  fake_.deletes(first);
  EXPECT_THAT(pull(), IsEmpty());  // asking costs
  world_.clock.advance(std::chrono::hours(7));
  auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, first);
  EXPECT_TRUE(parse(items[0]).deleted);
  fake_.guest_is_protected = true;
  world_.clock.advance(std::chrono::hours(7));
  items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, second);
  EXPECT_TRUE(parse(items[0]).deleted);
}

TEST_F(XTest, AnEditedPostThatGoesTakesItsFirstNameAlong) {
  const std::string id = fake_.writes("late");
  pull();
  fake_.edits(id, "late and broken");
  pull();
  fake_.deletes(id);
  world_.clock.advance(std::chrono::hours(7));
  const auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, id);
}

TEST_F(XTest, WhatAProtectedAuthorWritesIsPrivate) {
  fake_.guest_is_protected = true;
  fake_.writes("for my followers only");
  const auto page = connector_->pull("");
  ASSERT_TRUE(page);
  ASSERT_FALSE(page->items.empty());
  EXPECT_EQ(parse(page->items[0]).visibility, model::Visibility::private_);
}

TEST_F(XTest, OurAnswerComesBackUnderTheNameTheReceiptGave) {
  const std::string id = fake_.writes("late");
  pull();
  const auto receipt = connector_->send(answer(id, "Sorry!"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  const auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(items[0].own);
  EXPECT_EQ(items[0].external_id, receipt->external_id);
  EXPECT_THAT(parse(items[0]).in_reply_to, ElementsAre(id));
}

TEST_F(XTest, DuplicateContentMeansThatItStandsThereAlready) {
  const auto out = answer(fake_.writes("late"), "Sorry & see <here>");
  fake_.site.fail_next({test::SiteFault::What::cut_after, {}, "/2/tweets", "POST"});
  const auto first = connector_->send(out);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->recipients[0].state, model::RecipientState::in_doubt);
  const auto second = connector_->send(out);
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_EQ(second->recipients[0].state, model::RecipientState::accepted);
  EXPECT_EQ(second->external_id, fake_.ours()[0].id);
  EXPECT_EQ(fake_.ours().size(), 1u);
}

TEST_F(XTest, TheSameWordsToSomebodyElseAreNoProof) {
  const std::string first = fake_.writes("late"), second = fake_.writes("broken");
  ASSERT_TRUE(connector_->send(answer(first, "Sorry!")));
  const auto refused = connector_->send(answer(second, "Sorry!"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::rejected);
}

TEST_F(XTest, WhatMayHaveGoneIsFoundAmongOurPosts) {
  const auto out = answer(fake_.writes("late"), "Sorry!");
  EXPECT_EQ(*connector_->find(out, world_.clock.now()), channel::Found::no);
  fake_.site.fail_next({test::SiteFault::What::cut_after, {}, "/2/tweets", "POST"});
  ASSERT_TRUE(connector_->send(out));
  EXPECT_EQ(*connector_->find(out, world_.clock.now()), channel::Found::yes);
}

TEST_F(XTest, ARefreshTokenIsUsedOnceAndItsSuccessorKept) {
  pull();
  for (int i = 1; i <= 3; ++i) {
    fake_.expire();
    pull();
    EXPECT_EQ(fake_.refreshes, i);
    EXPECT_EQ(world_.tokens.current()->refresh.reveal(), fake_.refresh());
  }
}

TEST_F(XTest, LengthIsWeighted) {
  const std::string id = fake_.writes("late");
  EXPECT_TRUE(
      connector_->send(answer(id, "https://shop.example/" + std::string(400, 'a') + " " + std::string(256, 'x'))));
  const auto refused = connector_->send(answer(id, "日本" + std::string(277, 'x')));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::invalid);
}

TEST_F(XTest, AnAccountThatMayNotSendPicturesSaysWhatToDoAndSendsNothing) {
  fake_.may_upload = false;
  channel::Outbound out = answer(fake_.writes("@shop which colour?"), "This one.");
  channel::Post post = *channel::read_post(out.payload);
  post.files = {{"cup.png", "image/png", "A blue cup", "PNG"}};
  out.payload = channel::write_post(post);
  const auto receipt = connector_->send(out);
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::rejected);
  EXPECT_THAT(receipt.error().hint, testing::HasSubstr("connect the account again"));
  EXPECT_THAT(fake_.ours(), IsEmpty());
  fake_.may_upload = true;
  ASSERT_TRUE(connector_->send(out));
  ASSERT_EQ(fake_.ours().size(), 1u);
  EXPECT_EQ(fake_.ours()[0].pictures.at(0).alt, "A blue cup");
}

}  // namespace
}  // namespace amends::connectors::x
