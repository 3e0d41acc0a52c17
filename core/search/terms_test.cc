#include "core/search/terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace amends::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Terms terms(std::string_view typed) {
  auto parsed = parse(typed);
  EXPECT_TRUE(parsed) << typed;
  return std::move(parsed).value_or({});
}

TEST(SearchTerms, WordsPhrasesPrefixesAndExclusions) {
  const Terms t = terms("Refund \"of the order\" inv* -Newsletter -\"no reply\"");
  EXPECT_THAT(t.all, ElementsAre(Term{{"refund"}, false}, Term{{"of", "the", "order"}, false}, Term{{"inv"}, true}));
  EXPECT_THAT(t.none, ElementsAre(Term{{"newsletter"}, false}, Term{{"no", "reply"}, false}));
}

TEST(SearchTerms, AddressesAreFoundAsAWhole) {
  EXPECT_THAT(terms("Ann.Lee@mail.example").all, ElementsAre(Term{{"ann", "lee", "mail", "example"}, false}));
}

TEST(SearchTerms, NothingTypedIsSyntaxOfTheIndex) {
  EXPECT_THAT(terms("refund OR 1=1; DROP \"").all, ElementsAre(Term{{"refund"}, false}, Term{{"or"}, false},
                                                               Term{{"1", "1"}, false}, Term{{"drop"}, false}));
  EXPECT_THAT(terms("NEAR(a b) ^x {y}: c:d (z").all.size(), 6U);
  EXPECT_THAT(terms("\x01"
                    "bemail")
                  .all,
              ElementsAre(Term{{"bemail"}, false}));
}

TEST(SearchTerms, WhatHoldsNoWordIsNothing) {
  EXPECT_THAT(terms("").all, IsEmpty());
  EXPECT_THAT(terms(" * - -- \"\" \" \" “” ...").all, IsEmpty());
}

TEST(SearchTerms, OnlyExclusionsOrTooManyWordsAreRefused) {
  EXPECT_EQ(parse("-spam").error().kind, Kind::invalid);
  std::string many;
  for (int i = 0; i < 40; ++i) many += "w" + std::to_string(i) + " ";
  EXPECT_EQ(parse(many).error().kind, Kind::invalid);
}

TEST(SearchTerms, APhraseThatNeverEndsEndsWithTheText) {
  EXPECT_THAT(terms("\"late again").all, ElementsAre(Term{{"late", "again"}, false}));
  EXPECT_THAT(terms("„sehr spät“").all, ElementsAre(Term{{"sehr", "spat"}, false}));
}

TEST(SearchTerms, OneDenseCharacterIsAPrefixOfItsPairs) {
  EXPECT_THAT(terms("都").all, ElementsAre(Term{{"都"}, true}));
  EXPECT_THAT(terms("東京都").all, ElementsAre(Term{{"東京", "京都"}, false}));
  EXPECT_THAT(terms("я").all, ElementsAre(Term{{"я"}, false}));
}

TEST(SearchTerms, APhraseMayEndInAPrefix) {
  EXPECT_THAT(terms("\"refund of th*\"").all, ElementsAre(Term{{"refund", "of", "th"}, true}));
  EXPECT_THAT(terms("\"refund of th\"*").all, ElementsAre(Term{{"refund", "of", "th"}, true}));
}

}  // namespace
}  // namespace amends::search
