#include "core/channel/following.h"

#include <gtest/gtest.h>

namespace amends::channel {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Timestamp kStart{1'767'258'000'000};

TEST(Listing, ReadsFromItsTopDownToWhereTheReadingBeforeBegan) {
  Listing listing;
  EXPECT_TRUE(listing.page("9", "older-than-7", false));
  EXPECT_EQ(listing.next, "older-than-7");
  EXPECT_FALSE(listing.page("6", "", false));
  EXPECT_EQ(listing.until, "9");
  EXPECT_EQ(listing.next, "");
  EXPECT_TRUE(listing.page("12", "older-than-11", false));
  EXPECT_FALSE(listing.page("10", "older-than-8", true));
  EXPECT_EQ(listing.until, "12");
}

TEST(Listing, GoesOnAfterABreakWhereItsCursorSays) {
  Listing listing;
  EXPECT_TRUE(listing.page("9", "older-than-7", false));
  Listing again = Listing::read(listing.write());
  EXPECT_EQ(again.next, "older-than-7");
  EXPECT_FALSE(again.page("6", "", false));
  EXPECT_EQ(again.until, "9");
}

TEST(Listing, AnEmptyPageKeepsTheMark) {
  Listing listing{"9", "", ""};
  EXPECT_FALSE(listing.page("", "", false));
  EXPECT_EQ(listing.until, "9");
}

TEST(Listing, APageThatNamesItselfAsTheNextEndsTheReading) {
  Listing listing;
  EXPECT_TRUE(listing.page("9", "a", false));
  EXPECT_FALSE(listing.page("8", "a", false));
}

TEST(Rechecks, TellsWhatIsNewAndWhatChanged) {
  Rechecks rechecks;
  EXPECT_TRUE(rechecks.saw("1", "a", kStart, kStart));
  EXPECT_FALSE(rechecks.saw("1", "a", kStart, kStart));
  EXPECT_TRUE(rechecks.saw("1", "b", kStart, kStart));
  EXPECT_TRUE(rechecks.gone("1"));
  EXPECT_FALSE(rechecks.gone("1"));
}

TEST(Rechecks, AskOftenWhileAMessageIsYoungThenEverMoreSeldom) {
  Rechecks rechecks;
  rechecks.saw("1", "", kStart, kStart);
  int asked = 0;
  for (Timestamp now = kStart; now < kStart + hours(24 * 40); now = now + minutes(5)) {
    if (rechecks.due(now, 10).empty()) continue;
    ++asked;
    rechecks.saw("1", "", kStart, now);
  }
  EXPECT_GT(asked, 40);
  EXPECT_LT(asked, 90);
  EXPECT_TRUE(rechecks.due(kStart + hours(24 * 31), 10).empty());
}

TEST(Rechecks, WhereAskingCostsEachIsLeftAloneForAWhile) {
  Rechecks rechecks;
  rechecks.saw("1", "", kStart, kStart);
  EXPECT_TRUE(rechecks.due(kStart + hours(5), 10, hours(6)).empty());
  EXPECT_EQ(rechecks.due(kStart + hours(6), 10, hours(6)).size(), 1u);
}

TEST(Rechecks, WhoWaitedLongestComesFirstAndABacklogIsBounded) {
  Rechecks rechecks;
  for (int i = 0; i < 400; ++i) {
    rechecks.saw("m" + std::to_string(i), "", kStart + minutes(i), kStart + minutes(i));
  }
  const auto due = rechecks.due(kStart + minutes(400), 5);
  ASSERT_EQ(due.size(), 5u);
  EXPECT_FALSE(rechecks.knows("m0"));
  EXPECT_TRUE(rechecks.knows("m399"));
  EXPECT_EQ(Rechecks::read(rechecks.write()).due(kStart + minutes(400), 5), due);
}

TEST(Rechecks, JsonOfOthersReadsAsEmpty) {
  for (const char* text : {"", "null", "[]", "{\"a\":1", "{\"a\":[1,\"x\",null]}"}) {
    EXPECT_EQ(Rechecks::read(text).version_of("a"), "") << text;
    EXPECT_EQ(Listing::read(text).until, "") << text;
  }
}

}  // namespace
}  // namespace amends::channel
