#include "connectors/google_business/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "tests/support/support.h"

namespace amends::connectors::google_business {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string fixture(const std::string& name) {
  return test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/" + name);
}

channel::ReviewPage page_of_every_kind() {
  auto page = read_reviews(fixture("reviews_of_every_kind.json"));
  EXPECT_TRUE(page);
  return *std::move(page);
}

model::Content content_of(const channel::ReviewPiece& piece) {
  auto content = parse_item(channel::item_of(piece, "Bakery, Main Street"));
  EXPECT_TRUE(content) << piece.raw;
  return *std::move(content);
}

TEST(GoogleReviews, APageGivesItsReviewsTheNextPageAndTheSitesCount) {
  const channel::ReviewPage page = page_of_every_kind();
  ASSERT_EQ(page.reviews.size(), 3U);
  EXPECT_EQ(page.next, "page-2");
  EXPECT_EQ(page.total, 412);
  EXPECT_EQ(page.average, 4.2);
  EXPECT_EQ(page.notes.size(), 2U) << "two had no proper name";
  EXPECT_EQ(page.reviews[0].review.external_id, "accounts/101/locations/202/reviews/AbFvOq-one");
  EXPECT_FALSE(page.reviews[0].review.own);
  ASSERT_TRUE(page.reviews[0].reply);
  EXPECT_EQ(page.reviews[0].reply->external_id, "accounts/101/locations/202/reviews/AbFvOq-one/reply");
  EXPECT_TRUE(page.reviews[0].reply->own);
  EXPECT_FALSE(page.reviews[1].reply);
}

TEST(GoogleReviews, AReviewIsUnderstoodWithRatingPlaceMediaAndLink) {
  const auto content = content_of(page_of_every_kind().reviews[0].review);
  EXPECT_EQ(content.kind, model::MessageKind::review);
  EXPECT_EQ(content.visibility, model::Visibility::public_);
  EXPECT_EQ(content.author.name, "Marta Weiß");
  EXPECT_EQ(content.author.handle, content.message_id);
  EXPECT_TRUE(content.auth.from_verified);
  EXPECT_EQ(content.rating, 4.0);
  EXPECT_EQ(content.text, "Herrliches Brot, lange Schlange.");
  EXPECT_THAT(content.notes, ElementsAre("Google's translation: Lovely bread, long queue."));
  EXPECT_EQ(content.location, "Bakery, Main Street");
  EXPECT_EQ(content.permalink, "https://business.google.com/reviews/l/202?reply=one");
  EXPECT_EQ(to_rfc3339(*content.date), "2026-11-02T08:15:30.045Z");
  EXPECT_THAT(content.media,
              ElementsAre(model::Media{model::MediaKind::image, "https://lh3.example.com/p/queue=w400", ""},
                          model::Media{model::MediaKind::video, "https://video.example.com/oven.mp4", ""}));
}

TEST(GoogleReviews, AReplyStandsForItselfAndSaysWhyGoogleRefusedIt) {
  const auto content = content_of(*page_of_every_kind().reviews[0].reply);
  EXPECT_THAT(content.in_reply_to, ElementsAre("accounts/101/locations/202/reviews/AbFvOq-one"));
  EXPECT_EQ(content.message_id, "accounts/101/locations/202/reviews/AbFvOq-one/reply");
  EXPECT_EQ(content.text, "Danke! Samstags öffnen wir jetzt früher.");
  EXPECT_EQ(content.moderation, model::Moderation::rejected);
  EXPECT_EQ(content.moderation_reason, "personal information");
}

TEST(GoogleReviews, AnonymousReviewersHaveNoHandleAndAnUnknownStateIsNoted) {
  const channel::ReviewPage page = page_of_every_kind();
  const auto anonymous = content_of(page.reviews[1].review);
  EXPECT_EQ(anonymous.author.handle, "");
  EXPECT_EQ(anonymous.author.name, "A Google user");
  EXPECT_EQ(anonymous.rating, 1.0);
  EXPECT_EQ(anonymous.text, "");
  const auto third = content_of(page.reviews[2].review);
  EXPECT_FALSE(third.rating);
  EXPECT_THAT(third.notes, Contains(HasSubstr("STAR_RATING_UNSPECIFIED")));
  const auto reply = content_of(*page.reviews[2].reply);
  EXPECT_EQ(reply.moderation, model::Moderation::none);
  EXPECT_THAT(reply.notes, Contains(HasSubstr("SOMETHING_NEW")));
}

TEST(GoogleReviews, WhatChangesByItselfIsNotKeptSoTheSameReviewHasTheSameBytes) {
  std::string body = fixture("reviews_of_every_kind.json");
  const auto before = read_reviews(body);
  body = text::replace_all(body, "a/one=s120", "a/another=s240");
  body = text::replace_all(body, "Signature=abc", "Signature=def");
  body = text::replace_all(body, "\"displayName\": \"A Google user\", \"isAnonymous\": true",
                           "\"isAnonymous\": true, \"displayName\": \"A Google user\"");
  const auto after = read_reviews(body);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(before->reviews[i].review.raw, after->reviews[i].review.raw);
}

TEST(GoogleReviews, TheReplyIsNoPartOfTheReviewsBytes) {
  const std::string body = fixture("reviews_of_every_kind.json");
  const auto later = read_reviews(text::replace_all(body, "früher", "um sechs"));
  EXPECT_EQ(page_of_every_kind().reviews[0].review.raw, later->reviews[0].review.raw);
  EXPECT_NE(page_of_every_kind().reviews[0].reply->raw, later->reviews[0].reply->raw);
}

TEST(GoogleReviews, VersionsSortAsTimeDoesAndTombstonesComeLastInTheirMoment) {
  const channel::ReviewPage page = page_of_every_kind();
  const auto review = content_of(page.reviews[0].review);
  const auto gone = content_of(channel::tombstone(page.reviews[0].review.external_id, page.reviews[0].review.updated));
  EXPECT_TRUE(gone.deleted);
  EXPECT_EQ(gone.message_id, review.message_id);
  EXPECT_LT(review.version, gone.version);
  auto later = page.reviews[0].review.updated;
  later.ms += 1;
  EXPECT_LT(gone.version, content_of(channel::tombstone("accounts/1/locations/2/reviews/3", later)).version);

  std::string pending = page.reviews[0].reply->raw;
  pending = text::replace_all(pending, "REJECTED", "PENDING");
  const auto before = parse_item({"x", pending, "", true, {}});
  const auto verdict = content_of(*page.reviews[0].reply);
  EXPECT_EQ(before->moderation, model::Moderation::pending);
  EXPECT_LT(before->version, verdict.version) << "the verdict changes no date";
}

TEST(GoogleReviews, TranslationsAreToldFromTheOriginalInBothOrders) {
  const auto first = split_translation("(Translated by Google) Good\n\n(Original)\nGut");
  EXPECT_EQ(first.original, "Gut");
  EXPECT_EQ(first.translation, "Good");
  const auto last = split_translation("Gut\n\n(Translated by Google)\nGood");
  EXPECT_EQ(last.original, "Gut");
  EXPECT_EQ(last.translation, "Good");
  EXPECT_EQ(split_translation(" plain ").original, "plain");
  EXPECT_EQ(split_translation("(Translated by Google) only").original, "(Translated by Google) only");
}

TEST(GoogleReviews, NamesOfReviewsAreFoundInOurExternalIdsAndNowhereElse) {
  EXPECT_EQ(review_name("accounts/1/locations/2/reviews/3"), "accounts/1/locations/2/reviews/3");
  EXPECT_EQ(review_name("accounts/1/locations/2/reviews/3/reply"), "accounts/1/locations/2/reviews/3");
  EXPECT_EQ(review_name("accounts/1/locations/2/reviews/3;Ab_9"), "accounts/1/locations/2/reviews/3");
  for (const char* odd : {"", "reviews/3", "accounts/1/locations/2/reviews/", "accounts/1/locations/2/reviews/a?b",
                          "accounts/1/locations/2/reviews/%2e%2e", "https://example.com/accounts/1"})
    EXPECT_EQ(review_name(odd), "") << odd;
  EXPECT_TRUE(is_location_name("accounts/1/locations/2"));
  EXPECT_FALSE(is_location_name("locations/2"));
}

TEST(GoogleReviews, RefusalsSayWhatToDo) {
  const auto quota = read_refusal(429, fixture("refusal_project_not_approved.json"));
  ASSERT_TRUE(quota);
  EXPECT_EQ(quota->kind, Kind::rejected) << "waiting a minute would help nobody";
  EXPECT_THAT(quota->hint, HasSubstr("Application for Basic API Access"));
  const auto off = read_refusal(403, fixture("refusal_api_switched_off.json"));
  EXPECT_THAT(off->hint, HasSubstr("Enable"));
  const auto manager = read_refusal(403, fixture("refusal_not_a_manager.json"));
  EXPECT_THAT(manager->hint, HasSubstr("own or manage"));
  EXPECT_FALSE(read_refusal(403, fixture("limit_said_as_403.json")));
  EXPECT_TRUE(is_limit(403, fixture("limit_said_as_403.json")));
  EXPECT_FALSE(is_limit(403, fixture("refusal_not_a_manager.json")));
  EXPECT_FALSE(read_refusal(500, "{}"));
  EXPECT_FALSE(read_refusal(403, "<html>no</html>"));
}

TEST(GoogleReviews, APushNamesTheReviewAndOtherNewsNamesNone) {
  const std::string data = text::to_base64(
      R"({"type":"NEW_REVIEW","reviewName":"accounts/1/locations/2/reviews/3","locationName":"accounts/1/locations/2"})");
  const auto push = read_push(R"({"message":{"data":")" + data +
                                  R"(","messageId":"77","publishTime":"2026-11-21T10:00:00Z"},"subscription":"s"})",
                              {5});
  EXPECT_EQ(push->type, "NEW_REVIEW");
  EXPECT_EQ(push->review, "accounts/1/locations/2/reviews/3");
  EXPECT_EQ(push->id, "77");
  EXPECT_EQ(to_rfc3339(push->at), "2026-11-21T10:00:00Z");
  const auto other = read_push(R"({"message":{"data":"eyJ0eXBlIjoiR09PR0xFX1VQREFURSJ9"}})", {5});
  EXPECT_EQ(other->type, "GOOGLE_UPDATE");
  EXPECT_EQ(other->review, "");
  EXPECT_EQ(other->at.ms, 5);
  EXPECT_FALSE(read_push("no json", {5}));
}

TEST(GoogleReviews, WhatIsNoneOfOursIsAnErrorAndNoCrash) {
  for (const char* odd :
       {"", "7", "{}", "{\"review\":7}", "{\"review\":{}}", "{\"reply\":{}}", "[]", "{\"deleted\":\"\"}"})
    EXPECT_FALSE(parse_item({"x", odd, "", false, {}})) << odd;
  EXPECT_FALSE(read_reviews("[]"));
  EXPECT_THAT(read_reviews("{}")->reviews, IsEmpty());
}

}  // namespace
}  // namespace amends::connectors::google_business
