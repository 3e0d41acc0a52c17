#include "core/channel/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/telegram/fake_telegram.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::telegram {
extern const channel::Descriptor descriptor;

namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class TelegramTest : public testing::Test {
 protected:
  TelegramTest() { connector_ = open({}); }
  ~TelegramTest() override { EXPECT_THAT(fake_.site.violations(), IsEmpty()); }

  std::unique_ptr<channel::Connector> open(std::map<std::string, std::string> more) {
    more.insert({{"bot_token", FakeTelegram::kToken}, {"api_base", fake_.site.base() + "/"}});
    auto opened = world_.open(descriptor, more);
    if (!opened) std::abort();
    return *std::move(opened);
  }
  channel::Page pull(const std::string& cursor) {
    auto page = connector_->pull(cursor);
    EXPECT_TRUE(page) << page.error().what;
    return page ? *std::move(page) : channel::Page{};
  }
  static model::Content parse(const model::Item& item) {
    const channel::Settings none;
    auto content = descriptor.parse(item, {none, "bot"});
    EXPECT_TRUE(content);
    return content ? *content : model::Content{};
  }
  static channel::Outbound answer(const std::string& name, std::string_view text) {
    channel::Post post;
    post.text = text;
    post.visibility = model::Visibility::private_;
    post.in_reply_to = post.answers_id = name;
    channel::Outbound out;
    out.key = "key-1";
    out.recipients = {"7001"};
    out.payload = channel::write_post(post);
    return out;
  }

  FakeTelegram fake_;
  test::ChannelWorld world_;
  std::unique_ptr<channel::Connector> connector_;
};

TEST_F(TelegramTest, UpdatesAreConfirmedOnlyByThePullAfterTheCommit) {
  fake_.writes("late");
  const auto first = pull("");
  ASSERT_EQ(first.items.size(), 1u);
  EXPECT_EQ(pull("").items.size(), 1u);  // the hub died before it committed
  EXPECT_THAT(pull(first.cursor).items, IsEmpty());
  EXPECT_THAT(pull("").items, IsEmpty());
}

TEST_F(TelegramTest, AServiceMessageIsNoItemAndIsConfirmedAllTheSame) {
  fake_.joins();
  const auto page = pull("");
  EXPECT_THAT(page.items, IsEmpty());
  fake_.writes("late");
  EXPECT_EQ(pull(page.cursor).items.size(), 1u);
}

TEST_F(TelegramTest, AnEditIsAYoungerVersionOfTheSameMessage) {
  const std::string name = fake_.writes("late");
  fake_.edits(name, "late and broken");
  const auto page = pull("");
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].external_id, page.items[1].external_id);
  EXPECT_LT(parse(page.items[0]).version, parse(page.items[1]).version);
}

TEST_F(TelegramTest, APublicGroupIsPublicAndAPrivateChatIsNot) {
  fake_.writes("in private");
  fake_.writes("for all to see", FakeTelegram::kGroup);
  const auto page = pull("");
  ASSERT_EQ(page.items.size(), 2u);
  const auto direct = parse(page.items[0]), open = parse(page.items[1]);
  EXPECT_EQ(direct.visibility, model::Visibility::private_);
  EXPECT_EQ(direct.kind, model::MessageKind::direct_message);
  EXPECT_EQ(open.visibility, model::Visibility::public_);
  EXPECT_EQ(open.kind, model::MessageKind::mention);
  EXPECT_EQ(open.permalink, "https://t.me/shoptalk/2");
}

TEST_F(TelegramTest, AnAnswerAnswersAndSaysItsName) {
  const std::string name = fake_.writes("late");
  const auto receipt = connector_->send(answer(name, "Sorry!"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->external_id, "4242/7001/2");
  EXPECT_THAT(fake_.ours(), testing::ElementsAre("Sorry!"));
}

TEST_F(TelegramTest, WhatMayHaveGoneIsInDoubtAndNobodyCanLookItUp) {
  const std::string name = fake_.writes("late");
  fake_.site.fail_next({test::SiteFault::What::cut_after, {}, "/bot", "POST"});
  const auto receipt = connector_->send(answer(name, "Sorry!"));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->recipients[0].state, model::RecipientState::in_doubt);
  EXPECT_EQ(descriptor.send_class, channel::SendClass::blind);
  const auto found = connector_->find(answer(name, "Sorry!"), {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Kind::unsupported);
}

TEST_F(TelegramTest, WhatWasTakenBackIsNotAnswered) {
  const auto refused = connector_->send(answer("4242/7001/99", "Sorry!"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::not_found);
  EXPECT_FALSE(connector_->send(answer("999/7001/1", "another bot's")));
}

TEST_F(TelegramTest, LengthCountsUtf16) {
  const std::string name = fake_.writes("late");
  std::string faces;
  for (int i = 0; i < 2048; ++i) faces += "😕";
  EXPECT_TRUE(connector_->send(answer(name, faces)));
  const auto refused = connector_->send(answer(name, faces + "!"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::invalid);
}

TEST_F(TelegramTest, TheWebhookIsSetOnceWithItsSecretAndPutBackWhenSomebodyMovesIt) {
  const auto hooked = open({{"intake", "webhook"},
                            {"webhook_url", "https://hub.example/hooks/1"},
                            {"webhook_secret", "secret_of-the-webhook"}});
  ASSERT_TRUE(hooked->pull(""));
  EXPECT_EQ(fake_.webhook_url, "https://hub.example/hooks/1");
  EXPECT_EQ(fake_.webhook_secret, "secret_of-the-webhook");
  ASSERT_TRUE(hooked->pull(""));
  EXPECT_EQ(fake_.site.count("POST", "/bot"), 1u);
  fake_.webhook_url = "https://elsewhere.example/";
  ASSERT_TRUE(hooked->pull(""));
  EXPECT_EQ(fake_.webhook_url, "https://hub.example/hooks/1");
  const auto polled = connector_->check();
  ASSERT_TRUE(polled);
  EXPECT_THAT(polled->warnings[0], HasSubstr("another program"));
}

TEST_F(TelegramTest, AWebhookNeedsTheSecretEvenWhenNoneIsSet) {
  channel::WebhookRequest request;
  request.headers = {{"x-telegram-bot-api-secret-token", ""}};
  request.body = R"({"update_id":1})";
  const auto open_door = connector_->webhook(request);
  ASSERT_FALSE(open_door);
  EXPECT_EQ(open_door.error().kind, Kind::unauthorized);
}

TEST_F(TelegramTest, AWrongTokenIsSaidSoAndNeverRepeated) {
  auto opened = world_.open(descriptor, {{"bot_token", "4242:wrong_token"}, {"api_base", fake_.site.base()}});
  ASSERT_TRUE(opened);
  const auto page = (*opened)->pull("");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, Kind::unauthorized);
  EXPECT_THAT(page.error().what + page.error().hint, Not(HasSubstr("wrong_token")));
  EXPECT_FALSE(world_.open(descriptor, {{"bot_token", "no token/../x"}, {"api_base", fake_.site.base()}}));
}

}  // namespace
}  // namespace amends::connectors::telegram
