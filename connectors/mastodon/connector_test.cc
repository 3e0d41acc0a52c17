#include "core/channel/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "connectors/mastodon/fake_mastodon.h"
#include "connectors/mastodon/sign_in.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::mastodon {
extern const channel::Descriptor descriptor;

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MastodonTest : public testing::Test {
 protected:
  MastodonTest() {
    channel::TokenSet set;
    set.access = Secret(fake_.token);
    world_.tokens.connect(std::move(set));
    auto opened = world_.open(descriptor, settings());
    if (!opened) std::abort();
    connector_ = *std::move(opened);
  }
  ~MastodonTest() override { EXPECT_THAT(fake_.site.violations(), IsEmpty()); }

  std::map<std::string, std::string> settings() const { return {{"server", fake_.site.base()}, {"account", "shop"}}; }
  std::string name(const std::string& id) const { return fake_.site.base().substr(7) + "/" + id; }

  // Every page until there are no more.
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
  model::Content parse(const model::Item& item) {
    const auto checked = channel::check_settings(descriptor, settings());
    auto content = descriptor.parse(item, {*checked, "shop"});
    EXPECT_TRUE(content);
    return content ? *content : model::Content{};
  }
  channel::Outbound answer(const std::string& id, std::string_view text, const std::string& key = "key-1") const {
    channel::Post post;
    post.text = text;
    post.in_reply_to = post.answers_id = name(id);
    post.to = {"Gerda", "guest@" + fake_.site.base().substr(7)};
    channel::Outbound out;
    out.key = key;
    out.recipients = {post.to.handle};
    out.in_reply_to = post.in_reply_to;
    out.payload = channel::write_post(post);
    return out;
  }

  FakeMastodon fake_;
  test::ChannelWorld world_;
  std::unique_ptr<channel::Connector> connector_;
  std::string cursor_;
};

TEST_F(MastodonTest, FollowsEveryPageOldestFirst) {
  for (int i = 0; i < 95; ++i) fake_.writes("number " + std::to_string(i));
  const auto items = pull();
  ASSERT_EQ(items.size(), 95u);
  EXPECT_EQ(parse(items.front()).text, "@shop number 0");
  EXPECT_EQ(parse(items.back()).text, "@shop number 94");
  EXPECT_THAT(pull(), IsEmpty());
}

TEST_F(MastodonTest, WhatCameBeforeAFailureIsKept) {
  for (int i = 0; i < 95; ++i) fake_.writes("number " + std::to_string(i));
  test::SiteFault fault{test::SiteFault::What::answer, {400, "{}", {}}, "/api/v1/notifications", "GET"};
  fault.skip = 1;
  fake_.site.fail_next(fault);
  const auto page = connector_->pull(cursor_);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 40u);
  EXPECT_TRUE(page->more);
  cursor_ = page->cursor;
  EXPECT_EQ(pull().size(), 55u);
}

TEST_F(MastodonTest, AReplyThatMentionsNobodyComesByTheContextOfOurStatus) {
  const std::string ours = fake_.we_write("We close early today");
  EXPECT_THAT(pull(), IsEmpty());
  fake_.writes("and nobody told me", "public", ours, false);
  const auto items = pull();
  ASSERT_EQ(items.size(), 2u);
  const auto reply = parse(items[0]);
  EXPECT_EQ(reply.kind, model::MessageKind::comment);
  EXPECT_THAT(reply.in_reply_to, ElementsAre(name(ours)));
  EXPECT_TRUE(items[1].own);
  EXPECT_EQ(items[1].external_id, name(ours));
  EXPECT_THAT(pull(), IsEmpty());
}

TEST_F(MastodonTest, EditsAndDeletionsAreNoticedThoughNobodyTells) {
  const std::string id = fake_.writes("late");
  ASSERT_EQ(pull().size(), 1u);
  fake_.find(id)->text = "late and broken";
  fake_.find(id)->edited = fake_.find(id)->written + std::chrono::minutes(1);
  auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, name(id));
  EXPECT_EQ(parse(items[0]).text, "late and broken");
  fake_.find(id)->deleted = true;
  items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(parse(items[0]).deleted);
  EXPECT_THAT(pull(), IsEmpty());
}

TEST_F(MastodonTest, AServerWithoutListsByIdIsAskedOneByOne) {
  fake_.has_list = false;
  const std::string id = fake_.writes("late");
  ASSERT_EQ(pull().size(), 1u);
  fake_.find(id)->deleted = true;
  const auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(parse(items[0]).deleted);
}

TEST_F(MastodonTest, OurAnswerComesBackAsOurOwnUnderTheNameTheReceiptGave) {
  const std::string id = fake_.writes("late");
  pull();
  const auto receipt = connector_->send(answer(id, "Sorry!"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->recipients[0].state, model::RecipientState::accepted);
  const auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(items[0].own);
  EXPECT_EQ(items[0].external_id, receipt->external_id);
  EXPECT_THAT(parse(items[0]).in_reply_to, ElementsAre(name(id)));
  EXPECT_EQ(parse(items[0]).text, "@guest Sorry!");
}

TEST_F(MastodonTest, TheSameKeyWithinTheHourIsOneStatus) {
  const auto out = answer(fake_.writes("late"), "Sorry!");
  fake_.site.fail_next({test::SiteFault::What::cut_after, {}, "/api/v1/statuses", "POST"});
  const auto first = connector_->send(out);
  ASSERT_TRUE(first) << first.error().what;
  EXPECT_EQ(first->recipients[0].state, model::RecipientState::in_doubt);
  fake_.later(std::chrono::minutes(59));
  ASSERT_TRUE(connector_->send(out));
  EXPECT_EQ(fake_.ours().size(), 1u);
}

TEST_F(MastodonTest, AnHourLaterItIsFoundAmongOurOwnStatuses) {
  const auto out = answer(fake_.writes("late"), "Sorry, it's on its way: https://shop.example/track/1?a=b&c=d");
  EXPECT_EQ(*connector_->find(out, world_.clock.now()), channel::Found::no);
  fake_.site.fail_next({test::SiteFault::What::answer_after, {500, "{}", {}}, "/api/v1/statuses", "POST"});
  ASSERT_TRUE(connector_->send(out));
  fake_.later(std::chrono::minutes(61));
  for (int i = 0; i < 60; ++i) fake_.we_write("something else");
  const auto found = connector_->find(out, world_.clock.now());
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, channel::Found::yes);
  EXPECT_EQ(descriptor.send_class, channel::SendClass::keyed);
  EXPECT_EQ(descriptor.key_window, std::chrono::hours(1));
}

TEST_F(MastodonTest, AnAnswerIsAsPrivateAsWhatItAnswersAndKeepsItsWarning) {
  const std::string id = fake_.writes("my order 17 is late", "direct");
  fake_.find(id)->warning = "complaint";
  ASSERT_TRUE(connector_->send(answer(id, "Sorry!")));
  EXPECT_EQ(fake_.ours()[0].visibility, "direct");
  EXPECT_EQ(fake_.ours()[0].warning, "complaint");
  EXPECT_EQ(fake_.ours()[0].answers, id);
}

TEST_F(MastodonTest, TheInstancesOwnLengthDecides) {
  const std::string id = fake_.writes("late");
  const std::string words = std::string("We are sorry. ") + std::string(580, 'x');
  const auto refused = connector_->send(answer(id, words));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::invalid);
  EXPECT_THAT(refused.error().what, HasSubstr("500"));
  EXPECT_THAT(refused.error().hint, HasSubstr("We are sorry."));
  EXPECT_EQ(fake_.site.count("POST", "/api/v1/statuses"), 0u);
  fake_.max_characters = 5000;
  EXPECT_TRUE(connector_->send(answer(id, words)));
}

TEST_F(MastodonTest, ALinkCountsAsTheInstanceSays) {
  const std::string id = fake_.writes("late");
  EXPECT_TRUE(connector_->send(answer(id, "See https://shop.example/" + std::string(600, 'a'))));
}

TEST_F(MastodonTest, WhatWasTakenBackIsNotAnswered) {
  const std::string id = fake_.writes("late");
  fake_.find(id)->deleted = true;
  const auto refused = connector_->send(answer(id, "Sorry!"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::not_found);
  EXPECT_EQ(fake_.ours().size(), 0u);
}

TEST_F(MastodonTest, SpentLimitsHoldTheAccountBackUntilTheMomentTheServerNames) {
  test::SiteAnswer last{
      200, "[]", {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "2026-01-01T09:04:00.000000Z"}}};
  pull();
  fake_.site.fail_next({test::SiteFault::What::answer, last, "/api/v1/notifications", "GET"});
  EXPECT_FALSE(connector_->pull(cursor_));
  EXPECT_EQ(world_.brakes.held(world_.clock.now())[""], *from_rfc3339("2026-01-01T09:04:00Z"));
  world_.clock.advance(std::chrono::minutes(5));
  EXPECT_TRUE(connector_->pull(cursor_));
}

TEST_F(MastodonTest, CheckSaysWhoIsSignedInAndHowLongAStatusMayBe) {
  const auto health = connector_->check();
  ASSERT_TRUE(health);
  EXPECT_THAT(health->facts[0], HasSubstr("@shop@"));
  EXPECT_THAT(health->facts[1], HasSubstr("500 characters"));
}

TEST_F(MastodonTest, AServerThatDoesNotKnowUsYetIsIntroduced) {
  const auto checked = channel::check_settings(descriptor, settings());
  EXPECT_FALSE(descriptor.oauth(*checked));
  const auto client = register_client(*checked, "https://hub.example/connect/back", world_.http());
  ASSERT_TRUE(client) << client.error().what;
  auto given = settings();
  for (const auto& [key, value] : *client) given[key] = value;
  const auto profile = descriptor.oauth(*channel::check_settings(descriptor, given));
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->client_id, "client-of-amends-1");
  EXPECT_EQ(profile->token_url, fake_.site.base() + "/oauth/token");
}

TEST_F(MastodonTest, APastedTokenNeedsNoBrowser) {
  test::ChannelWorld fresh;
  auto given = settings();
  given["access_token"] = fake_.token;
  const auto connector = fresh.open(descriptor, given);
  ASSERT_TRUE(connector);
  EXPECT_TRUE((*connector)->pull(""));
}

class MastodonFiles : public MastodonTest {
 protected:
  channel::Outbound with_video() {
    channel::Outbound out = answer(fake_.writes("Which colour is it?"), "See for yourself.");
    channel::Post post = *channel::read_post(out.payload);
    post.files = {{"cup.mp4", "video/mp4", "A blue cup that turns", "the bytes of a film"}};

    out.payload = channel::write_post(post);
    return out;
  }
  std::size_t uploads() { return fake_.site.count("POST", "/api/v2/media"); }
};

TEST_F(MastodonFiles, AVideoThatTakesItsTimeIsTriedLaterAndUploadedOnce) {
  const channel::Outbound out = with_video();
  fake_.preparing = 6;
  const auto early = connector_->send(out);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, Kind::unavailable) << early.error().what;
  EXPECT_THAT(early.error().what, HasSubstr("cup.mp4"));
  EXPECT_THAT(fake_.ours(), IsEmpty());
  const auto receipt = connector_->send(out);
  ASSERT_TRUE(receipt) << receipt.error().what;
  ASSERT_EQ(fake_.ours().size(), 1u);
  EXPECT_EQ(fake_.file(fake_.ours()[0].media.at(0)).alt, "A blue cup that turns");
  EXPECT_EQ(uploads(), 1u);
}

TEST_F(MastodonFiles, AStopEndsTheWaitForAVideoAtOnce) {
  const channel::Outbound out = with_video();
  fake_.preparing = 1'000'000;
  // The look is answered, then somebody stops us: the wait that follows must not last.
  std::jthread stops([this] {
    while (fake_.site.count("GET", "/api/v1/media/500") == 0) std::this_thread::yield();
    connector_->interrupt();
  });
  const auto before = fake_.site.count("GET", "/api/v1/media/500");
  const auto receipt = connector_->send(out);
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::unavailable);
  EXPECT_LE(fake_.site.count("GET", "/api/v1/media/500") - before, 2u);
  EXPECT_THAT(fake_.ours(), IsEmpty());
}

TEST_F(MastodonFiles, WhatTheServerForgotIsUploadedAnew) {
  const channel::Outbound out = with_video();
  fake_.preparing = 100;
  EXPECT_EQ(connector_->send(out).error().kind, Kind::unavailable);
  fake_.forget_files();
  fake_.preparing = 0;
  ASSERT_TRUE(connector_->send(out));
  EXPECT_EQ(uploads(), 2u);
}

}  // namespace
}  // namespace amends::connectors::mastodon
