#include "connectors/youtube/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "tests/support/support.h"

namespace amends::connectors::youtube {
namespace {

using testing::ElementsAre;

std::string fixture() {
  return test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/threads_of_every_kind.json");
}

model::Content content_of(const channel::ReviewPiece& piece) {
  auto content = parse_item(channel::item_of(piece, ""));
  EXPECT_TRUE(content) << piece.raw;
  return *std::move(content);
}

TEST(YouTubeComments, AThreadGivesItsCommentAndItsRepliesEachAsAnItem) {
  const auto page = read_threads(fixture(), "UCown");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->threads.size(), 2U);
  EXPECT_EQ(page->notes.size(), 1U);
  EXPECT_EQ(page->next, "QURTSl9");
  EXPECT_EQ(page->threads[0].reply_count, 7);
  const auto content = content_of(page->threads[0].top);
  EXPECT_EQ(content.kind, model::MessageKind::comment);
  EXPECT_EQ(content.author.handle, "UCana");
  EXPECT_EQ(content.author_url, "http://www.youtube.com/@ana");
  EXPECT_EQ(content.text, "My blender broke & nobody answers");
  EXPECT_EQ(content.permalink, "https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgxOne");
  EXPECT_EQ(content.location, "dQw4w9WgXcQ");
  ASSERT_EQ(page->threads[0].replies.size(), 1U);
  const auto& own = page->threads[0].replies[0];
  EXPECT_TRUE(own.own);
  const auto reply = content_of(own);
  EXPECT_THAT(reply.in_reply_to, ElementsAre("UgxOne"));
  EXPECT_EQ(reply.moderation, model::Moderation::rejected);
  EXPECT_EQ(reply.moderation_reason, "YouTube says: likelySpam");
  const auto held = content_of(page->threads[1].top);
  EXPECT_THAT(held.notes, ElementsAre("on YouTube: heldForReview"));
  EXPECT_EQ(held.permalink, "https://www.youtube.com/channel/UCown/discussion?lc=UgxTwo");
}

TEST(YouTubeComments, CountersPicturesAndWhatIsTrueOfEveryPublishedOneAreNotKept) {
  std::string body = fixture();
  const auto before = read_threads(body, "UCown");
  body = text::replace_all(body, "\"likeCount\": 4", "\"likeCount\": 5");
  body = text::replace_all(body, "a=s48", "b=s48");
  body = text::replace_all(body, "\"moderationStatus\": \"published\", ", "");
  EXPECT_EQ(before->threads[0].top.raw, read_threads(body, "UCown")->threads[0].top.raw);
}

TEST(YouTubeComments, AThreadIsNamedByTheFirstPartOfAReplysId) {
  EXPECT_EQ(thread_of("UgxOne.9own"), "UgxOne");
  EXPECT_EQ(thread_of("UgxOne;Ab_9"), "UgxOne");
  for (const char* odd : {"", ".x", "a b", "a/b"}) EXPECT_EQ(thread_of(odd), "") << odd;
}

TEST(YouTubeComments, TheQuotaBeginsAnewAtMidnightInCaliforniaInSummerAndInWinter) {
  const auto next = [](const char* now) { return to_rfc3339(next_pacific_midnight(*from_rfc3339(now))); };
  EXPECT_EQ(next("2026-01-15T12:00:00Z"), "2026-01-16T08:00:00Z");
  EXPECT_EQ(next("2026-01-15T07:59:59Z"), "2026-01-15T08:00:00Z");
  EXPECT_EQ(next("2026-07-15T12:00:00Z"), "2026-07-16T07:00:00Z");
  EXPECT_EQ(next("2026-03-08T09:00:00Z"), "2026-03-09T07:00:00Z") << "the day has 23 hours";
  EXPECT_EQ(next("2026-11-01T08:00:00Z"), "2026-11-02T08:00:00Z") << "the day has 25 hours";
}

TEST(YouTubeComments, QuotaAndRefusalsAreUnderstood) {
  const Timestamp now = *from_rfc3339("2026-01-15T12:00:00Z");
  EXPECT_EQ(limit_in(403, R"({"error":{"errors":[{"reason":"quotaExceeded"}]}})", now), std::chrono::hours(20));
  EXPECT_EQ(limit_in(403, R"({"error":{"errors":[{"reason":"rateLimitExceeded"}]}})", now), std::chrono::seconds(60));
  EXPECT_FALSE(limit_in(403, R"({"error":{"errors":[{"reason":"commentsDisabled"}]}})", now));
  EXPECT_FALSE(limit_in(200, "{}", now));
  EXPECT_EQ(read_refusal(403, R"({"error":{"errors":[{"reason":"insufficientPermissions"}]}})")->kind,
            Kind::unauthorized);
  EXPECT_EQ(read_refusal(403, R"({"error":{"errors":[{"reason":"commentsDisabled"}]}})")->kind, Kind::rejected);
  EXPECT_FALSE(read_refusal(404, "{}"));
}

TEST(YouTubeComments, OurWordsAreFoundByAuthorTextAndTime) {
  const std::string body =
      R"({"items":[{"snippet":{"authorChannelId":{"value":"UCown"},"textOriginal":"Sorry ","publishedAt":"2026-11-20T11:00:00Z"}}]})";
  const Timestamp before = *from_rfc3339("2026-11-20T10:59:00Z"), after = *from_rfc3339("2026-11-20T11:30:00Z");
  EXPECT_TRUE(holds_our_words(body, "UCown", "Sorry", before));
  EXPECT_FALSE(holds_our_words(body, "UCown", "Sorry", after));
  EXPECT_FALSE(holds_our_words(body, "UCother", "Sorry", before));
  EXPECT_FALSE(holds_our_words(body, "UCown", "Other", before));
}

TEST(YouTubeComments, WhatIsNoneOfOursIsAnErrorAndNoCrash) {
  for (const char* odd : {"", "7", "{}", "{\"comment\":7}", "{\"comment\":{\"id\":\"x\"}}", "[]"})
    EXPECT_FALSE(parse_item({"x", odd, "", false, {}})) << odd;
  EXPECT_FALSE(read_made("{}"));
}

}  // namespace
}  // namespace amends::connectors::youtube
