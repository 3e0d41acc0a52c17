#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/facebook/fake_facebook.h"
#include "connectors/facebook/wire.h"
#include "core/channel/oauth.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::facebook {
extern const channel::Descriptor descriptor;

namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Facebook : public testing::Test {
 protected:
  void SetUp() override {
    channel::TokenSet set;
    set.access = Secret(FakeFacebook::kToken);
    world.tokens.connect(set);
    auto opened = world.open(descriptor, {{"page_id", FakeFacebook::kPage},
                                          {"app_id", FakeFacebook::kApp},
                                          {"app_secret", FakeFacebook::kSecret},
                                          {"verify_token", FakeFacebook::kVerify},
                                          {"api_base", fake.site.base() + "/"}});
    ASSERT_TRUE(opened) << opened.error().what;
    connector = *std::move(opened);
  }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), IsEmpty()); }
  std::vector<model::Item> pull_all() {
    std::vector<model::Item> out;
    for (bool more = true; more;) {
      auto page = connector->pull(cursor);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) return out;
      cursor = page->cursor;
      more = page->more;
      for (auto& item : page->items) out.push_back(std::move(item));
    }
    return out;
  }
  static channel::Outbound answer(const std::string& words, const std::string& to) {
    channel::Post post;
    post.text = words;
    post.in_reply_to = to;
    post.to = {"Ann", FakeFacebook::kCustomer};
    if (to.rfind("message/", 0) == 0) post.visibility = model::Visibility::private_;
    channel::Outbound out;
    out.key = "update-1";
    out.recipients = {FakeFacebook::kCustomer};
    out.payload = channel::write_post(post);
    return out;
  }

  FakeFacebook fake;
  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> connector;
  std::string cursor;
};

TEST_F(Facebook, EverythingOfThePageIsRead) {
  for (int i = 0; i < 170; ++i) fake.comment("comment " + std::to_string(i));
  fake.recommend("negative", "Leaks");
  fake.message("Where is my parcel?");
  std::map<model::MessageKind, int> kinds;
  for (const auto& item : pull_all()) ++kinds[parse_item(item)->kind];
  EXPECT_EQ(kinds[model::MessageKind::comment], 170);
  EXPECT_EQ(kinds[model::MessageKind::review], 1);
  EXPECT_EQ(kinds[model::MessageKind::direct_message], 1);
}

TEST_F(Facebook, EditsAndRemovalsAreNoticedWithoutAnyWebhook) {
  const std::string edited = fake.comment("before"), removed = fake.comment("rude");
  pull_all();
  world.clock.advance(std::chrono::minutes(15));
  fake.edit(edited, "after");
  fake.remove(removed);
  std::map<std::string, model::Content> came;
  for (const auto& item : pull_all()) came[item.external_id] = *parse_item(item);
  ASSERT_EQ(came.size(), 2u);
  EXPECT_EQ(came["comment/" + edited].text, "after");
  EXPECT_TRUE(came["comment/" + removed].deleted);
}

TEST_F(Facebook, CommentIsAnsweredBelowItAndFoundThere) {
  const std::string id = "comment/" + fake.comment("Is it red?");
  const auto words = answer("It is.", id);
  EXPECT_EQ(*connector->find(words, {}), channel::Found::no);
  const auto receipt = connector->send(words);
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(*connector->find(words, {}), channel::Found::yes);
  bool echoed = false;
  for (const auto& item : pull_all()) {
    if (item.external_id != receipt->external_id) continue;
    echoed = true;
    EXPECT_TRUE(item.own);
    EXPECT_THAT(parse_item(item)->in_reply_to, testing::ElementsAre(id.substr(8)));
  }
  EXPECT_TRUE(echoed);
}

TEST_F(Facebook, PersonsMayAnswerForAWeekAndAutomationMayNot) {
  const std::string id = "message/" + fake.message("Hello?");
  fake.close_window();
  auto words = answer("Good morning.", id);
  ASSERT_TRUE(connector->send(words));
  EXPECT_THAT(fake.tags(), testing::ElementsAre("HUMAN_AGENT"));
  EXPECT_EQ(*connector->find(words, {}), channel::Found::yes);
  auto post = *channel::read_post(words.payload);
  post.by_person = false;
  words.payload = channel::write_post(post);
  const auto refused = connector->send(words);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::rejected);
  EXPECT_EQ(fake.tags().size(), 1u);
}

TEST_F(Facebook, AFileIsAMessageOfItsOwnAndFoundOnlyAsFarAsThatCanBeTold) {
  const std::string id = "message/" + fake.message("Which colour is it?");
  auto words = answer("", id);
  auto post = *channel::read_post(words.payload);
  post.files = {{"cup.png", "image/png", "", "the bytes of a picture"}};
  words.payload = channel::write_post(post);
  EXPECT_EQ(*connector->find(words, {}), channel::Found::no);
  const auto receipt = connector->send(words);
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->external_id, "message/m_2");
  EXPECT_EQ(fake.messages().back().file, "the bytes of a picture");
  EXPECT_EQ(*connector->find(words, {}), channel::Found::unknown) << "it may be another file of ours";
  bool echoed = false;
  for (const auto& item : pull_all()) echoed = echoed || (item.own && item.external_id == receipt->external_id);
  EXPECT_TRUE(echoed);

  post.in_reply_to = "comment/" + fake.comment("And here?");
  post.visibility = model::Visibility::public_;
  post.text = "Like this.";
  words.payload = channel::write_post(post);
  const auto refused = connector->send(words);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::invalid);
  EXPECT_THAT(refused.error().hint, HasSubstr("in private"));
}

TEST_F(Facebook, AFileGoesAfterADayToo) {
  const std::string id = "message/" + fake.message("Hello?");
  fake.close_window();
  auto words = answer("", id);
  auto post = *channel::read_post(words.payload);
  post.files = {{"bill.pdf", "application/pdf", "", "%PDF"}};
  words.payload = channel::write_post(post);
  ASSERT_TRUE(connector->send(words));
  EXPECT_THAT(fake.tags(), testing::ElementsAre("HUMAN_AGENT"));
  EXPECT_EQ(fake.messages().back().file, "%PDF");
}

TEST_F(Facebook, WebhookTellsTheSameIdsAsThePull) {
  const std::string id = fake.comment("Is it red?");
  const auto told = connector->webhook(fake.told_of(id));
  ASSERT_TRUE(told) << told.error().what;
  ASSERT_EQ(told->items.size(), 1u);
  const auto pulled = pull_all();
  ASSERT_EQ(pulled.size(), 1u);
  EXPECT_EQ(told->items[0].external_id, pulled[0].external_id);
  EXPECT_EQ(parse_item(told->items[0])->message_id, parse_item(pulled[0])->message_id);
  EXPECT_EQ(parse_item(told->items[0])->date, parse_item(pulled[0])->date);
  const auto removal = connector->webhook(fake.told_of(id, "remove"));
  ASSERT_TRUE(removal);
  EXPECT_TRUE(parse_item(removal->items.at(0))->deleted);
  auto forged = fake.told_of(id);
  forged.body += " ";
  EXPECT_EQ(connector->webhook(forged).error().kind, Kind::unauthorized);
}

TEST_F(Facebook, CheckSubscribesThePageOnce) {
  const auto first = connector->check();
  ASSERT_TRUE(first) << first.error().what;
  EXPECT_THAT(first->warnings, IsEmpty());
  ASSERT_TRUE(connector->check());
  EXPECT_EQ(fake.site.count("POST", "/"), 1u);
}

TEST_F(Facebook, ExpiredTokenAndWrongTargetsSendNothing) {
  EXPECT_EQ(connector->send(answer("x", "rating/555-2026-01-01T00:00:00Z")).error().kind, Kind::invalid);
  EXPECT_EQ(connector->send(answer("x", "comment/1_999")).error().kind, Kind::not_found);
  fake.lock_out();
  EXPECT_EQ(connector->pull("").error().kind, Kind::unauthorized);
  EXPECT_EQ(connector->check().error().kind, Kind::unauthorized);
}

TEST_F(Facebook, ConsentIsAskedForThePagesTasksAndTheTokenIsLengthened) {
  channel::Settings settings;
  settings.set("page_id", FakeFacebook::kPage);
  settings.set("app_id", FakeFacebook::kApp);
  settings.set("api_base", fake.site.base() + "/");
  const auto profile = descriptor.oauth(settings);
  ASSERT_TRUE(profile);
  EXPECT_THAT(profile->scopes, testing::Contains("pages_messaging"));
  EXPECT_EQ(profile->scope_separator, ",");
  EXPECT_TRUE(profile->lengthen);
}

}  // namespace
}  // namespace amends::connectors::facebook
