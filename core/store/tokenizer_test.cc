#include "core/store/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace amends::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> words(std::string_view text, Purpose purpose = Purpose::index) {
  std::vector<std::string> all;
  for (auto& word : words_of(text, purpose)) all.push_back(std::move(word.folded));
  return all;
}

TEST(Tokenizer, FoldsCaseAndPunctuationAway) {
  EXPECT_THAT(words("Where is my ORDER?  It's late..."), ElementsAre("where", "is", "my", "order", "it", "s", "late"));
  EXPECT_THAT(words(""), IsEmpty());
  EXPECT_THAT(words(" -- ... \n"), IsEmpty());
}

TEST(Tokenizer, SpellingsOfOneWordAreOneWord) {
  EXPECT_THAT(words("Grüße Straße ÆRØ Łódź"), ElementsAre("grusse", "strasse", "aero", "lodz"));
  EXPECT_THAT(words("cafe\u0301 café CAFÉ"), ElementsAre("cafe", "cafe", "cafe"));
  EXPECT_THAT(words("ﬁne ＡＢＣ １２ ½"), ElementsAre("fine", "abc", "12", "12"));
  EXPECT_THAT(words("Ёлка ΆΣ"), ElementsAre("елка", "ασ"));
}

TEST(Tokenizer, MarksThatMakeAnotherWordStay) {
  EXPECT_NE(words("कि"), words("कु"));
  EXPECT_EQ(words("שָׁלוֹם"), words("שלום"));
  EXPECT_EQ(words("مُحَمَّد"), words("محمد"));
}

TEST(Tokenizer, TextWithoutSpacesBecomesPairs) {
  EXPECT_THAT(words("東京都"), ElementsAre("東京", "京都", "都"));
  EXPECT_THAT(words("東京都", Purpose::ask), ElementsAre("東京", "京都"));
  EXPECT_THAT(words("都", Purpose::ask), ElementsAre("都"));
  EXPECT_THAT(words("返金する、注文"), ElementsAre("返金", "金す", "する", "る", "注文", "文"));
  EXPECT_THAT(words("한국어"), ElementsAre("한국", "국어", "어"));
  EXPECT_THAT(words("ｶﾞ"), ElementsAre("カ")) << "half-width kana";
}

TEST(Tokenizer, MixedScriptsPartAtTheirBorder) {
  EXPECT_THAT(words("iPhoneケース15pro"), ElementsAre("iphone", "ケー", "ース", "ス", "15pro"));
}

TEST(Tokenizer, AddressesLinksAndNumbersFallIntoParts) {
  EXPECT_THAT(words("Ann.Lee+shop@mail.example"), ElementsAre("ann", "lee", "shop", "mail", "example"));
  EXPECT_THAT(words("https://shop.example/orders/A-4711?x=1"),
              ElementsAre("https", "shop", "example", "orders", "a", "4711", "x", "1"));
}

TEST(Tokenizer, LongLumpsAreCutAndInvisibleCharactersIgnored) {
  EXPECT_THAT(words(std::string(500, 'x')), ElementsAre(std::string(kLongestWord, 'x')));
  EXPECT_THAT(words("re\u00adfund zero\u200bwidth"), ElementsAre("refund", "zerowidth"));
}

TEST(Tokenizer, BrokenBytesAreGaps) { EXPECT_THAT(words("good\xff\xfe bad\xc3"), ElementsAre("good", "bad")); }

TEST(Tokenizer, SaysWhereAWordStood) {
  const std::string text = "Zurück: Größe";
  const auto all = words_of(text, Purpose::index);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(text.substr(all[0].start, all[0].end - all[0].start), "Zurück");
  EXPECT_EQ(text.substr(all[1].start, all[1].end - all[1].start), "Größe");
}

TEST(Tokenizer, AFoldedWordFoldsToItself) {
  for (const char* text : {"Ærø İstanbul ŒUVRE ǅ ﷺ ㎏ ½ Ⅷ ᾳ ŉ", "東京都 한국어 ภาษาไทย ｶﾞ ㍿", "कि ক্ষ தமிழ்"}) {
    for (const auto& word : words(text, Purpose::index)) {
      const auto again = words(word, Purpose::ask);
      ASSERT_FALSE(again.empty()) << word;
      std::string joined;
      for (const auto& part : again) joined += part;
      if (again.size() == 1) {
        EXPECT_EQ(again[0], word);
      }
    }
  }
}

}  // namespace
}  // namespace amends::store
