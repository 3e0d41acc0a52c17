// What happens when the disk fails or is full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "core/store/database.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/support.h"

namespace amends::store {
namespace {

constexpr Migration kNotes[] = {{1, "note", "CREATE TABLE note (id {id}, text TEXT NOT NULL)"}};

class FaultTest : public ::testing::Test {
 protected:
  std::unique_ptr<Database> opened() {
    auto database = Database::open({.path = folder_ / "amends.db", .migrations = kNotes});
    EXPECT_TRUE(database) << database.error().what;
    return *std::move(database);
  }
  static Result<std::int64_t> add(Database& database, std::string_view text) {
    return database.write(
        [&](Tx& tx) -> Result<std::int64_t> { return tx.insert("INSERT INTO note (text) VALUES (?)", text); });
  }
  static std::int64_t notes(Database& database) {
    return database.read([](Reader& r) -> Result<std::int64_t> { return r.count("SELECT count(*) FROM note"); })
        .value_or(-1);
  }

  test::TempFolder folder_;
  test::FaultyDisk disk_;
};

TEST_F(FaultTest, EveryCommitIsOnTheDiskBeforeItIsAnswered) {
  auto database = opened();
  ASSERT_TRUE(add(*database, "one"));
  const int before = disk_.syncs();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(add(*database, "more"));
  EXPECT_GE(disk_.syncs() - before, 5);
}

TEST_F(FaultTest, AFailedSyncIsNeverTriedAgainAndNoWriteIsTakenAfterwards) {
  {
    auto database = opened();
    ASSERT_TRUE(add(*database, "before"));
    disk_.syncs_answer(SQLITE_IOERR_FSYNC);
    auto lost = add(*database, "doubtful");
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, Kind::unavailable);
    EXPECT_TRUE(database->failed());
    const int syncs = disk_.syncs();
    disk_.syncs_answer(SQLITE_OK);
    auto later = add(*database, "later");
    ASSERT_FALSE(later);
    EXPECT_EQ(later.error().kind, Kind::unavailable);
    EXPECT_EQ(disk_.syncs(), syncs);
    EXPECT_EQ(notes(*database), 1);
  }
  auto database = opened();
  EXPECT_FALSE(database->failed());
  EXPECT_GE(notes(*database), 1);
  EXPECT_TRUE(database->check().value_or({"not checked"}).empty());
  EXPECT_TRUE(add(*database, "after"));
}

TEST_F(FaultTest, AFailedWriteStopsTheDatabaseToo) {
  auto database = opened();
  disk_.writes_answer(SQLITE_IOERR_WRITE);
  EXPECT_FALSE(add(*database, "lost"));
  EXPECT_TRUE(database->failed());
}

TEST_F(FaultTest, AFullDiskUndoesTheWriteAndMendsItself) {
  auto database = opened();
  ASSERT_TRUE(add(*database, "before"));
  disk_.writes_answer(SQLITE_FULL);
  auto refused = add(*database, std::string(100'000, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::unavailable);
  EXPECT_FALSE(database->failed());
  EXPECT_EQ(notes(*database), 1);
  disk_.writes_answer(SQLITE_OK);
  ASSERT_TRUE(add(*database, "after"));
  EXPECT_EQ(notes(*database), 2);
  EXPECT_TRUE(database->check().value_or({"not checked"}).empty());
}

TEST_F(FaultTest, WhoeverWaitedForTheSameCommitIsToldTheSame) {
  auto database = opened();
  std::atomic<bool> held = false, go = false;
  std::atomic<int> refused = 0;
  const auto count = [&](const auto& done) {
    if (!done && done.error().kind == Kind::unavailable) ++refused;
  };
  std::vector<std::jthread> threads;
  threads.emplace_back([&] {
    count(database->write([&](Tx& tx) -> Result<Done> {
      held = true;
      held.notify_all();
      go.wait(false);
      tx.run("INSERT INTO note (text) VALUES ('first')");
      return Done{};
    }));
  });
  held.wait(false);
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { count(add(*database, "together")); });
  disk_.writes_answer(SQLITE_FULL);
  go = true;
  go.notify_all();
  threads.clear();
  EXPECT_EQ(refused, 5);
  EXPECT_EQ(notes(*database), 0);
}

}  // namespace
}  // namespace amends::store
