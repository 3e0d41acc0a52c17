#include "connectors/trustpilot/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "tests/support/support.h"

namespace amends::connectors::trustpilot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string fixture(const std::string& name) {
  return test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/" + name);
}

channel::ReviewPage page_of_every_kind() {
  auto page = read_reviews(fixture("reviews_of_every_kind.json"), 1);
  EXPECT_TRUE(page);
  return *std::move(page);
}

model::Content content_of(const channel::ReviewPiece& piece) {
  auto content = parse_item(channel::item_of(piece, "Shop"));
  EXPECT_TRUE(content) << piece.raw;
  return *std::move(content);
}

TEST(TrustpilotReviews, AReviewIsUnderstoodWithAuthorRatingOrderAndLinks) {
  const auto page = page_of_every_kind();
  ASSERT_EQ(page.reviews.size(), 2U);
  EXPECT_EQ(page.notes.size(), 1U);
  EXPECT_EQ(page.next, "2");
  const auto content = content_of(page.reviews[0].review);
  EXPECT_EQ(content.message_id, "507f191e810c19729de860ea");
  EXPECT_EQ(content.author.name, "Ute K.");
  EXPECT_EQ(content.author.handle, "507f191e810c19729de860eb");
  EXPECT_EQ(content.author_url, "https://www.trustpilot.com/users/507f191e810c19729de860eb");
  EXPECT_EQ(content.subject, "Nie wieder");
  EXPECT_EQ(content.text, "Paket kam nie an.");
  EXPECT_EQ(content.rating, 1.0);
  EXPECT_EQ(content.language, "de");
  EXPECT_EQ(content.location, "Shop");
  EXPECT_EQ(content.permalink, "https://www.trustpilot.com/reviews/507f191e810c19729de860ea");
  EXPECT_THAT(content.notes,
              ElementsAre("order: 2026-1177", "Trustpilot verified the purchase", "Trustpilot says: reported"));
  EXPECT_EQ(content_of(page.reviews[1].review).location, "Shop Hamburg");
}

TEST(TrustpilotReviews, AReplyIsAnItemOfOurOwn) {
  const auto page = page_of_every_kind();
  ASSERT_TRUE(page.reviews[0].reply);
  EXPECT_TRUE(page.reviews[0].reply->own);
  EXPECT_FALSE(page.reviews[1].reply) << "null is no reply";
  const auto content = content_of(*page.reviews[0].reply);
  EXPECT_EQ(content.author.name, "Lena vom Shop");
  EXPECT_EQ(content.text, "Das klären wir.");
  EXPECT_THAT(content.in_reply_to, ElementsAre("507f191e810c19729de860ea"));
}

TEST(TrustpilotReviews, CountersAreNoEditAndAddressesAreNotKept) {
  const std::string body = fixture("reviews_of_every_kind.json");
  const auto page = page_of_every_kind();
  const auto liked =
      read_reviews(text::replace_all(text::replace_all(body, "\"numberOfLikes\": 3", "\"numberOfLikes\": 4"),
                                     "\"numberOfReviews\": 7", "\"numberOfReviews\": 8"),
                   1);
  EXPECT_EQ(page.reviews[0].review.raw, liked->reviews[0].review.raw);
  EXPECT_THAT(page.reviews[0].review.raw, Not(HasSubstr("guest.test")));
}

TEST(TrustpilotReviews, AnEditIsANewerVersion) {
  const auto before = content_of(page_of_every_kind().reviews[0].review);
  const auto edited =
      read_reviews(text::replace_all(fixture("reviews_of_every_kind.json"), "08:00:00.250", "09:00:00.000"), 1);
  EXPECT_LT(before.version, content_of(edited->reviews[0].review).version);
}

TEST(TrustpilotReviews, ExternalIdsAreReadBackAndNothingElseIs) {
  EXPECT_EQ(review_id("507f191e810c19729de860ea/reply"), "507f191e810c19729de860ea");
  EXPECT_EQ(review_id("507f191e810c19729de860ea;x9"), "507f191e810c19729de860ea");
  for (const char* odd : {"", "a/b", "..", "a b"}) EXPECT_EQ(review_id(odd), "") << odd;
}

TEST(TrustpilotReviews, WhatIsNoneOfOursIsAnErrorAndNoCrash) {
  for (const char* odd : {"", "7", "{}", "{\"review\":7}", "{\"review\":{}}", "{\"reply\":{}}", "[]"})
    EXPECT_FALSE(parse_item({"x", odd, "", false, {}})) << odd;
  EXPECT_FALSE(read_review("[]"));
  EXPECT_FALSE(read_company("{}"));
}

}  // namespace
}  // namespace amends::connectors::trustpilot
