#include "connectors/app_store/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "tests/support/support.h"

namespace amends::connectors::app_store {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::string fixture(const std::string& name) {
  return test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/" + name);
}

channel::ReviewPage page_of_every_kind() {
  auto page = read_reviews(fixture("reviews_of_every_kind.json"), "310633997");
  EXPECT_TRUE(page);
  return *std::move(page);
}

model::Content content_of(const channel::ReviewPiece& piece) {
  auto content = parse_item(channel::item_of(piece, "The app"));
  EXPECT_TRUE(content) << piece.raw;
  return *std::move(content);
}

TEST(StoreReviews, AReviewIsUnderstoodWithTitleRatingStorefrontAndLink) {
  const auto page = page_of_every_kind();
  ASSERT_EQ(page.reviews.size(), 3U);
  EXPECT_EQ(page.notes.size(), 1U);
  EXPECT_EQ(page.total, 37);
  EXPECT_THAT(page.next, HasSubstr("cursor=abc"));
  const auto content = content_of(page.reviews[0].review);
  EXPECT_EQ(content.message_id, "310633997/00000016-ff47-1");
  EXPECT_EQ(content.author.name, "Käferfreund");
  EXPECT_EQ(content.author.handle, content.message_id);
  EXPECT_EQ(content.subject, "Stürzt ab");
  EXPECT_EQ(content.text, "Seit dem Update geht nichts mehr.");
  EXPECT_EQ(content.rating, 1.0);
  EXPECT_EQ(to_rfc3339(*content.date), "2026-11-20T17:00:00Z");
  EXPECT_EQ(content.location, "The app");
  EXPECT_EQ(content.permalink, "https://apps.apple.com/app/id310633997?see-all=reviews");
  EXPECT_THAT(content.notes, Contains("storefront: DEU"));
  EXPECT_EQ(content.language, "") << "the text is long enough to tell";
}

TEST(StoreReviews, AResponseIsAnItemOfOurOwnWithItsState) {
  const auto page = page_of_every_kind();
  ASSERT_TRUE(page.reviews[0].reply);
  const auto content = content_of(*page.reviews[0].reply);
  EXPECT_EQ(content.text, "Version 4.1 hilft.");
  EXPECT_EQ(content.moderation, model::Moderation::pending);
  EXPECT_THAT(content.in_reply_to, ElementsAre("310633997/00000016-ff47-1"));
  std::string raw = page.reviews[0].reply->raw;
  raw = text::replace_all(raw, "PENDING_PUBLISH", "PUBLISHED");
  const auto published = parse_item({"x", raw, "", true, {}});
  EXPECT_EQ(published->moderation, model::Moderation::published);
  EXPECT_LT(content.version, published->version) << "the state changes, the date needn't";
}

TEST(StoreReviews, TheStorefrontTellsTheLanguageOfAFewWordsWhereItIsPlain) {
  const auto page = page_of_every_kind();
  EXPECT_EQ(content_of(page.reviews[1].review).language, "") << "Switzerland has four";
  EXPECT_EQ(content_of(page.reviews[2].review).language, "es");
  EXPECT_EQ(language_of("DEU"), "de");
  EXPECT_EQ(language_of(" DE"), "");
  EXPECT_EQ(language_of("XXX"), "");
}

TEST(StoreReviews, LinksOfTheApiAreNoPartOfAnItem) {
  const auto page = page_of_every_kind();
  EXPECT_EQ(page.reviews[0].review.raw.find("http"), std::string::npos);
  const auto later =
      read_reviews(text::replace_all(fixture("reviews_of_every_kind.json"), "Version 4.1", "Version 4.2"), "310633997");
  EXPECT_EQ(page.reviews[0].review.raw, later->reviews[0].review.raw);
  EXPECT_NE(page.reviews[0].reply->raw, later->reviews[0].reply->raw);
}

TEST(StoreReviews, ExternalIdsAreReadBackAndNothingElseIs) {
  const auto name = name_of("310633997/00000016-ff47-1/reply;x9");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->app, "310633997");
  EXPECT_EQ(name->review, "00000016-ff47-1");
  for (const char* odd : {"", "310633997", "310633997/", "app/1", "310633997/a/b", "310633997/.."})
    EXPECT_FALSE(name_of(odd)) << odd;
}

TEST(StoreReviews, RefusalsAndRatesAreUnderstood) {
  const auto refusal = read_refusal(403, R"({"errors":[{"detail":"The API key in use does not allow this request"}]})");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->kind, Kind::rejected);
  EXPECT_THAT(refusal->hint, HasSubstr("Customer Support"));
  EXPECT_EQ(read_refusal(401, "")->kind, Kind::unauthorized);
  EXPECT_FALSE(read_refusal(404, "{}"));
  EXPECT_TRUE(is_exhausted("user-hour-lim:3500;user-hour-rem:0;"));
  EXPECT_FALSE(is_exhausted("user-hour-lim:3500;user-hour-rem:500;"));
  EXPECT_FALSE(is_exhausted(""));
}

TEST(StoreReviews, WhatIsNoneOfOursIsAnErrorAndNoCrash) {
  for (const char* odd : {"", "7", "{}", "{\"review\":7}", "{\"review\":{}}", "{\"reply\":{}}", "[]"})
    EXPECT_FALSE(parse_item({"x", odd, "", false, {}})) << odd;
}

}  // namespace
}  // namespace amends::connectors::app_store
