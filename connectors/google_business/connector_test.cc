#include "core/channel/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/google_business/fake_google_business.h"
#include "connectors/google_business/wire.h"
#include "core/channel/descriptor.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::google_business {
extern const channel::Descriptor descriptor;

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Google : public testing::Test {
 protected:
  void SetUp() override {
    channel::TokenSet set;
    set.access = Secret("access-1");
    set.refresh = Secret("refresh-1");
    world.tokens.connect(set);
    open();
  }
  void TearDown() override { EXPECT_THAT(fake.site.violations(), IsEmpty()); }

  void open(const std::map<std::string, std::string>& more = {}) {
    auto settings = fake.settings();
    for (const auto& [key, value] : more) settings[key] = value;
    auto opened = world.open(descriptor, settings);
    ASSERT_TRUE(opened) << opened.error().what;
    google = *std::move(opened);
  }

  // Everything there is to read now, as core would; the cursor moves on.
  std::vector<model::Item> pull_all() {
    std::vector<model::Item> out;
    notes.clear();
    for (int pages = 0; pages < 50; ++pages) {
      auto page = google->pull(cursor);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) return out;
      cursor = page->cursor;
      out.insert(out.end(), page->items.begin(), page->items.end());
      notes.insert(notes.end(), page->notes.begin(), page->notes.end());
      if (!page->more) return out;
    }
    ADD_FAILURE() << "it never ends";
    return out;
  }
  static std::vector<std::string> ids(const std::vector<model::Item>& items) {
    std::vector<std::string> out;
    for (const auto& item : items) out.push_back(item.external_id);
    return out;
  }
  static model::Content content(const model::Item& item) { return *parse_item(item); }

  static channel::Outbound answer(const std::string& review, const std::string& text,
                                  const std::string& replaces = "") {
    channel::Post post;
    post.text = text;
    post.in_reply_to = post.answers_id = review;
    post.replaces = replaces;
    channel::Outbound out;
    out.key = "k";
    out.recipients = {"customer"};
    out.payload = channel::write_post(post);
    out.in_reply_to = review;
    return out;
  }

  FakeGoogleBusiness fake;
  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> google;
  std::string cursor;
  std::vector<std::string> notes;
};

TEST_F(Google, EveryPageOfEveryLocationIsReadAndTheNextPullBringsNothingAgain) {
  fake.page_size = 3;
  for (int i = 0; i < 8; ++i) fake.writes("review " + std::to_string(i));
  fake.writes("at the café", 203);
  const auto items = pull_all();
  EXPECT_EQ(items.size(), 9U);
  EXPECT_EQ(content(items[0]).location, "Bakery, Main Street");
  EXPECT_EQ(content(items[8]).location, "Café");
  EXPECT_THAT(pull_all(), IsEmpty());
}

TEST_F(Google, AnOwnersReplyWrittenOnGoogleIsAnItemOfOurOwnAndItsEndIsNoticed) {
  const std::string name = fake.writes("no sugar in the doughnuts");
  pull_all();
  fake.at(name).reply = FakeGoogleBusiness::Reply{"we are sorry", "2026-01-01T08:00:00Z", "APPROVED", ""};
  auto items = pull_all();
  ASSERT_THAT(ids(items), ElementsAre(name + "/reply"));
  EXPECT_TRUE(items[0].own);
  EXPECT_EQ(content(items[0]).moderation, model::Moderation::published);
  EXPECT_THAT(content(items[0]).in_reply_to, ElementsAre(name));
  fake.at(name).reply.reset();
  items = pull_all();
  ASSERT_THAT(ids(items), ElementsAre(name + "/reply"));
  EXPECT_TRUE(content(items[0]).deleted);
}

TEST_F(Google, TheVerdictOnAReplyToAnOldReviewComesWithTheNextWholeReading) {
  const std::string old = fake.writes("long ago");
  fake.at(old).created = fake.at(old).updated = "2025-01-01T00:00:00Z";
  const std::string between = fake.writes("a year ago");
  fake.at(between).created = fake.at(between).updated = "2025-02-01T00:00:00Z";
  fake.page_size = 1;
  fake.writes("newer");
  pull_all();
  fake.at(old).reply = FakeGoogleBusiness::Reply{"sorry", "2026-01-01T08:00:00Z", "REJECTED", "OFF_TOPIC"};
  EXPECT_THAT(pull_all(), IsEmpty()) << "far below what a pull reads again";
  world.clock.advance(std::chrono::hours(7));
  const auto items = pull_all();
  ASSERT_THAT(ids(items), ElementsAre(old + "/reply"));
  EXPECT_EQ(content(items[0]).moderation, model::Moderation::rejected);
  EXPECT_EQ(content(items[0]).moderation_reason, "off topic");
}

TEST_F(Google, ADeletedReviewIsNoticedByTheCountAtOnce) {
  const std::string gone = fake.writes("never mind");
  fake.at(gone).reply = FakeGoogleBusiness::Reply{"thanks", "2026-01-01T08:00:00Z", "APPROVED", ""};
  const std::string stays = fake.writes("fine");
  pull_all();
  fake.deletes(gone);
  const auto items = pull_all();
  EXPECT_THAT(ids(items), ElementsAre(gone, gone + "/reply"));
  for (const auto& item : items) EXPECT_TRUE(content(item).deleted);
  EXPECT_THAT(pull_all(), IsEmpty());
}

TEST_F(Google, AReviewThatSlippedBetweenTwoPagesIsNotTakenForDeleted) {
  fake.page_size = 2;
  for (int i = 0; i < 4; ++i) fake.writes("review " + std::to_string(i));
  pull_all();
  world.clock.advance(std::chrono::hours(7));
  auto page = google->pull(cursor);
  ASSERT_TRUE(page && page->more);
  // What was on page one moves up and away: page two now begins one further down.
  fake.deletes("accounts/101/locations/202/reviews/AbFvOq-4");
  cursor = page->cursor;
  EXPECT_THAT(pull_all(), IsEmpty()) << "number two was on neither page, and is there all the same";
  world.clock.advance(std::chrono::hours(7));
  EXPECT_THAT(ids(pull_all()), ElementsAre("accounts/101/locations/202/reviews/AbFvOq-4"));
}

TEST_F(Google, ATokenThatGrewOldStartsFromTheTop) {
  fake.page_size = 1;
  fake.writes("one");
  fake.writes("two");
  auto page = google->pull("");
  ASSERT_TRUE(page && page->more);
  const auto at = page->cursor.find("\"p1\"");
  ASSERT_NE(at, std::string::npos);
  cursor = page->cursor.replace(at, 4, "\"x1\"");
  EXPECT_EQ(pull_all().size(), 1U) << "the first was delivered before";
}

TEST_F(Google, ALocationThatIsNotVerifiedDoesNotHoldUpTheOthers) {
  fake.writes("hello", 203);
  test::SiteFault fault;
  fault.answer = {400, R"({"error":{"code":400,"message":"Location is not verified","status":"FAILED_PRECONDITION"}})"};
  fault.path_begins = "/v4/accounts/101/locations/202/";
  fake.site.fail_next(fault);
  EXPECT_EQ(pull_all().size(), 1U);
  EXPECT_THAT(notes, Contains(HasSubstr("Bakery, Main Street")));
}

TEST_F(Google, ChosenLocationsAreReadWithoutLookingForOthers) {
  open({{"locations", "accounts/101/locations/203 = The café"}});
  fake.writes("no");
  const std::string name = fake.writes("yes", 203);
  const auto items = pull_all();
  ASSERT_THAT(ids(items), ElementsAre(name));
  EXPECT_EQ(items[0].place, "The café");
  EXPECT_EQ(fake.site.count("GET", "/v1/"), 0U);
  const auto refused =
      world.open(descriptor, {{"client_id", "c"}, {"client_secret", "s"}, {"locations", "locations/203"}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("locations"));
}

TEST_F(Google, AReplyFillsItsSlotAndIsPendingUntilGoogleSaysOtherwise) {
  const std::string name = fake.writes("stale bread");
  const auto receipt = google->send(answer(name, "Sorry, come back!"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->external_id, name + "/reply");
  EXPECT_EQ(receipt->moderation, model::Moderation::pending);
  EXPECT_EQ(receipt->recipients.at(0).state, model::RecipientState::accepted);
  EXPECT_THAT(fake.replies(), ElementsAre("Sorry, come back!"));
  EXPECT_EQ(*google->find(answer(name, "Sorry, come back!"), {}), channel::Found::yes);
  EXPECT_EQ(*google->find(answer(name, "Something else"), {}), channel::Found::no);
  const auto again = google->send(answer(name, "Sorry, come back!"));
  EXPECT_TRUE(again) << "the same words once more change nothing";
  EXPECT_EQ(ids(pull_all()).size(), 2U);
}

TEST_F(Google, AReplyWrittenElsewhereIsNotOverwrittenUnseen) {
  const std::string name = fake.writes("stale bread");
  fake.at(name).reply = FakeGoogleBusiness::Reply{"A colleague was faster", "2026-01-01T08:00:00Z", "APPROVED", ""};
  const auto refused = google->send(answer(name, "Sorry!"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::conflict);
  EXPECT_EQ(fake.writes_heard(), 0);
  EXPECT_TRUE(google->send(answer(name, "Sorry!", name + "/reply"))) << "replacing it knowingly is fine";
  EXPECT_THAT(fake.replies(), ElementsAre("Sorry!"));
}

TEST_F(Google, AnAnswerToWhatIsGoneOrNoReviewIsRefused) {
  const std::string name = fake.writes("x");
  fake.deletes(name);
  const auto gone = google->send(answer(name, "Sorry!"));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, Kind::not_found);
  EXPECT_EQ(google->send(answer("something else", "Sorry!")).error().kind, Kind::invalid);
  EXPECT_EQ(google->send(answer(name, std::string(5000, 'x'))).error().kind, Kind::invalid);
  EXPECT_EQ(fake.writes_heard(), 0);
}

TEST_F(Google, AProjectThatGoogleHasNotApprovedIsToldSoInsteadOfToWait) {
  const std::string body =
      test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/refusal_project_not_approved.json");
  fake.site.fail_next({test::SiteFault::What::answer, {429, body}});
  const auto health = google->check();
  ASSERT_FALSE(health);
  EXPECT_EQ(health.error().kind, Kind::rejected);
  EXPECT_THAT(health.error().hint, HasSubstr("approval"));
}

TEST_F(Google, CheckCountsWhatTheSiteCounts) {
  for (int i = 0; i < 3; ++i) fake.writes("x");
  fake.writes("y", 203);
  const auto health = google->check();
  ASSERT_TRUE(health);
  EXPECT_EQ(health->remote_count, 4);
  EXPECT_THAT(health->facts, Contains("Bakery, Main Street: 3 reviews, 4.5 stars on average"));
}

TEST_F(Google, APushBringsTheReviewExactlyAsThePullWould) {
  const std::string name = fake.writes("pushed");
  channel::WebhookRequest push{
      "POST", "/hooks/google", "", {{"authorization", fake.push_token()}}, fake.push_body(name), {}};
  const auto reply = google->webhook(push);
  ASSERT_TRUE(reply) << reply.error().what;
  const auto pulled = pull_all();
  ASSERT_EQ(reply->items.size(), 1U);
  EXPECT_EQ(reply->items[0].raw, pulled[0].raw);
  EXPECT_EQ(reply->items[0].external_id, pulled[0].external_id);
  EXPECT_EQ(reply->items[0].place, pulled[0].place);
}

TEST_F(Google, APushAboutAReviewThatIsGoneIsItsTombstoneAndOtherNewsAreHeardOnly) {
  const std::string name = fake.writes("pushed");
  const std::string body = fake.push_body(name, "UPDATED_REVIEW");
  fake.deletes(name);
  channel::WebhookRequest push{"POST", "/hooks/google", "", {{"Authorization", fake.push_token()}}, body, {}};
  const auto reply = google->webhook(push);
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->items.size(), 1U);
  EXPECT_TRUE(content(reply->items[0]).deleted);
  push.body = R"({"message":{"data":"eyJ0eXBlIjoiR09PR0xFX1VQREFURSJ9","messageId":"1"}})";
  EXPECT_THAT(google->webhook(push)->items, IsEmpty());
}

TEST_F(Google, KeysOfThePushAreFetchedOnceAndForStrangersRarely) {
  const std::string body = fake.push_body(fake.writes("x"));
  channel::WebhookRequest push{"POST", "/", "", {{"Authorization", fake.push_token()}}, body, {}};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(google->webhook(push));
  EXPECT_EQ(fake.site.count("GET", "/oauth2/v3/certs"), 1U);
  push.headers = {{"Authorization", fake.push_token({}, true)}};
  world.clock.advance(std::chrono::minutes(6));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(google->webhook(push).error().kind, Kind::unauthorized);
  EXPECT_EQ(fake.site.count("GET", "/oauth2/v3/certs"), 2U);
}

TEST_F(Google, WithoutAnAudienceNothingPushedIsBelieved) {
  open({{"push_audience", ""}});
  channel::WebhookRequest push{"POST", "/", "", {{"Authorization", fake.push_token()}}, fake.push_body("x"), {}};
  EXPECT_EQ(google->webhook(push).error().kind, Kind::unauthorized);
  EXPECT_EQ(fake.site.count("GET", "/oauth2/"), 0U);
}

}  // namespace
}  // namespace amends::connectors::google_business
