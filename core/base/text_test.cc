#include "core/base/text.h"
#include "core/base/direction.h"

#include <gtest/gtest.h>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace amends {
namespace {

TEST(Text, LinesForgetTheirBreaksAndAnEmptyRest) {
  EXPECT_EQ(text::lines("a\r\nb\n\nc"), (std::vector<std::string_view>{"a", "b", "", "c"}));
  EXPECT_EQ(text::lines("a\n"), (std::vector<std::string_view>{"a"}));
  EXPECT_TRUE(text::lines("").empty());
}

TEST(Text, MalformedUtf8BecomesOneReplacementForEachMaximalSubpart) {
  const std::string fffd = "\xEF\xBF\xBD";
  EXPECT_EQ(text::repair_utf8("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(text::repair_utf8("\xC0\x80"), fffd + fffd);             // overlong
  EXPECT_EQ(text::repair_utf8("\xED\xA0\x80"), fffd + fffd + fffd);  // a surrogate
  EXPECT_EQ(text::repair_utf8("\xF0\x9F\x98"), fffd);                // cut short
  EXPECT_EQ(text::repair_utf8("a\xE2\x82z"), "a" + fffd + "z");
  EXPECT_FALSE(text::is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
}

// ASCII is passed over eight bytes at a time; where something else stands must not matter.
TEST(Text, OneByteThatIsNoUtf8IsFoundAtEveryPlace) {
  for (std::size_t size = 1; size <= 24; ++size) {
    EXPECT_TRUE(text::is_utf8(std::string(size, 'x')));
    for (std::size_t place = 0; place < size; ++place) {
      std::string bytes(size, 'x');
      EXPECT_TRUE(text::is_utf8(bytes.substr(0, place) + "\xC3\xA4" + bytes.substr(place)));
      bytes[place] = '\xC3';
      EXPECT_FALSE(text::is_utf8(bytes)) << size << " " << place;
    }
  }
}

TEST(Text, CodePointsAreReadAndWrittenTheSame) {
  for (const char32_t c : {U'\x24', U'\xE9', U'\x20AC', U'\x1F600'}) {
    std::string bytes;
    text::append_utf8(bytes, c);
    std::size_t at = 0;
    EXPECT_EQ(text::next_utf8(bytes, at), c);
    EXPECT_EQ(at, bytes.size());
  }
  std::string surrogate;
  text::append_utf8(surrogate, 0xD800);
  EXPECT_EQ(surrogate, "\xEF\xBF\xBD");
}

TEST(Text, AnExcerptNeverCutsACharacterInTwo) {
  const std::string grin = "\xF0\x9F\x98\x80";
  for (std::size_t max = 4; max < 20; ++max) {
    const std::string cut = text::excerpt(grin + grin + grin + grin + grin, max);
    EXPECT_LE(cut.size(), max);
    EXPECT_TRUE(text::is_utf8(cut)) << max;
  }
  EXPECT_EQ(text::excerpt("short", 20), "short");
}

TEST(Text, FoldingMeetsSpellingsOfOneWord) {
  EXPECT_EQ(text::fold("STRASSE"), text::fold("straße"));
  EXPECT_EQ(text::fold("ＡＢＣ"), "abc");
  EXPECT_EQ(text::squeeze("  a\t\n b  "), "a b");
}

TEST(Text, WhatATerminalWouldObeyIsMadeHarmless) {
  EXPECT_EQ(text::printable("a\x1b[31mb"), "a\xEF\xBF\xBD[31mb");
  EXPECT_EQ(text::printable("tab\tand\nline"), "tab\tand\nline");
  EXPECT_EQ(text::printable("Ann \u202Egpj.exe"), "Ann gpj.exe");
  EXPECT_EQ(text::without_direction_overrides("\u2066a\u2069\u2014b\xE2\x80"), "a\u2014b\xE2\x80");
}

TEST(Text, Base64OfTheStandardsExamples) {  // RFC 4648 section 10
  EXPECT_EQ(text::to_base64(""), "");
  EXPECT_EQ(text::to_base64("f"), "Zg==");
  EXPECT_EQ(text::to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(text::to_base64url("\xFB\xFF"), "-_8");
}

TEST(Time, Rfc3339GoesThereAndBack) {
  const auto at = from_rfc3339("2026-11-21T10:30:00.250+01:00");
  ASSERT_TRUE(at);
  EXPECT_EQ(to_rfc3339(*at), "2026-11-21T09:30:00.250Z");
  EXPECT_EQ(to_rfc5322(*at), "Sat, 21 Nov 2026 09:30:00 +0000");
  EXPECT_EQ(from_rfc3339("2024-02-29T00:00:00Z")->ms, 1'709'164'800'000);
  for (const char* wrong : {"", "2026-11-21", "2026-02-29T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T10:30:00",
                            "2026-11-21T10:30:00+1:00", "2026-11-21T10:30:00Zx"}) {
    EXPECT_FALSE(from_rfc3339(wrong)) << wrong;
  }
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Kind::invalid, std::to_string(n) + " is odd");
  return n / 2;
}

Result<int> quarter(int n) {
  TRY(const int once, half(n));
  TRY_DO(half(once));
  return half(once);
}

TEST(Result, AnErrorIsHandedOnAndAValueUnwrapped) {
  EXPECT_EQ(*quarter(12), 3);
  EXPECT_EQ(quarter(6).error().what, "3 is odd");
  EXPECT_EQ(quarter(7).error().kind, Kind::invalid);
  EXPECT_EQ(quarter(7).error().within("there").what, "there: 7 is odd");
}

TEST(Result, EveryKindHasItsRow) {
  for (const KindRow& row : kKinds) EXPECT_EQ(&row_of(row.kind), &row);
  EXPECT_TRUE(row_of(Kind::unavailable).retry);
  EXPECT_FALSE(row_of(Kind::uncertain).retry);  // never repeated by itself
}

TEST(Secret, LeavesItsValueBehindWhenItMoves) {
  Secret one("hunter2");
  const Secret other = std::move(one);
  EXPECT_EQ(other.reveal(), "hunter2");
  EXPECT_TRUE(one.empty());  // NOLINT(bugprone-use-after-move): what a move leaves behind is the promise
}

}  // namespace
}  // namespace amends
