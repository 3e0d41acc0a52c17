#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/channel/descriptor.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::manual {
extern const channel::Descriptor descriptor;

namespace {

class Manual : public testing::Test {
 protected:
  void SetUp() override { connector = *world.open(descriptor, {{"key", "a-key-of-the-front-desk"}}); }
  Result<channel::WebhookReply> hand_in(const std::string& body, const std::string& key = "a-key-of-the-front-desk") {
    channel::WebhookRequest request;
    request.method = "POST";
    request.body = body;
    request.headers = {{"authorization", "Bearer " + key}};
    request.received_at = world.clock.now();
    return connector->webhook(request);
  }
  model::Content content(const model::Item& item) {
    const channel::Settings settings;
    const auto parsed = descriptor.parse(item, {settings, "desk"});
    EXPECT_TRUE(parsed);
    return parsed ? *parsed : model::Content{};
  }

  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> connector;
};

TEST_F(Manual, ACallIsWrittenDownAndMended) {
  auto reply =
      hand_in(R"({"id":"c1","kind":"call","author":"Ann","handle":"0049 151 12345678","text":"The lid brok"})");
  ASSERT_TRUE(reply) << reply.error().what;
  const auto call = content(reply->items.at(0));
  EXPECT_EQ(call.kind, model::MessageKind::call);
  EXPECT_EQ(call.visibility, model::Visibility::private_);
  EXPECT_EQ(call.author.handle, "+4915112345678");
  reply = hand_in(
      R"({"id":"c1","kind":"call","author":"Ann","handle":"0049 151 12345678","text":"The lid broke","updated":"2026-01-01T10:00:00Z"})");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->items.at(0).external_id, "c1");
  EXPECT_EQ(content(reply->items[0]).message_id, call.message_id);
  EXPECT_EQ(content(reply->items[0]).version, "2026-01-01T10:00:00Z");
}

TEST_F(Manual, APastedReviewIsPublicAndLeadsToItsPlace) {
  const auto reply = hand_in(
      R"({"id":"r1","kind":"review","author":"Max","rating":2,"text":"Leaks","permalink":"https://reviews.example/1"})");
  ASSERT_TRUE(reply);
  const auto review = content(reply->items.at(0));
  EXPECT_EQ(review.visibility, model::Visibility::public_);
  EXPECT_EQ(review.permalink, "https://reviews.example/1");
  EXPECT_EQ(review.author.handle, "");
  EXPECT_EQ(descriptor.reply, channel::ReplyGrade::prepared);
}

TEST_F(Manual, OddHandlesAreKeptAndSaidToBeOdd) {
  const auto visit = hand_in(R"({"id":"v1","kind":"visit","author":"Ben","handle":"0151 12345678","text":"x"})");
  ASSERT_TRUE(visit);
  EXPECT_THAT(content(visit->items.at(0)).notes, testing::ElementsAre(testing::HasSubstr("country")));
}

TEST_F(Manual, OnlyTheKeyOpensAndOnlyItsKindsAreTaken) {
  EXPECT_EQ(hand_in(R"({"id":"a","text":"x"})", "another").error().kind, Kind::unauthorized);
  EXPECT_EQ(hand_in(R"({"id":"a","text":"x"})", "").error().kind, Kind::unauthorized);
  EXPECT_EQ(hand_in(R"({"id":"a","kind":"mail","text":"x"})").error().kind, Kind::invalid);
  EXPECT_EQ(world.open(descriptor, {{"key", "short"}}).error().kind, Kind::invalid);
  EXPECT_EQ(connector->send({}).error().kind, Kind::unsupported);
}

}  // namespace
}  // namespace amends::connectors::manual
