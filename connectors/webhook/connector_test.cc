#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/webhook/fake_webhook.h"
#include "connectors/webhook/signing.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::webhook {
extern const channel::Descriptor descriptor;

namespace {

constexpr Timestamp kNow{1'767'258'000'000};

// The vector that the specification's own libraries are tested with.
TEST(Signing, IsTheOneOfTheSpecification) {
  const auto key = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(key) << key.error().what;
  EXPECT_EQ(sign(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signing, OneOfSeveralSignaturesAndKeysIsEnough) {
  const Secret old_key = *read_secret("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  const Secret key = *read_secret(FakeProgram::kSecret);
  auto request = FakeProgram::sign("{}", kNow);
  EXPECT_TRUE(check(request, {old_key, key}));
  EXPECT_FALSE(check(request, {old_key}));
  EXPECT_FALSE(check(request, {}));
  std::string& signatures = request.headers[3].second;
  const std::string right = signatures;
  signatures = "v1a,AAAA v1,bm90IGl0 " + right;
  EXPECT_TRUE(check(request, {key}));
  signatures = "v2," + right.substr(3);
  EXPECT_FALSE(check(request, {key}));
  std::string many;
  for (int i = 0; i < 20; ++i) many += "v1,x ";
  signatures = many + right;
  EXPECT_FALSE(check(request, {key}));
}

TEST(Signing, TimeIsCheckedBothWaysAndIdsHaveNoDot) {
  const Secret key = *read_secret(FakeProgram::kSecret);
  for (const auto& [apart, right] :
       std::vector<std::pair<std::chrono::seconds, bool>>{{std::chrono::seconds(299), true},
                                                          {std::chrono::seconds(-299), true},
                                                          {std::chrono::seconds(301), false},
                                                          {std::chrono::seconds(-301), false}}) {
    auto request = FakeProgram::sign("{}", kNow);
    request.received_at = kNow + apart;
    EXPECT_EQ(check(request, {key}).has_value(), right) << apart.count();
  }
  auto request = FakeProgram::sign("{}", kNow);
  request.headers[1].second = "msg.1";
  request.headers[3].second = sign(key, "msg.1", kNow.ms / 1000, "{}");
  EXPECT_FALSE(check(request, {key}));
  request = FakeProgram::sign("{}", kNow);
  for (const char* at : {"", "abc", "1767258000.0", " 1767258000", "+1767258000", "99999999999999999999"}) {
    request.headers[2].second = at;
    EXPECT_FALSE(check(request, {key})) << at;
  }
}

TEST(Signing, SecretsHaveOneSpellingAndEnoughBytes) {
  for (const char* bad : {"", "whsec_", "whsec_short", "whsec_AAAA", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
                          "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!"}) {
    EXPECT_EQ(read_secret(bad).error().kind, Kind::invalid) << bad;
  }
}

class Program : public testing::Test {
 protected:
  void SetUp() override {
    auto opened =
        world.open(descriptor, {{"secret", FakeProgram::kSecret}, {"send_url", fake.site.base() + "/answers"}});
    ASSERT_TRUE(opened) << opened.error().what;
    connector = *std::move(opened);
  }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), testing::IsEmpty()); }
  static channel::Outbound answer() {
    channel::Post post;
    post.text = "It is on its way.";
    post.in_reply_to = "item-1";
    channel::Outbound out;
    out.key = "7:1/x";
    out.recipients = {"customer-1"};
    out.payload = channel::write_post(post);
    return out;
  }

  FakeProgram fake;
  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> connector;
};

TEST_F(Program, HandsInItemsAndIsToldHowMany) {
  const auto reply = connector->webhook(FakeProgram::sign(
      R"({"items":[{"id":"a","kind":"review","rating":5,"text":"Good"},{"id":"b","text":"Hello"}]})", kNow));
  ASSERT_TRUE(reply) << reply.error().what;
  EXPECT_EQ(reply->items.size(), 2u);
  EXPECT_EQ(reply->body, R"({"taken":2})");
  EXPECT_EQ(connector->webhook(FakeProgram::sign(R"({"id":"a"})", kNow)).error().kind, Kind::invalid);
}

TEST_F(Program, GetsAnAnswerOnceHoweverOftenItIsSent) {
  const auto first = connector->send(answer());
  ASSERT_TRUE(first) << first.error().what;
  EXPECT_EQ(first->external_id, "answer-amends_7-1-x");
  EXPECT_EQ(first->permalink, "https://program.example/amends_7-1-x");
  world.clock.advance(std::chrono::minutes(9));
  ASSERT_TRUE(connector->send(answer()));
  ASSERT_EQ(fake.answers().size(), 1u);
  EXPECT_EQ(channel::read_post(fake.answers().begin()->second)->text, "It is on its way.");
}

TEST_F(Program, WithoutAnAddressOnlyTakesIn) {
  auto opened = world.open(descriptor, {{"secret", FakeProgram::kSecret}});
  ASSERT_TRUE(opened);
  EXPECT_EQ((*opened)->send(answer()).error().kind, Kind::unsupported);
  EXPECT_EQ(world.open(descriptor, {{"secret", "abc"}}).error().kind, Kind::invalid);
}

}  // namespace
}  // namespace amends::connectors::webhook
