// What is opened, brought up to date, or left alone.
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "core/store/database_for_test.h"
#include "core/store/place.h"

namespace amends::store {
namespace {

using ::testing::HasSubstr;

TEST_F(DatabaseTest, ASecondProgramIsTurnedAwayAndALookerIsNot) {
  auto database = opened();
  ASSERT_TRUE(add(*database, "seen"));
  EXPECT_EQ(refusal().kind, Kind::busy);
  auto looker = Database::open({.path = path(), .migrations = kFirst, .read_only = true});
  ASSERT_TRUE(looker) << looker.error().what;
  EXPECT_EQ(notes(**looker), 1);
  auto refused = add(**looker, "sly");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::unsupported);
  database.reset();
  EXPECT_TRUE(open());
}

TEST_F(DatabaseTest, MigrationsRunOnceAndACopyIsKeptBeforeTheyTouchData) {
  {
    auto database = opened();
    ASSERT_TRUE(add(*database, "old"));
    EXPECT_EQ(database->schema_version(), 1);
    EXPECT_FALSE(std::filesystem::exists(path() + ".before-1"));
  }
  {
    auto database = opened(kSecond);
    EXPECT_EQ(database->schema_version(), 4);
    EXPECT_EQ(notes(*database), 1);
  }
  std::filesystem::rename(path() + ".before-4", folder_ / "older.db");
  {
    auto older = Database::open({.path = folder_ / "older.db", .migrations = kFirst});
    ASSERT_TRUE(older) << older.error().what;
    EXPECT_EQ((*older)->schema_version(), 1);
    EXPECT_EQ(notes(**older), 1);
  }
  opened(kSecond);
  EXPECT_FALSE(std::filesystem::exists(path() + ".before-4"));
}

TEST_F(DatabaseTest, AMigrationThatFailsLeavesTheSchemaAsItWas) {
  opened();
  constexpr Migration kBroken[] = {kFirst[0], {2, "half", "CREATE TABLE half (id {id}); CREATE TABLE note (id {id})"}};
  auto broken = open(kBroken);
  ASSERT_FALSE(broken);
  constexpr Migration kMended[] = {kFirst[0], {2, "half", "CREATE TABLE half (id {id})"}};
  EXPECT_EQ(opened(kMended)->schema_version(), 2);
}

TEST_F(DatabaseTest, ANewerSchemaIsRefusedAndAnOlderOneToo_WhenOnlyLooking) {
  opened(kSecond);
  auto error = refusal();
  EXPECT_EQ(error.kind, Kind::invalid);
  EXPECT_EQ(error.what, "the database has schema 4, this program knows up to 1");
  constexpr Migration kThird[] = {kSecond[0], kSecond[1], {5, "more", "CREATE TABLE more (id {id})"}};
  auto looker = Database::open({.path = path(), .migrations = kThird, .read_only = true});
  ASSERT_FALSE(looker);
  EXPECT_EQ(looker.error().what, "the database lacks schema 5");
}

TEST_F(DatabaseTest, WhatIsNoDatabaseIsLeftAlone) {
  test::write_file(path(), "Dear diary, this is a text file and no database at all.\n");
  auto error = refusal();
  EXPECT_EQ(error.kind, Kind::corrupt);
  EXPECT_EQ(error.what, path() + " is no database");
  EXPECT_EQ(test::read_file(path()), "Dear diary, this is a text file and no database at all.\n");
}

TEST_F(DatabaseTest, AnEmptyFileIsNotTakenForANewDatabase) {
  test::write_file(path(), "");
  auto error = refusal();
  EXPECT_EQ(error.kind, Kind::corrupt);
  EXPECT_EQ(error.what, path() + " is empty (0 bytes), so it is no database");
}

TEST_F(DatabaseTest, ALogWithoutItsDatabaseIsAnAlarm) {
  opened();
  test::write_file(path() + "-wal", "frames");
  std::filesystem::remove(path());
  EXPECT_EQ(refusal().what, path() + " is gone, but its write-ahead log is there");
}

TEST_F(DatabaseTest, AnotherProgramsDatabaseIsRefused) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  sqlite3_exec(other, "CREATE TABLE t (a)", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_EQ(refusal().what, "the database belongs to another program (application id 0)");
}

TEST_F(DatabaseTest, FoldersLinksAndFilesOpenToEverybodyAreRefused) {
  std::filesystem::create_directory(path());
  EXPECT_EQ(refusal().what, path() + " is a folder, not a database");
  std::filesystem::remove(path());
  ASSERT_EQ(symlink("elsewhere.db", path().c_str()), 0);
  EXPECT_EQ(refusal().what, path() + " is a symbolic link");
  std::filesystem::remove(path());
  opened();
  ASSERT_EQ(chmod(path().c_str(), 0666), 0);
  EXPECT_EQ(refusal().what, "everybody may write to " + path());
  ASSERT_EQ(chmod(path().c_str(), 0600), 0);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0777), 0);
  EXPECT_EQ(refusal().what, "everybody may write in the folder " + folder_.path().string());
}

TEST_F(DatabaseTest, AnAbsentFolderOrFileIsSaid) {
  auto folder = Database::open({.path = folder_ / "none/amends.db", .migrations = kFirst});
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().what, HasSubstr("can't be used: No such file or directory"));
  auto file = Database::open({.path = path(), .migrations = kFirst, .create = false});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, Kind::not_found);
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(DatabaseTest, FilesAreForTheOwnerAlone) {
  auto database = opened();
  ASSERT_TRUE(add(*database, "private"));
  for (const char* end : {"", "-wal", "-shm", ".lock"}) {
    struct stat at = {};
    ASSERT_EQ(stat((path() + end).c_str(), &at), 0) << end;
    EXPECT_EQ(at.st_mode & 0777, 0600U) << end;
  }
}

TEST_F(DatabaseTest, AfterAStopOutOfOrderDamageIsFoundBeforeAnythingIsServed) {
  {
    auto database = opened();
    ASSERT_TRUE(add_many(*database, 2000, "", std::string(200, 'y')));
  }
  std::string bytes = test::read_file(path());
  for (std::size_t page = 10; page < 20; ++page) {
    for (std::size_t i = 0; i < 100; ++i) bytes[page * 4096 + i] ^= '\x5a';
  }
  test::write_file(path(), bytes);
  EXPECT_TRUE(open()) << "after a stop in order nothing is read that isn't asked for";
  test::write_file(path() + "-wal", std::string(64, '\1'));
  EXPECT_EQ(refusal().kind, Kind::corrupt);
}

TEST_F(DatabaseTest, AStopInOrderLeavesNoLogEvenAfterReading) {
  {
    auto database = opened();
    ASSERT_TRUE(add(*database, "one"));
    EXPECT_EQ(notes(*database), 1);
  }
  EXPECT_FALSE(std::filesystem::exists(path() + "-wal"));
}

TEST(SqliteVersion, TheBugInOlderOnesKeepsThemOut) {
  EXPECT_FALSE(sqlite_is_new_enough(3'040'001));
  EXPECT_FALSE(sqlite_is_new_enough(3'051'002));
  EXPECT_TRUE(sqlite_is_new_enough(3'051'003));
  EXPECT_TRUE(sqlite_is_new_enough(sqlite3_libversion_number()));
}

TEST(Place, NetworkFileSystemsAreKnownByTheirMagic) {
  EXPECT_EQ(network_file_system(0x6969), "NFS");
  EXPECT_EQ(network_file_system(0x01021997), "9p");
  EXPECT_EQ(network_file_system(static_cast<std::int32_t>(0xff534d42)), "CIFS");
  EXPECT_EQ(network_file_system(0xef53), "");      // ext4
  EXPECT_EQ(network_file_system(0x01021994), "");  // tmpfs
}

}  // namespace
}  // namespace amends::store
