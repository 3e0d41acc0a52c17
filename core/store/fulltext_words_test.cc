#include "core/store/fulltext_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/store/fulltext.h"
#include "tests/support/support.h"

namespace amends::store {
namespace {

constexpr Migration kWordIndex[] = {{1, "index", "{fulltext}"}};

class FulltextWordsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::open({.path = folder_ / "amends.db", .migrations = kWordIndex});
    ASSERT_TRUE(opened) << opened.error().what;
    database_ = *std::move(opened);
  }
  // Messages first..last, each with the words that `text(i)` gives.
  template <class Text>
  void put(int first, int last, Text text) {
    auto done = database_->write([&](Tx& tx) -> Result<Done> {
      for (int i = first; i <= last; ++i) {
        const std::string words = text(i);
        Fulltext::put(tx, MessageId(i), {.subject = {}, .people = {}, .text = words, .files = {}});
      }
      return Done{};
    });
    ASSERT_TRUE(done) << done.error().what;
  }
  IndexWords beginning(std::string_view with) {
    return database_->read([&](Reader& r) -> Result<IndexWords> { return words_beginning(r, with); }).value_or({});
  }

  test::TempFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(FulltextWordsTest, FindsEveryWordInEverySegment) {
  std::set<std::string> expected;
  for (int part = 0; part < 5; ++part) {
    put(part * 100 + 1, part * 100 + 100, [&](int i) {
      const std::string word = "k" + std::to_string(i * 37 % 1000);
      expected.insert(word);
      return "kettle jug " + word + " lamp";
    });
  }
  expected.insert("kettle");
  const IndexWords found = beginning("k");
  std::set<std::string> words;
  for (const auto& word : found.words) words.insert(word.word);
  EXPECT_TRUE(found.all);
  EXPECT_EQ(words, expected);
  EXPECT_EQ(words.size(), found.words.size());
  EXPECT_TRUE(beginning("kettlex").words.empty());
  EXPECT_TRUE(beginning("zz").words.empty());
}

TEST_F(FulltextWordsTest, OfVeryManyTheMostCommonAreAmongThem) {
  put(1, 6000, [](int i) {
    std::string text = "kommon kommon kommon ";
    for (int n = 0; n < 20; ++n) text += "k" + std::to_string(i * 20 + n) + "x ";
    return text;
  });
  const IndexWords found = beginning("k");
  EXPECT_FALSE(found.all);
  const auto most = std::max_element(found.words.begin(), found.words.end(),
                                     [](const IndexWord& a, const IndexWord& b) { return a.weight < b.weight; });
  ASSERT_NE(most, found.words.end());
  EXPECT_EQ(most->word, "kommon");
}

TEST(WordsOnPage, DamageNeverReadsBeyondThePage) {
  EXPECT_TRUE(words_on_page("").empty());
  EXPECT_TRUE(words_on_page(std::string(4, '\xff')).empty());
  std::string page(
      "\0\0\0\x0c\x03"
      "0ab\x01\x02\x03\x04\x04",
      13);
  ASSERT_EQ(words_on_page(page).size(), 1U);
  EXPECT_EQ(words_on_page(page)[0].word, "0ab");
  std::uint32_t dice = 1;
  for (int round = 0; round < 20'000; ++round) {
    std::string broken(40, '\0');
    for (char& c : broken) c = static_cast<char>((dice = dice * 1664525U + 1013904223U) >> 24);
    broken[2] = 0;
    broken[3] = static_cast<char>(4 + round % 36);
    for (const auto& word : words_on_page(broken)) ASSERT_LE(word.word.size(), broken.size() * 40);
  }
}

}  // namespace
}  // namespace amends::store
