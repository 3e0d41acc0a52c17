#include "connectors/file/values.h"

#include <gtest/gtest.h>

#include "connectors/file/fields.h"

namespace amends::connectors::file {
namespace {

std::string when(std::string_view text, DateOrder order = DateOrder::day_first) {
  const auto found = parse_when(text, order);
  return found ? to_rfc3339(found->at) + (found->ambiguous ? "?" : "") + (found->no_time ? " day" : "") : "none";
}

TEST(When, ReadsWhatProgramsWrite) {
  EXPECT_EQ(when("2026-03-10T08:05:00Z"), "2026-03-10T08:05:00Z");
  EXPECT_EQ(when("2026-03-10T08:05:00.123+01:00"), "2026-03-10T07:05:00.123Z");
  EXPECT_EQ(when("2026-03-10 08:05"), "2026-03-10T08:05:00Z");
  EXPECT_EQ(when("2026-03-10T08:05"), "2026-03-10T08:05:00Z");
  EXPECT_EQ(when("2026-03-10 08:05:07 UTC"), "2026-03-10T08:05:07Z");
  EXPECT_EQ(when("2026-03-10"), "2026-03-10T12:00:00Z day");
  EXPECT_EQ(when("20260310"), "2026-03-10T12:00:00Z day");
  EXPECT_EQ(when("1773129600"), "2026-03-10T08:00:00Z");
  EXPECT_EQ(when("1773129600123"), "2026-03-10T08:00:00.123Z");
  EXPECT_EQ(when("1773129600.25"), "2026-03-10T08:00:00Z");
  EXPECT_EQ(when("Tue, 10 Mar 2026 08:05:00 +0100"), "2026-03-10T07:05:00Z");
  EXPECT_EQ(when("Tue Mar 10 08:05:00 +0000 2026"), "2026-03-10T08:05:00Z");
}

TEST(When, ReadsWhatPeopleWrite) {
  EXPECT_EQ(when("10.03.2026, 14:20 Uhr"), "2026-03-10T14:20:00Z");
  EXPECT_EQ(when("10. März 2026"), "2026-03-10T12:00:00Z day");
  EXPECT_EQ(when("mardi 10 février 2026 à 9:30"), "2026-02-10T09:30:00Z");
  EXPECT_EQ(when("March 10th, 2026 8:05 PM"), "2026-03-10T20:05:00Z");
  EXPECT_EQ(when("12:30 AM, 3 ago 2026"), "2026-08-03T00:30:00Z");
  EXPECT_EQ(when("25/3/26"), "2026-03-25T12:00:00Z day");
}

TEST(When, SaysWhenDayAndMonthCouldBeSwapped) {
  EXPECT_EQ(when("03/04/2026"), "2026-04-03T12:00:00Z? day");
  EXPECT_EQ(when("03/04/2026", DateOrder::month_first), "2026-03-04T12:00:00Z? day");
  EXPECT_EQ(when("04/04/2026"), "2026-04-04T12:00:00Z day");
  EXPECT_EQ(when("03/25/2026"), "2026-03-25T12:00:00Z day");
  EXPECT_EQ(date_order_evidence("25/03/2026"), 1);
  EXPECT_EQ(date_order_evidence("03/25/2026 10:00"), -1);
  EXPECT_EQ(date_order_evidence("03/04/2026"), 0);
  EXPECT_EQ(date_order_evidence("25.03.2026"), 0);
}

TEST(When, RefusesWhatIsNoDate) {
  for (const char* text : {"", "soon", "2 weeks ago", "32.01.2026", "2026-02-30", "2026-13-01", "25:00 10.03.2026",
                           "1776-07-04", "9999-01-01", "12", "1.2.3.4", "2026"}) {
    EXPECT_EQ(when(text), "none") << text;
  }
}

double stars(std::string_view text, double max = 0) {
  const auto found = parse_stars(text, max);
  return found ? found->value : -1;
}

TEST(Stars, ComeAsDigitsDrawingsAndWords) {
  EXPECT_EQ(stars("4"), 4);
  EXPECT_EQ(stars("4,5"), 4.5);
  EXPECT_EQ(stars("4/5"), 4);
  EXPECT_EQ(stars("4 out of 5 stars"), 4);
  EXPECT_EQ(stars("2 von 5"), 2);
  EXPECT_EQ(stars("★★★★☆"), 4);
  EXPECT_EQ(stars("⭐⭐"), 2);
  EXPECT_EQ(stars("FIVE"), 5);
  EXPECT_EQ(stars("THREE_STARS"), 3);
}

TEST(Stars, OtherScalesAreBroughtToFiveAndSaidToBe) {
  EXPECT_EQ(stars("8/10"), 4);
  EXPECT_EQ(stars("8", 10), 4);
  EXPECT_EQ(stars("80%"), 4);
  EXPECT_EQ(parse_stars("8/10", 0)->repaired, "scaled from a best of 10");
  EXPECT_EQ(parse_stars("9", 0)->repaired, "taken as out of 10");
  EXPECT_EQ(parse_stars("4", 0)->repaired, "");
  EXPECT_EQ(parse_stars("0", 0)->value, 1);
}

TEST(Stars, NothingElseIsARating) {
  for (const char* text : {"", "good", "-1", "7/5", "1e3x", "..", "150"}) EXPECT_EQ(stars(text), -1) << text;
}

TEST(Values, KindsFlagsAndLanguagesHaveManyNames) {
  EXPECT_EQ(parse_kind("Direct Message"), model::MessageKind::direct_message);
  EXPECT_EQ(parse_kind("Bewertung"), model::MessageKind::review);
  EXPECT_FALSE(parse_kind("sandwich"));
  EXPECT_EQ(parse_flag("Ja"), true);
  EXPECT_EQ(parse_flag("0"), false);
  EXPECT_FALSE(parse_flag("maybe"));
  EXPECT_EQ(parse_language("en-GB"), "en");
  EXPECT_EQ(parse_language("Français"), "fr");
  EXPECT_EQ(parse_language("klingon?"), "");
}

TEST(Columns, AreRecognisedHoweverTheyAreSpelt) {
  EXPECT_EQ(field_known_as("Review Text"), Field::text);
  EXPECT_EQ(field_known_as("reviewText"), Field::text);
  EXPECT_EQ(field_known_as("Étoiles"), Field::rating);
  EXPECT_EQ(field_known_as("RESEÑA"), Field::text);
  EXPECT_EQ(field_known_as("Überschrift"), Field::title);
  EXPECT_FALSE(field_known_as("Branch manager"));
  EXPECT_FALSE(field_known_as("***"));
}

TEST(Columns, AWishGoesBeforeWhatTheHeadersSay) {
  const auto wishes = parse_wishes("rating=Score, text=#3, title=");
  ASSERT_TRUE(wishes);
  const auto map = map_columns({"Stars", "Score", "Words", "Title"}, *wishes);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->column_of.at(Field::rating), 1u);
  EXPECT_EQ(map->column_of.at(Field::text), 2u);
  EXPECT_EQ(map->column_of.count(Field::title), 0u);
  EXPECT_EQ(map->unused(), (std::vector<std::size_t>{0, 3}));
}

TEST(Columns, AWishForNoColumnSaysWhichThereAre) {
  const auto wishes = parse_wishes("rating=Sterne");
  const auto map = map_columns({"Stars", "Words"}, *wishes);
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().what, "map: there is no column \"Sterne\"");
  EXPECT_EQ(map.error().hint, "the columns are Stars, Words");
  EXPECT_FALSE(parse_wishes("stars=Stars"));
  EXPECT_FALSE(parse_wishes("rating"));
}

TEST(Columns, WithoutAnythingKnownTheFileIsRefused) {
  const auto map = map_columns({"foo", "bar"}, {});
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().kind, Kind::invalid);
}

}  // namespace
}  // namespace amends::connectors::file
