// What comes in by the site's own calls: genuine ones mean what pulling would have given, forged ones nothing at all.
#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "tests/conformance/channel_test.h"

namespace amends::test {
namespace {

using channel::WebhookRequest;
using Headers = std::vector<std::pair<std::string, std::string>>;

class Webhook : public ChannelTest {
 protected:
  void SetUp() override {
    ChannelTest::SetUp();
    id = rig->customer_writes("It never came.");
    genuine = rig->webhook_about(id);
    ASSERT_EQ(genuine.has_value(), d().can.webhook);
    if (!genuine) GTEST_SKIP() << "nothing is told of by itself";
    connector = open();
  }

  // Whether it is refused as forged; anything but "taken" and "refused" fails the test.
  bool refused(const WebhookRequest& request, const std::string& how) {
    const auto reply = seen(connector->webhook(request));
    if (reply) return false;
    EXPECT_EQ(reply.error().kind, Kind::unauthorized) << how << ": " << reply.error().what;
    return true;
  }

  std::string id;
  std::optional<WebhookRequest> genuine;
  std::unique_ptr<channel::Connector> connector;
};
INSTANTIATE_TEST_SUITE_P(Every, Webhook, testing::ValuesIn(rigs()), [](const testing::TestParamInfo<RigRow>& row) {
  return std::string(row.param.descriptor->name);
});

TEST_P(Webhook, AGenuineOneTellsWhatPullingWouldHave) {
  const auto reply = seen(connector->webhook(*genuine));
  ASSERT_TRUE(reply) << reply.error().what;
  EXPECT_GE(reply->status, 200);
  EXPECT_LT(reply->status, 300);
  ASSERT_FALSE(reply->items.empty());
  const Heard told = read(reply->items.front());
  EXPECT_EQ(told.item.external_id, id);
  EXPECT_NE(told.content.text.find("It never came."), std::string::npos);
  if (!d().can.pull) return;
  std::string cursor;
  const auto pulled = pull_all(*open(), cursor);
  const auto same =
      std::find_if(pulled.begin(), pulled.end(), [&](const Heard& h) { return h.item.external_id == id; });
  ASSERT_NE(same, pulled.end());
  EXPECT_EQ(same->content.message_id, told.content.message_id);
  EXPECT_EQ(same->content.text, told.content.text);
}

TEST_P(Webhook, TheSameOneTwiceGivesTheSameItems) {
  const auto first = seen(connector->webhook(*genuine));
  const auto second = seen(open()->webhook(*genuine));
  ASSERT_TRUE(first && second);
  ASSERT_EQ(first->items.size(), second->items.size());
  for (std::size_t i = 0; i < first->items.size(); ++i) {
    EXPECT_EQ(first->items[i].external_id, second->items[i].external_id);
    EXPECT_EQ(first->items[i].raw, second->items[i].raw);
  }
}

TEST_P(Webhook, EveryChangedByteOfTheBodyIsRefused) {
  if (!rig->webhook_signs_body()) GTEST_SKIP() << "the site signs no body";
  for (std::size_t i = 0; i < genuine->body.size(); ++i) {
    WebhookRequest forged = *genuine;
    forged.body[i] = static_cast<char>(forged.body[i] ^ 1);
    EXPECT_TRUE(refused(forged, "byte " + std::to_string(i))) << "byte " << i;
  }
  for (const std::string& body : {genuine->body + " ", genuine->body + "\n", " " + genuine->body, std::string(),
                                  genuine->body.substr(0, genuine->body.size() - 1)}) {
    WebhookRequest forged = *genuine;
    forged.body = body;
    if (body != genuine->body) {
      EXPECT_TRUE(refused(forged, "another body"));
    }
  }
}

TEST_P(Webhook, WithoutAnyHeaderItIsRefused) {
  WebhookRequest bare = *genuine;
  bare.headers.clear();
  bare.query.clear();
  EXPECT_TRUE(refused(bare, "no header"));
}

// A header that decides is one without which the call is refused: no other spelling of it may do.
TEST_P(Webhook, EveryOtherSpellingOfWhatProvesItIsRefused) {
  int decide = 0;
  for (std::size_t i = 0; i < genuine->headers.size(); ++i) {
    const std::string& name = genuine->headers[i].first;
    const std::string& value = genuine->headers[i].second;
    WebhookRequest without = *genuine;
    without.headers.erase(without.headers.begin() + static_cast<std::ptrdiff_t>(i));
    if (!refused(without, name + " left out")) continue;
    ++decide;
    const auto with = [&](const std::string& other) {
      WebhookRequest forged = *genuine;
      forged.headers[i].second = other;
      return refused(forged, name + ": " + other.substr(0, 40));
    };
    std::string upper = value;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    if (upper != value) {
      EXPECT_TRUE(with(upper)) << name << " in capitals";
    }
    for (const std::string& other :
         {std::string(), std::string(" "), value.substr(0, 10), value.substr(0, value.size() - 1),
          std::string("sha1=") + std::string(40, '0'), std::string(1 << 20, 'a')}) {
      if (other == value) continue;  // a short one is its own beginning
      EXPECT_TRUE(with(other)) << name << ": " << other.substr(0, 40);
    }
    for (std::size_t at = 0; at < value.size(); ++at) {
      std::string flipped = value;
      flipped[at] = flipped[at] == '0' ? '1' : '0';
      EXPECT_TRUE(with(flipped)) << name << " changed at " << at;
    }
  }
  EXPECT_TRUE(decide > 0 || !genuine->query.empty()) << "no header proves where it comes from";
}

TEST_P(Webhook, WhatSomebodyWithoutTheSecretMakesIsRefused) {
  int number = 0;
  for (const WebhookRequest& forged : rig->forgeries(*genuine)) {
    EXPECT_TRUE(refused(forged, "forgery " + std::to_string(number))) << "forgery " << number;
    ++number;
  }
}

TEST_P(Webhook, AnotherAccountsSecretOpensNothing) {
  auto settings = rig->settings();
  bool changed = false;
  for (const channel::Setting& setting : d().settings) {
    const auto it = settings.find(std::string(setting.key));
    if (setting.kind != channel::SettingKind::secret || it == settings.end()) continue;
    // Another one of the same kind: the last character but the padding's.
    const std::size_t at = it->second.find_last_not_of("=\n ");
    if (at == std::string::npos || it->second.find("-----BEGIN") != std::string::npos) continue;
    it->second[at / 2] = it->second[at / 2] == 'A' ? 'B' : 'A';
    changed = true;
  }
  if (!changed || !rig->webhook_signs_body()) GTEST_SKIP() << "no secret of the account proves a call";
  const auto other = open_with(settings);
  if (other == nullptr) GTEST_SKIP() << "a changed secret is none";
  const auto reply = seen(other->webhook(*genuine));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, Kind::unauthorized);
}

// Nothing to verify, nothing to parse: it must not end the program, and it must not be believed.
TEST_P(Webhook, WhatIsNoneIsRefusedOrAnswered) {
  for (const char* method : {"GET", "PUT", "DELETE", "HEAD", "POST"}) {
    for (const std::string body : {"", "{}", "[]", "null", "{\"a\":", "\xFF\xFE", "a=b&c=d"}) {
      WebhookRequest odd;
      odd.method = method;
      odd.path = genuine->path;
      odd.query = "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=<script>1</script>";
      odd.body = body;
      odd.received_at = world.clock.now();
      const auto reply = seen(connector->webhook(odd));
      if (!reply) continue;
      EXPECT_TRUE(reply->items.empty()) << method << " " << body;
      EXPECT_EQ(reply->body.find("<script>"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace amends::test
