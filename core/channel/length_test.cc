#include "core/channel/length.h"

#include <gtest/gtest.h>

namespace amends::channel {
namespace {

constexpr const char* kFamily =
    "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";  // three joined
constexpr const char* kFlag = "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA";                // DE

TEST(Length, EveryUnitCountsItsOwnWay) {
  struct Row {
    const char* text;
    std::int64_t bytes, code_points, graphemes, utf16, weighted;
  };
  const Row kRows[] = {
      {"", 0, 0, 0, 0, 0},
      {"hello", 5, 5, 5, 5, 5},
      {"e\xCC\x81", 3, 2, 1, 2, 2},                  // e + combining acute
      {"Zo\xC3\xAB", 4, 3, 3, 3, 3},                 // precomposed
      {kFamily, 18, 5, 1, 8, 2},                     //
      {kFlag, 8, 2, 1, 4, 2},                        //
      {"\xE6\x97\xA5\xE6\x9C\xAC", 6, 2, 2, 2, 4},   // two ideographs
      {"1\xEF\xB8\x8F\xE2\x83\xA3", 7, 3, 1, 3, 2},  // keycap 1
      {"\xC2\xA9", 2, 1, 1, 1, 1},                   // copyright sign: no emoji by itself
      {"\xE2\x80\x99", 3, 1, 1, 1, 1},               // right single quote
      {"\xE2\x82\xAC", 3, 1, 1, 1, 2},               // euro sign
      {"a\r\nb", 4, 4, 3, 4, 4},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(length_of(row.text, LengthUnit::bytes), row.bytes) << row.text;
    EXPECT_EQ(length_of(row.text, LengthUnit::code_points), row.code_points) << row.text;
    EXPECT_EQ(length_of(row.text, LengthUnit::graphemes), row.graphemes) << row.text;
    EXPECT_EQ(length_of(row.text, LengthUnit::utf16), row.utf16) << row.text;
    EXPECT_EQ(length_of(row.text, LengthUnit::weighted), row.weighted) << row.text;
  }
}

TEST(Length, LinksWeighTwentyThreeHoweverLong) {
  const auto weight = [](std::string_view text) { return length_of(text, LengthUnit::weighted); };
  EXPECT_EQ(weight("https://example.com/" + std::string(300, 'a')), 23);
  EXPECT_EQ(weight("see http://a.example, please"), 4 + 23 + 8);
  EXPECT_EQ(weight("(https://a.example/x)."), 1 + 23 + 2);
  EXPECT_EQ(weight("http://"), 7);
  EXPECT_EQ(weight("https://a.example https://b.example"), 47);
}

TEST(Length, ATextThatIsTooLongIsRefusedWithADraftThatFits) {
  Limits limits;
  limits.text = 30;
  EXPECT_TRUE(check_length("short enough", limits));
  const auto checked = check_length("We are sorry. The parcel was sent on Monday.", limits);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, Kind::invalid);
  EXPECT_NE(checked.error().what.find("44"), std::string::npos);
  EXPECT_NE(checked.error().what.find("30"), std::string::npos);
  EXPECT_LE(length_of(checked.error().hint, limits.unit), 30);
  EXPECT_TRUE(check_length(std::string(100'000, 'x'), Limits{}));  // no limit
}

TEST(Length, ItIsShortenedAtASentenceElseAWordElseACluster) {
  Limits limits;
  limits.text = 30;
  EXPECT_EQ(shortened("We are very sorry for this. The parcel was sent on Monday.", limits),
            "We are very sorry for this.");
  EXPECT_EQ(shortened("The parcel that you ordered was sent on Monday", limits), "The parcel that you ordered…");
  EXPECT_EQ(shortened(std::string(50, 'x'), limits), std::string(30, 'x'));
  limits = {3, LengthUnit::graphemes};
  std::string families;
  for (int i = 0; i < 5; ++i) families += kFamily;
  EXPECT_EQ(shortened(families, limits), std::string(kFamily) + kFamily + "…");
  limits = {40, LengthUnit::code_points};
  EXPECT_EQ(shortened("All about it: https://shop.example/a/long/path", limits), "All about it:…");
  limits = {17, LengthUnit::bytes};
  EXPECT_EQ(shortened(kFamily, limits), "");
}

TEST(Length, WhatIsShortenedFitsInEveryUnit) {
  const std::string text =
      "Dear Zo\xC3\xAB, thank you \xF0\x9F\x92\x9A for 5 stars! See https://shop.example/path?x=1 or "
      "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E. Bye " +
      std::string(kFlag) + std::string(kFamily);
  for (const LengthUnit unit :
       {LengthUnit::bytes, LengthUnit::code_points, LengthUnit::graphemes, LengthUnit::utf16, LengthUnit::weighted}) {
    for (std::int64_t most = 1; most < 130; ++most) {
      const Limits limits{most, unit};
      const std::string draft = shortened(text, limits);
      EXPECT_LE(length_of(draft, unit), most) << draft;
      const std::string_view kept = std::string_view(draft).substr(
          0, draft.size() - (draft.size() > 3 && draft.substr(draft.size() - 3) == "…" ? 3 : 0));
      EXPECT_EQ(text.substr(0, kept.size()), kept);
    }
  }
}

}  // namespace
}  // namespace amends::channel
