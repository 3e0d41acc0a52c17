#include "core/channel/review_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace amends::channel {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A site as a list of reviews, newest first, two on a page.
class Book : public testing::Test {
 protected:
  struct Row {
    std::string id, words;
    std::int64_t order = 0;
    std::string reply = {};
  };

  Book() {
    site.list = [this](const ReviewPlace& place, const std::string& token) -> Result<ReviewPage> {
      ++listed;
      if (place.name == broken) return fail(Kind::rejected, "not verified");
      if (token == "old") return fail(Kind::invalid, "the token is no good");
      ReviewPage page;
      const std::size_t from = token.empty() ? 0 : std::stoul(token);
      for (std::size_t i = from; i < rows.size() && i < from + 2; ++i) page.reviews.push_back(pieces(rows[i]));
      if (from + 2 < rows.size()) page.next = std::to_string(from + 2);
      page.total = static_cast<std::int64_t>(rows.size());
      return page;
    };
    site.get = [this](const std::string& id) -> Result<ReviewPieces> {
      ++got;
      for (const Row& row : rows) {
        if (row.id == id) return pieces(row);
      }
      return fail(Kind::not_found, "gone");
    };
  }

  static ReviewPieces pieces(const Row& row) {
    ReviewPieces out;
    out.review = {row.id, row.words, {row.order}, {row.order}, false};
    out.order = {row.order};
    if (!row.reply.empty()) out.reply = ReviewPiece{row.id + "/reply", row.reply, {row.order}, {row.order}, true};
    return out;
  }

  std::vector<std::string> pull() {
    std::vector<std::string> out;
    notes.clear();
    for (bool more = true; more;) {
      auto page = pull_reviews(cursor, places, site, now);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) return out;
      for (const auto& item : page->items) out.push_back(item.external_id + "=" + item.raw.substr(0, 9));
      for (const auto& note : page->notes) notes.push_back(note);
      cursor = page->cursor;
      more = page->more;
    }
    return out;
  }

  std::vector<Row> rows{{"c", "3", kDay * 400}, {"b", "2", kDay * 300}, {"a", "1", kDay * 100}};
  std::vector<ReviewPlace> places{{"p", "Place"}};
  ReviewSite site;
  std::string cursor, broken;
  std::vector<std::string> notes;
  Timestamp now{kDay * 500};
  int listed = 0, got = 0;
  static constexpr std::int64_t kDay = 86'400'000;
};

TEST_F(Book, IsReadToItsEndOnceAndThenOnlyAtItsTop) {
  EXPECT_THAT(pull(), ElementsAre("c=3", "b=2", "a=1"));
  listed = 0;
  EXPECT_THAT(pull(), IsEmpty());
  EXPECT_EQ(listed, 1) << "the second review is older than the overlap";
  rows.insert(rows.begin(), {"d", "4", kDay * 450});
  EXPECT_THAT(pull(), ElementsAre("d=4"));
  EXPECT_EQ(got, 0);
}

TEST_F(Book, AReplyAndItsEndAreNews) {
  pull();
  rows[0].reply = "sorry";
  EXPECT_THAT(pull(), ElementsAre("c/reply=sorry"));
  rows[0].reply = "so sorry";
  EXPECT_THAT(pull(), ElementsAre("c/reply=so sorry"));
  rows[0].reply.clear();
  EXPECT_THAT(pull(), ElementsAre(HasSubstr("c/reply={\"deleted")));
}

TEST_F(Book, ACountThatDoesNotAddUpIsLookedIntoAtOnceAndOnlyOnce) {
  pull();
  rows.pop_back();
  EXPECT_THAT(pull(), ElementsAre(HasSubstr("a={\"deleted")));
  EXPECT_EQ(got, 1);
  listed = 0;
  EXPECT_THAT(pull(), IsEmpty());
  EXPECT_EQ(listed, 1);
}

TEST_F(Book, WhatIsOlderThanTheOverlapIsComparedWithTheNextWholeReading) {
  pull();
  rows[2].words = "1 edited";
  EXPECT_THAT(pull(), IsEmpty());
  now = now + std::chrono::hours(7);
  EXPECT_THAT(pull(), ElementsAre("a=1 edited"));
}

TEST_F(Book, ASiteThatCannotBeAskedByNameLosesNobody) {
  site.get = {};
  pull();
  rows.pop_back();
  now = now + std::chrono::hours(7);
  EXPECT_THAT(pull(), IsEmpty());
}

TEST_F(Book, APlaceThatRefusesDoesNotHoldUpTheOthersAndAloneItIsTheError) {
  broken = "p";
  const auto alone = pull_reviews("", places, site, now);
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().kind, Kind::rejected);
  places = {{"p", "Place"}, {"q", "Other"}};
  EXPECT_EQ(pull().size(), 3U);
  EXPECT_THAT(notes, Contains("Place: not verified"));
}

TEST_F(Book, AnOldTokenStartsFromTheTop) {
  auto page = pull_reviews("", places, site, now);
  ASSERT_TRUE(page && page->more);
  const auto at = page->cursor.find("\"token\":\"2\"");
  ASSERT_NE(at, std::string::npos);
  cursor = page->cursor.replace(at, 11, "\"token\":\"old\"");
  EXPECT_THAT(pull(), ElementsAre("a=1"));
}

TEST_F(Book, AnOddCursorStartsOver) {
  for (const char* odd : {"", "7", "[]", "{\"places\":7}", "{\"places\":{\"p\":7}}", "no json"}) {
    cursor = odd;
    EXPECT_EQ(pull().size(), 3U) << odd;
  }
}

TEST(ReviewVersions, AreNumbersThatOrderAsMomentsAndStatesDo) {
  EXPECT_LT(std::stoll(version_of({1000}, 8)), std::stoll(version_of({1001})));
  const auto gone = read_tombstone(tombstone("x/reply", {1000}).raw);
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->version, "10009");
  EXPECT_TRUE(gone->deleted);
  EXPECT_EQ(gone->kind, model::MessageKind::comment);
  EXPECT_THAT(gone->in_reply_to, ElementsAre("x"));
  EXPECT_FALSE(read_tombstone("{\"review\":{}}"));
}

TEST(ReviewSlots, AreNotOverwrittenUnseen) {
  Post post;
  post.text = "Sorry";
  EXPECT_TRUE(slot_is_ours({}, post));
  EXPECT_TRUE(slot_is_ours("Sorry\n", post)) << "our own words of a try before";
  EXPECT_EQ(slot_is_ours("Other words", post).error().kind, Kind::conflict);
  post.replaces = "x/reply";
  EXPECT_TRUE(slot_is_ours("Other words", post));
}

TEST(ReviewPlaces, HaveATitleWhereTheSettingGivesOne) {
  const auto places = places_of({"a = The  shop", "b", "c="});
  ASSERT_EQ(places.size(), 3U);
  EXPECT_EQ(places[0].title, "The shop");
  EXPECT_EQ(places[1].title, "b");
  EXPECT_EQ(places[2].title, "c");
}

}  // namespace
}  // namespace amends::channel
