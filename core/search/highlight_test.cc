#include "core/search/highlight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace amends::search {
namespace {

// The snippet with its marks as [brackets].
std::string marked(std::string_view text, std::string_view typed, std::size_t most = 200) {
  const auto terms = parse(typed).value_or({});
  const Snippet snippet = highlight(text, terms.all, most);
  std::string out;
  std::size_t at = 0;
  for (const auto& mark : snippet.marks) {
    EXPECT_LE(at, mark.start);
    EXPECT_LT(mark.start, mark.end);
    EXPECT_LE(mark.end, snippet.text.size());
    out +=
        snippet.text.substr(at, mark.start - at) + "[" + snippet.text.substr(mark.start, mark.end - mark.start) + "]";
    at = mark.end;
  }
  return out + snippet.text.substr(at);
}

TEST(Highlight, MarksWordsAsTheyWereWritten) {
  EXPECT_EQ(marked("Die RÜCKERSTATTUNG  kam\nnie an.", "ruckerstattung nie"), "Die [RÜCKERSTATTUNG] kam [nie] an.");
  EXPECT_EQ(marked("Invoice and invoices", "invo*"), "[Invoice] and [invoices]");
}

TEST(Highlight, MarksPhrasesOnlyWhereTheyStandTogether) {
  EXPECT_EQ(marked("of the order, the rest of the", "\"of the\""), "[of the] order, the rest [of the]");
  EXPECT_EQ(marked("write to ann.lee@mail.example now", "ann.lee@mail.example"), "write to [ann.lee@mail.example] now");
}

TEST(Highlight, PairsOfCharactersAreOneMark) {
  EXPECT_EQ(marked("これは東京都です", "東京都"), "これは[東京都]です");
  EXPECT_EQ(marked("京都の話", "都"), "京[都の]話");
}

TEST(Highlight, ShowsTheDensestPlace) {
  std::string text = "refund ";
  for (int i = 0; i < 100; ++i) text += "filler words here ";
  text += "the refund for order 4711 is late ";
  for (int i = 0; i < 100; ++i) text += "more filler ";
  const auto shown = marked(text, "refund 4711 late", 80);
  EXPECT_THAT(shown, ::testing::HasSubstr("the [refund] for order [4711] is [late]"));
  EXPECT_TRUE(shown.starts_with("…"));
  EXPECT_TRUE(shown.ends_with("…"));
  EXPECT_LT(shown.size(), 130U);
}

TEST(Highlight, WithoutAFindTheBeginningIsShown) {
  EXPECT_EQ(marked("Hello  there,\n\nhow are you", "absent"), "Hello there, how are you");
  EXPECT_EQ(marked("", "absent"), "");
  EXPECT_EQ(marked("one two three four five six seven", "absent", 13), "one two three…");
}

TEST(Highlight, NeverCutsACharacterInTwo) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "東京";
  for (std::size_t most = 10; most < 40; ++most) {
    const auto snippet = highlight(text, parse("京東").value_or({}).all, most);
    EXPECT_EQ(snippet.text.find("\xef\xbf\xbd"), std::string::npos);
    EXPECT_EQ(snippet.text.size() % 3, 0U) << "every character here is three bytes";
  }
}

}  // namespace
}  // namespace amends::search
