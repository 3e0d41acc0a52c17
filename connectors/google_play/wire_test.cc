#include "connectors/google_play/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "tests/support/support.h"

namespace amends::connectors::google_play {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::string fixture(const std::string& name) {
  return test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/" + name);
}

channel::ReviewPage page_of_every_kind() {
  auto page = read_reviews(fixture("reviews_of_every_kind.json"), "com.example.app");
  EXPECT_TRUE(page);
  return *std::move(page);
}

model::Content content_of(const channel::ReviewPiece& piece) {
  auto content = parse_item(channel::item_of(piece, "The app"));
  EXPECT_TRUE(content) << piece.raw;
  return *std::move(content);
}

TEST(PlayReviews, AReviewIsUnderstoodWithTitleRatingLanguageDeviceAndLink) {
  const auto page = page_of_every_kind();
  ASSERT_EQ(page.reviews.size(), 2U);
  EXPECT_EQ(page.notes.size(), 2U);
  EXPECT_EQ(page.next, "next-1");
  const auto content = content_of(page.reviews[0].review);
  EXPECT_EQ(content.message_id, "com.example.app/gp:AOqpTOFone");
  EXPECT_EQ(content.author.name, "Ana Souza");
  EXPECT_EQ(content.author.handle, content.message_id);
  EXPECT_EQ(content.subject, "Trava sempre");
  EXPECT_EQ(content.text, "Fecha sozinho ao abrir a câmera");
  EXPECT_EQ(content.rating, 2.0);
  EXPECT_EQ(content.language, "pt");
  EXPECT_EQ(content.location, "The app");
  EXPECT_EQ(content.permalink,
            "https://play.google.com/store/apps/details?id=com.example.app&reviewId=gp%3AAOqpTOFone");
  EXPECT_EQ(to_rfc3339(*content.date), "2026-11-21T09:30:00.045Z");
  EXPECT_THAT(content.notes, ElementsAre("device: Galaxy S5", "Android SDK: 34", "app version: 2.3.1 (231)"));
}

TEST(PlayReviews, TheDevelopersWordsAreAnItemOfOurOwn) {
  const auto page = page_of_every_kind();
  ASSERT_TRUE(page.reviews[0].reply);
  EXPECT_TRUE(page.reviews[0].reply->own);
  const auto content = content_of(*page.reviews[0].reply);
  EXPECT_EQ(content.text, "Corrigido na 2.3.2, obrigado!");
  EXPECT_THAT(content.in_reply_to, ElementsAre("com.example.app/gp:AOqpTOFone"));
  EXPECT_EQ(content.moderation, model::Moderation::published);
}

TEST(PlayReviews, ATranslatedReviewKeepsItsOwnWordsAndAnonymousUsersHaveNoHandle) {
  const auto content = content_of(page_of_every_kind().reviews[1].review);
  EXPECT_EQ(content.text, "Läuft gut");
  EXPECT_THAT(content.notes, Contains("Google's translation: Works well"));
  EXPECT_EQ(content.author.handle, "");
  EXPECT_EQ(to_rfc3339(*content.date), "2026-11-20T18:40:00Z") << "seconds as a number are understood too";
}

TEST(PlayReviews, VotesAreNoEditAndAReplyIsNoEditOfTheReview) {
  const std::string body = fixture("reviews_of_every_kind.json");
  const auto voted =
      read_reviews(text::replace_all(body, "\"thumbsUpCount\": 4", "\"thumbsUpCount\": 5"), "com.example.app");
  const auto answered = read_reviews(text::replace_all(body, "obrigado", "valeu"), "com.example.app");
  const auto page = page_of_every_kind();
  EXPECT_EQ(page.reviews[0].review.raw, voted->reviews[0].review.raw);
  EXPECT_EQ(page.reviews[0].review.raw, answered->reviews[0].review.raw);
  EXPECT_NE(page.reviews[0].reply->raw, answered->reviews[0].reply->raw);
}

TEST(PlayReviews, ExternalIdsAreReadBackAndNothingElseIs) {
  const auto name = name_of("com.example.app/gp:AOqpTOFone/reply;x9");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->package, "com.example.app");
  EXPECT_EQ(name->review, "gp:AOqpTOFone");
  for (const char* odd : {"", "com.example.app", "com.example.app/", "noapp/gp:1", "com..app/gp:1", "a.b/c/d"})
    EXPECT_FALSE(name_of(odd)) << odd;
}

TEST(PlayReviews, ARefusalSaysWhereToInviteTheServiceAccount) {
  const auto refusal = read_refusal(403, R"({"error":{"code":403,"message":"The caller does not have permission"}})");
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->hint, HasSubstr("Play Console"));
  EXPECT_FALSE(read_refusal(404, "{}"));
  EXPECT_FALSE(read_refusal(401, R"({"error":{"message":"Invalid Credentials"}})")) << "that is a matter of tokens";
}

TEST(PlayReviews, WhatIsNoneOfOursIsAnErrorAndNoCrash) {
  for (const char* odd : {"", "7", "{}", "{\"review\":7}", "{\"review\":{}}", "{\"reply\":{}}", "[]"})
    EXPECT_FALSE(parse_item({"x", odd, "", false, {}})) << odd;
}

}  // namespace
}  // namespace amends::connectors::google_play
