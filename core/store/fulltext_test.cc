#include "core/store/fulltext.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/support.h"

namespace amends::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Migration kIndex[] = {{1, "index", "{fulltext}"}};

class FulltextTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::open({.path = folder_ / "amends.db", .migrations = kIndex});
    ASSERT_TRUE(opened) << opened.error().what;
    database_ = *std::move(opened);
  }
  Result<Done> put(std::int64_t id, std::string_view text, std::string_view subject = "") {
    return database_->write([&](Tx& tx) -> Result<Done> {
      Fulltext::put(tx, MessageId(id), {.subject = subject, .people = {}, .text = text, .files = {}});
      return Done{};
    });
  }
  std::vector<std::int64_t> find(std::string_view match) {
    return database_
        ->read([&](Reader& r) -> Result<std::vector<std::int64_t>> {
          std::vector<std::int64_t> ids;
          for (auto q =
                   r.query("SELECT rowid FROM message_index WHERE message_index MATCH ? ORDER BY rowid DESC", match);
               q.next();) {
            ids.push_back(q.row().integer(0));
          }
          return ids;
        })
        .value_or({-1});
  }

  test::TempFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(FulltextTest, FindsWordsPhrasesAndPrefixesNewestFirst) {
  ASSERT_TRUE(put(1, "My refund is late"));
  ASSERT_TRUE(put(2, "A late answer about the Rückerstattung", "refund"));
  ASSERT_TRUE(put(3, "東京都に届きません"));
  EXPECT_THAT(find("\"refund\""), ElementsAre(2, 1));
  EXPECT_THAT(find("\"refund is\""), ElementsAre(1));
  EXPECT_THAT(find("\"ruck\" *"), ElementsAre(2));
  EXPECT_THAT(find("\"京都\""), ElementsAre(3));
  EXPECT_THAT(find("\"late subject\""), IsEmpty());
}

TEST_F(FulltextTest, PuttingAgainReplacesAndRemovingRemoves) {
  ASSERT_TRUE(put(1, "first words"));
  ASSERT_TRUE(put(1, "second thoughts"));
  EXPECT_THAT(find("\"first\""), IsEmpty());
  EXPECT_THAT(find("\"second\""), ElementsAre(1));
  ASSERT_TRUE(database_->write([](Tx& tx) -> Result<Done> {
    Fulltext::put(tx, MessageId(2), {.subject = {}, .people = {}, .text = "short life", .files = {}});
    Fulltext::remove(tx, MessageId(2));
    Fulltext::remove(tx, MessageId(1));
    return Done{};
  }));
  EXPECT_THAT(find("\"second\" OR \"short\""), IsEmpty());
}

TEST_F(FulltextTest, WhatWasUndoneIsNotFound) {
  ASSERT_TRUE(put(1, "kept"));
  EXPECT_FALSE(database_->write([](Tx& tx) -> Result<Done> {
    Fulltext::put(tx, MessageId(2), {.subject = {}, .people = {}, .text = "ghost", .files = {}});
    return fail(Kind::rejected, "no");
  }));
  ASSERT_TRUE(put(3, "after"));
  EXPECT_THAT(find("\"ghost\""), IsEmpty());
  EXPECT_THAT(find("\"kept\" OR \"after\""), ElementsAre(3, 1));
  EXPECT_THAT(database_->check().value_or({"not checked"}), IsEmpty());
}

TEST_F(FulltextTest, AWordOfARemovedMessageIsNowhereInTheFilesOnceTheyAreScrubbed) {
  for (int i = 1; i <= 400; i += 20) {
    ASSERT_TRUE(database_->write([&](Tx& tx) -> Result<Done> {
      for (int n = i; n < i + 20; ++n) {
        std::string words = "order " + std::to_string(n * 7919);
        if (n == 123 || n == 400) words += " quokkaberry" + std::to_string(n);
        Fulltext::put(tx, MessageId(n), {.subject = "", .people = {}, .text = words, .files = {}});
      }
      return Done{};
    }));
  }
  const auto hits = [&](std::string_view word) {
    int found = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      found += test::read_file(entry.path()).find(word) != std::string::npos ? 1 : 0;
    }
    return found;
  };
  EXPECT_GT(hits("quokkaberry"), 0);
  ASSERT_TRUE(database_->write([](Tx& tx) -> Result<Done> {
    Fulltext::remove(tx, MessageId(123));
    Fulltext::remove(tx, MessageId(400));
    return Done{};
  }));
  int turns = 0;
  while (*database_->write([](Tx& tx) -> Result<bool> { return Fulltext::merge(tx, 8); })) ASSERT_LT(++turns, 1000);
  ASSERT_TRUE(database_->scrub());
  EXPECT_EQ(hits("quokkaberry"), 0);
  EXPECT_EQ(find("\"order\"").size(), 398u);
  ASSERT_TRUE(put(401, "quokkaberry again"));
  EXPECT_THAT(find("\"quokkaberry\""), ElementsAre(401));
}

}  // namespace
}  // namespace amends::store
