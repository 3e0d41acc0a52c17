// Writing, reading, copying and scrubbing a database.
#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "core/store/database_for_test.h"

namespace amends::store {
namespace {

using ::testing::HasSubstr;

TEST_F(DatabaseTest, KeepsWhatWasWrittenWhenItIsOpenedAgain) {
  {
    auto database = opened();
    auto id = database->write([](Tx& tx) -> Result<std::int64_t> {
      return tx.insert("INSERT INTO note (text, bytes) VALUES (?, ?)", "", Blob{std::string_view("a\0b", 3)});
    });
    ASSERT_TRUE(id);
    EXPECT_EQ(*id, 1);
  }
  auto database = opened();
  auto bytes = database->read([](Reader& r) -> Result<std::string> {
    return *r.first(
        "SELECT text, bytes FROM note WHERE id = ?",
        [](Row row) {
          EXPECT_FALSE(row.is_null(0));
          EXPECT_EQ(row.text(0), "");
          return std::string(row.blob(1));
        },
        1);
  });
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, std::string_view("a\0b", 3));
}

TEST_F(DatabaseTest, AnErrorUndoesTheWholeFunctionAndIsHandedOn) {
  auto database = opened();
  auto done = database->write([](Tx& tx) -> Result<Done> {
    tx.run("INSERT INTO note (text) VALUES ('half')");
    return fail(Kind::rejected, "second thoughts");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::rejected);
  EXPECT_EQ(notes(*database), 0);
}

TEST_F(DatabaseTest, ABrokenConstraintIsAConflict) {
  auto database = opened();
  ASSERT_TRUE(add(*database, "once"));
  auto again = add(*database, "once");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, Kind::conflict);
  auto dangling = database->write(
      [](Tx& tx) -> Result<std::int64_t> { return tx.insert("INSERT INTO line (note_id) VALUES (77)"); });
  ASSERT_FALSE(dangling);
  EXPECT_EQ(dangling.error().kind, Kind::conflict);
}

TEST_F(DatabaseTest, AnExceptionOfTheFunctionIsAnInternalErrorAndUndone) {
  auto database = opened();
  auto done = database->write([](Tx& tx) -> Result<Done> {
    tx.run("INSERT INTO note (text) VALUES ('half')");
    throw std::runtime_error("surprise");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::internal);
  EXPECT_EQ(notes(*database), 0);
  ASSERT_TRUE(add(*database, "still working"));
}

TEST_F(DatabaseTest, AWriteInsideAWriteIsRefusedInsteadOfWaitingForItself) {
  auto database = opened();
  auto done = database->write([&](Tx&) -> Result<std::int64_t> { return add(*database, "inner"); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::internal);
}

TEST_F(DatabaseTest, WritesThatWaitTogetherShareATransactionAndFailAlone) {
  auto database = opened();
  std::atomic<bool> held = false, go = false;
  std::jthread first([&] {
    EXPECT_TRUE(database->write([&](Tx& tx) -> Result<Done> {
      held = true;
      held.notify_all();
      go.wait(false);
      tx.run("INSERT INTO note (text) VALUES ('first')");
      return Done{};
    }));
  });
  held.wait(false);
  std::atomic<int> good = 0, bad = 0;
  std::vector<std::jthread> others;
  for (int i = 0; i < 24; ++i) {
    others.emplace_back([&, i] {
      auto done = database->write([&](Tx& tx) -> Result<Done> {
        tx.run("INSERT INTO note (text) VALUES (?)", "n" + std::to_string(i));
        tx.before_commit(
            [i](Tx& last) { last.run("UPDATE note SET bytes = x'01' WHERE text = ?", "n" + std::to_string(i)); });
        if (i % 3 == 0) return fail(Kind::rejected, "no");
        return Done{};
      });
      ++(done ? good : bad);
    });
  }
  go = true;
  go.notify_all();
  others.clear();
  first.join();
  EXPECT_EQ(good, 16);
  EXPECT_EQ(bad, 8);
  EXPECT_EQ(notes(*database), 17);
  EXPECT_EQ(database
                ->read([](Reader& r) -> Result<std::int64_t> {
                  return r.count("SELECT count(*) FROM note WHERE bytes IS NOT NULL");
                })
                .value_or(-1),
            16);
}

TEST_F(DatabaseTest, ManyThreadsWriteAndReadAtOnceAndNothingIsLost) {
  auto database = opened();
  constexpr int kThreads = 8, kEach = 60;
  std::atomic<bool> stop = false;
  std::jthread reading([&] {
    std::int64_t before = 0;
    while (!stop) {
      const auto now = notes(*database);
      EXPECT_GE(now, before);
      before = now;
    }
  });
  {
    std::vector<std::jthread> writing;
    for (int t = 0; t < kThreads; ++t) {
      writing.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) EXPECT_TRUE(add(*database, std::to_string(t * 1000 + i)));
      });
    }
  }
  stop = true;
  reading.join();
  EXPECT_EQ(notes(*database), kThreads * kEach);
  EXPECT_TRUE(database->check().value_or({"not checked"}).empty());
}

TEST_F(DatabaseTest, AReaderKeepsItsSnapshotWhileOthersWrite) {
  auto database = opened();
  ASSERT_TRUE(add(*database, "before"));
  auto seen = database->read([&](Reader& r) -> Result<std::int64_t> {
    EXPECT_EQ(r.count("SELECT count(*) FROM note"), 1);
    EXPECT_TRUE(add(*database, "meanwhile"));
    return r.count("SELECT count(*) FROM note");
  });
  EXPECT_EQ(std::move(seen).value_or(-1), 1);
  EXPECT_EQ(notes(*database), 2);
}

TEST_F(DatabaseTest, ReadsInsideReadsNeverWaitForEachOther) {
  auto database = Database::open({.path = path(), .migrations = kFirst, .readers = 1});
  ASSERT_TRUE(database);
  auto inner = (*database)->read([&](Reader&) -> Result<std::int64_t> { return notes(**database); });
  EXPECT_EQ(std::move(inner).value_or(-1), 0);
}

TEST_F(DatabaseTest, AReaderCantWrite) {
  auto database = opened();
  auto done = database->read([](Reader& r) -> Result<Done> {
    r.query("INSERT INTO note (text) VALUES ('sly')").next();
    return Done{};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(notes(*database), 0);
}

TEST_F(DatabaseTest, TheSameStatementRunsInsideItself) {
  auto database = opened();
  for (const char* text : {"a", "b", "c"}) ASSERT_TRUE(add(*database, text));
  auto pairs = database->read([](Reader& r) -> Result<int> {
    int count = 0;
    for (auto outer = r.query("SELECT id FROM note"); outer.next();) {
      for (auto inner = r.query("SELECT id FROM note"); inner.next();) ++count;
    }
    return count;
  });
  EXPECT_EQ(std::move(pairs).value_or(-1), 9);
}

TEST_F(DatabaseTest, MoreStatementsThanAreKeptStillWork) {
  auto database = opened();
  auto sum = database->read([](Reader& r) -> Result<std::int64_t> {
    std::int64_t total = 0;
    for (int i = 0; i < 400; ++i) total += r.count("SELECT " + std::to_string(i));
    return total;
  });
  EXPECT_EQ(std::move(sum).value_or(-1), 400 * 399 / 2);
}

TEST_F(DatabaseTest, WrongNumberOfValuesIsSaid) {
  auto database = opened();
  auto done = database->read([](Reader& r) -> Result<std::int64_t> { return r.count("SELECT ?, ?", 1); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::internal);
  EXPECT_THAT(done.error().what, HasSubstr("1 values for"));
}

TEST_F(DatabaseTest, ABackupTakenWhileRunningOpensByItself) {
  auto database = opened();
  ASSERT_TRUE(add(*database, "kept"));
  ASSERT_TRUE(database->backup_to(folder_ / "copy.db"));
  ASSERT_TRUE(add(*database, "later"));
  auto copy = Database::open({.path = folder_ / "copy.db", .migrations = kFirst});
  ASSERT_TRUE(copy) << copy.error().what;
  EXPECT_EQ(notes(**copy), 1);
  EXPECT_FALSE(database->backup_to(folder_ / "copy.db"));
}

TEST_F(DatabaseTest, DamageIsFoundByCheckOrByReading) {
  {
    auto database = opened();
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(add(*database, std::string(200, 'x') + std::to_string(i)));
  }
  std::string bytes = test::read_file(path());
  for (std::size_t at = 4096 * 6 + 8; at < 4096 * 6 + 60; ++at) bytes[at] = '\xff';
  test::write_file(path(), bytes);
  auto database = opened();
  auto faults = database->check();
  EXPECT_TRUE(!faults || !faults->empty());
}

TEST_F(DatabaseTest, WhatWasDeletedIsInNoFileAfterScrubbingAndWorkGoesOn) {
  auto database = opened();
  ASSERT_TRUE(add_many(*database, 300, "canary", std::string(500, 'x')));
  ASSERT_TRUE(database->write([](Tx& tx) -> Result<Done> { return tx.run("DELETE FROM note WHERE id > 5"), Done{}; }));
  const auto hits = [&] {
    std::size_t found = 0;
    for (const char* end : {"", "-wal", "-shm"}) {
      const std::string bytes = test::read_file(path() + end);
      for (auto at = bytes.find("canary"); at != std::string::npos; at = bytes.find("canary", at + 1)) ++found;
    }
    return found;
  };
  EXPECT_GT(hits(), 6u);
  const auto before = database->commits();
  ASSERT_TRUE(database->scrub());
  EXPECT_EQ(std::filesystem::file_size(path() + "-wal"), 0u);
  EXPECT_LE(hits(), 10u) << "five rows, each in the table and in its unique index";
  ASSERT_TRUE(add(*database, "afterwards"));
  EXPECT_EQ(notes(*database), 6);
  EXPECT_EQ(database->commits(), before + 1);
}

TEST_F(DatabaseTest, WhoStandsInAnOldStateKeepsTheLogAndScrubbingSaysSo) {
  auto database = opened();
  ASSERT_TRUE(add(*database, "one"));
  const auto done = database->read([&](Reader& r) -> Result<Done> {
    r.count("SELECT COUNT(*) FROM note");
    return database->scrub();
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::busy);
  EXPECT_TRUE(database->scrub());
}

TEST_F(DatabaseTest, ABackupTellsHowFarItIsAndMayBeStopped) {
  auto database = opened();
  ASSERT_TRUE(add_many(*database, 20, "", std::string(1'000'000, 'z')));
  std::int64_t heard = 0;
  ASSERT_TRUE(database->backup_to(folder_ / "copy.db", [&](std::int64_t done, std::int64_t all) -> Result<Done> {
    EXPECT_LE(done, all);
    ++heard;
    return Done{};
  }));
  EXPECT_GT(heard, 1);
  const auto stopped = database->backup_to(folder_ / "other.db", [](std::int64_t, std::int64_t) -> Result<Done> {
    return fail(Kind::unavailable, "enough");
  });
  ASSERT_FALSE(stopped);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "other.db"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "other.db.part"));
}

TEST_F(DatabaseTest, FollowersHearOfEveryCommitAndOfNothingElse) {
  struct Counts final : Follower {
    void committed() override { ++heard; }
    std::atomic<int> heard = 0;
  } one, other;
  auto database = opened();
  database->follow(one);
  database->follow(other);
  ASSERT_TRUE(add(*database, "one"));
  EXPECT_EQ(one.heard, 1) << "before write() returned";
  EXPECT_FALSE(add(*database, "one"));
  EXPECT_EQ(one.heard, 1);
  database->unfollow(one);
  ASSERT_TRUE(add(*database, "two"));
  EXPECT_EQ(one.heard, 1);
  EXPECT_EQ(other.heard, 2);
}

}  // namespace
}  // namespace amends::store
