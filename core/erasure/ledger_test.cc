#include "core/erasure/ledger.h"

#include <gtest/gtest.h>

#include "tests/support/schema.h"

namespace amends::erasure {
namespace {

class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() : migrations_(test::all_migrations()), marks_(Secret(std::string(32, 'k'))) {
    auto opened = store::Database::open({.path = folder_ / "amends.db", .migrations = migrations_});
    EXPECT_TRUE(opened) << opened.error().what;
    database_ = *std::move(opened);
  }
  bool records(const Erasure& erasure, bool scrubbed = false) {
    return *database_->write([&](store::Tx& tx) -> Result<bool> { return record(tx, erasure, scrubbed); });
  }
  template <class Work>
  auto reads(Work work) {
    using Value = std::invoke_result_t<Work&, store::Reader&>;
    return *database_->read([&](store::Reader& reader) -> Result<Value> { return work(reader); });
  }
  Erasure jane(Timestamp at = {5000}) {
    return {"erased-jane",
            "cafe",
            at,
            {marks_.handle("cafe", "email", "jane@quokka.test"), marks_.message_id("cafe", "m1@quokka.test"),
             marks_.bytes("cafe", "0123456789abcdef")}};
  }

  test::TempFolder folder_;
  std::vector<store::Migration> migrations_;
  std::unique_ptr<store::Database> database_;
  Marks marks_;
};

TEST_F(LedgerTest, AMarkIsKnownWithTheTimeOfTheLatestErasure) {
  EXPECT_FALSE(reads([&](store::Reader& r) { return erased_at(r, jane().marks[0]); }));
  EXPECT_TRUE(records(jane()));
  Erasure again = jane({9000});
  again.pseudonym = "erased-jane-again";
  EXPECT_TRUE(records(again));
  EXPECT_EQ(reads([&](store::Reader& r) { return erased_at(r, jane().marks[0]); }), Timestamp{9000});
  EXPECT_EQ(reads([](store::Reader& r) { return count(r); }), 2);
}

TEST_F(LedgerTest, MarksOfOneKindBrandOrKeyAreNoneOfAnother) {
  const Mark mark = marks_.handle("cafe", "email", "jane@quokka.test");
  EXPECT_EQ(mark.hash.size(), 16u);
  EXPECT_NE(mark.hash, marks_.handle("bar", "email", "jane@quokka.test").hash);
  EXPECT_NE(mark.hash, marks_.handle("cafe", "mastodon", "jane@quokka.test").hash);
  EXPECT_NE(mark.hash, marks_.message_id("cafe", "jane@quokka.test").hash);
  EXPECT_NE(marks_.handle("cafe", "em", "ailx").hash, marks_.handle("cafe", "email", "x").hash);
  EXPECT_NE(mark.hash, Marks(Secret(std::string(32, 'l'))).handle("cafe", "email", "jane@quokka.test").hash);
}

TEST_F(LedgerTest, TwiceIsOnceAndFurtherMarksJoin) {
  EXPECT_TRUE(records(jane()));
  Erasure more = jane();
  more.marks.push_back(marks_.message_id("cafe", "m2@quokka.test"));
  EXPECT_FALSE(records(more, true));
  EXPECT_EQ(reads([](store::Reader& r) { return all(r); })[0].marks.size(), 4u);
  EXPECT_EQ(reads([](store::Reader& r) { return unscrubbed(r); }), 1) << "known already, and its traces still there";
}

TEST_F(LedgerTest, AFileGivesBackWhatItWasGivenAndNamesNobody) {
  const std::string lines =
      to_lines({jane(), {"erased-bob", "bar", {7000}, {marks_.handle("bar", "email", "b@x.test")}}});
  EXPECT_EQ(lines.find("quokka"), std::string::npos);
  const auto read = from_lines(lines);
  ASSERT_TRUE(read) << read.error().what;
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].pseudonym, "erased-jane");
  EXPECT_EQ((*read)[0].at, Timestamp{5000});
  EXPECT_EQ((*read)[0].marks.size(), 3u);
  EXPECT_EQ(together(*read, *read).size(), 2u);
  EXPECT_EQ(together(*read, *read)[0].marks.size(), 3u);
}

TEST_F(LedgerTest, AFileThatWasSpoiltIsNotHalfBelieved) {
  for (const char* odd : {"hello", "{}", "[1]", R"({"name":"a","brand":"b","at":"yesterday","marks":{}})",
                          R"({"name":"a","brand":"b","at":"2026-01-01T00:00:00Z","marks":{"handle":["zz"]}})",
                          R"({"name":"a","brand":"b","at":"2026-01-01T00:00:00Z","marks":{"odd":[]}})"}) {
    const auto read = from_lines(to_lines({jane()}) + odd + "\n");
    ASSERT_FALSE(read) << odd;
    EXPECT_EQ(read.error().kind, Kind::invalid);
    EXPECT_NE(read.error().what.find("line 2"), std::string::npos);
  }
  EXPECT_TRUE(from_lines("\n\n")->empty());
}

}  // namespace
}  // namespace amends::erasure
