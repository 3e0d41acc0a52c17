#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/whatsapp/fake_whatsapp.h"
#include "connectors/whatsapp/wire.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::whatsapp {
extern const channel::Descriptor descriptor;

namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Whatsapp : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = world.open(descriptor, {{"phone_number_id", FakeWhatsapp::kNumber},
                                          {"access_token", FakeWhatsapp::kToken},
                                          {"app_secret", FakeWhatsapp::kSecret},
                                          {"verify_token", FakeWhatsapp::kVerify},
                                          {"waba_id", "419561257915477"},
                                          {"api_base", fake.site.base() + "/"}});
    ASSERT_TRUE(opened) << opened.error().what;
    connector = *std::move(opened);
  }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), IsEmpty()); }
  static channel::Outbound outbound(const channel::Post& post) {
    channel::Outbound out;
    out.key = "update-1";
    out.recipients = {post.to.handle};
    out.payload = channel::write_post(post);
    return out;
  }
  static channel::Post answer() {
    channel::Post post;
    post.text = "It is on its way.";
    post.to = {"Sheena", "+16505551234"};
    post.answers_id = "wamid.theirs1";
    return post;
  }

  FakeWhatsapp fake;
  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> connector;
};

TEST_F(Whatsapp, CustomersMessageComesByWebhookAndIsAnswered) {
  const std::string id = fake.customer_writes("Where is my kettle?");
  const auto reply = connector->webhook(fake.delivery_of(id));
  ASSERT_TRUE(reply) << reply.error().what;
  ASSERT_EQ(reply->items.size(), 1u);
  EXPECT_EQ(reply->items[0].external_id, id);
  const auto content = parse_item(reply->items[0]);
  ASSERT_TRUE(content);
  EXPECT_EQ(content->author.handle, "+16505551234");

  const auto receipt = connector->send(outbound(answer()));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->external_id, "wamid.ours1");
  const auto sent = fake.sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].to, "16505551234");
  EXPECT_EQ(sent[0].context, "wamid.theirs1");
}

TEST_F(Whatsapp, NothingUnsignedIsTaken) {
  auto request = fake.delivery_of(fake.customer_writes("Hello"));
  request.body.insert(request.body.find("Hello"), "x");
  EXPECT_EQ(connector->webhook(request).error().kind, Kind::unauthorized);
  request.headers.clear();
  EXPECT_EQ(connector->webhook(request).error().kind, Kind::unauthorized);
}

TEST_F(Whatsapp, HandshakeIsAnswered) {
  channel::WebhookRequest request;
  request.method = "GET";
  request.query = "hub.mode=subscribe&hub.challenge=42&hub.verify_token=" + std::string(FakeWhatsapp::kVerify);
  EXPECT_EQ(connector->webhook(request)->body, "42");
  request.query = "hub.mode=subscribe&hub.challenge=42&hub.verify_token=x";
  EXPECT_EQ(connector->webhook(request).error().kind, Kind::unauthorized);
}

TEST_F(Whatsapp, AfterADayOnlyATemplateGoes) {
  fake.close_window();
  const auto refused = connector->send(outbound(answer()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::rejected);
  EXPECT_THAT(refused.error().hint, HasSubstr("template"));
  channel::Post post = answer();
  post.template_name = "order_update:en_US";
  post.template_values = {"Sheena", "4711"};
  ASSERT_TRUE(connector->send(outbound(post)));
  ASSERT_EQ(fake.sent().size(), 1u);
  EXPECT_EQ(fake.sent()[0].template_name, "order_update");
  EXPECT_EQ(fake.sent()[0].language, "en_US");
}

TEST_F(Whatsapp, LimitsHoldBackMessagesAndNothingElse) {
  fake.site.fail_next({test::SiteFault::What::answer,
                       {400, R"({"error":{"message":"slow","type":"OAuthException","code":131056}})"},
                       "/",
                       "POST"});
  EXPECT_EQ(connector->send(outbound(answer())).error().kind, Kind::rate_limited);
  EXPECT_EQ(connector->send(outbound(answer())).error().kind, Kind::rate_limited);
  EXPECT_EQ(fake.site.count("POST", "/"), 1u) << "the second one waited";
  EXPECT_TRUE(connector->check());
}

TEST_F(Whatsapp, ALostAnswerIsDoubtAndNobodyCanLook) {
  fake.site.fail_next({test::SiteFault::What::cut_after, {}, "/", "POST"});
  const auto receipt = connector->send(outbound(answer()));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->recipients.at(0).state, model::RecipientState::in_doubt);
  EXPECT_EQ(connector->find(outbound(answer()), {}).error().kind, Kind::unsupported);
}

TEST_F(Whatsapp, AReportNamesTheAnswerWhoseReceiptWasLost) {
  fake.site.fail_next({test::SiteFault::What::cut_after, {}, "/", "POST"});
  ASSERT_TRUE(connector->send(outbound(answer())));
  for (const char* state : {"sent", "delivered"}) {
    const auto reply = connector->webhook(fake.report(1, state));
    ASSERT_TRUE(reply) << reply.error().what;
    ASSERT_EQ(reply->items.size(), 1u) << state;
    const auto content = parse_item(reply->items[0]);
    ASSERT_TRUE(content && content->report);
    EXPECT_EQ(content->report->about, "wamid.ours1");
    EXPECT_EQ(content->report->key, "update-1");
    EXPECT_EQ(content->report->recipient, "+16505551234");
  }
}

TEST_F(Whatsapp, CheckSaysWhatTheNumberIsAndThatNothingWillCome) {
  const auto health = connector->check();
  ASSERT_TRUE(health) << health.error().what;
  EXPECT_THAT(health->facts, testing::Contains(HasSubstr("Kettle Shop")));
  EXPECT_THAT(health->warnings, testing::ElementsAre(HasSubstr("subscribed")));
  fake.lock_out();
  EXPECT_EQ(connector->check().error().kind, Kind::unauthorized);
}

TEST_F(Whatsapp, WhoHasNoNumberIsNotWrittenTo) {
  channel::Post post = answer();
  post.to.handle = "somebody";
  EXPECT_EQ(connector->send(outbound(post)).error().kind, Kind::invalid);
  EXPECT_EQ(fake.site.count("POST", "/"), 0u);
}

}  // namespace
}  // namespace amends::connectors::whatsapp
