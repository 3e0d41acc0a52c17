#include "core/store/fulltext.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace amends::store
