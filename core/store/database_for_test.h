// A database of notes in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>

#include "core/store/database.h"
#include "tests/support/support.h"

namespace amends::store {

inline constexpr Migration kFirst[] = {
    {1, "note",
     "CREATE TABLE note (id {id}, text TEXT NOT NULL UNIQUE, bytes {blob}) STRICT;"
     "CREATE TABLE line (id {id}, note_id INTEGER NOT NULL REFERENCES note (id)) STRICT"}};
inline constexpr Migration kSecond[] = {kFirst[0], {4, "star", "ALTER TABLE note ADD COLUMN starred INTEGER"}};

class DatabaseTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Database>> open(std::span<const Migration> migrations = kFirst) {
    return Database::open({.path = path(), .migrations = migrations});
  }
  std::unique_ptr<Database> opened(std::span<const Migration> migrations = kFirst) {
    auto database = open(migrations);
    EXPECT_TRUE(database) << database.error().what;
    return *std::move(database);
  }
  Error refusal() {
    auto database = open();
    EXPECT_FALSE(database);
    return database ? Error{} : std::move(database).error();
  }
  std::string path() const { return folder_ / "amends.db"; }

  test::TempFolder folder_;
};

inline Result<std::int64_t> add(Database& database, std::string_view text) {
  return database.write(
      [&](Tx& tx) -> Result<std::int64_t> { return tx.insert("INSERT INTO note (text) VALUES (?)", text); });
}

inline Result<Done> add_many(Database& database, int count, const std::string& before, const std::string& behind) {
  return database.write([&](Tx& tx) -> Result<Done> {
    for (int i = 0; i < count; ++i) {
      tx.run("INSERT INTO note (text) VALUES (?)", before + std::to_string(i * 31) + behind);
    }
    return Done{};
  });
}

inline std::int64_t notes(Database& database) {
  return database.read([](Reader& r) -> Result<std::int64_t> { return r.count("SELECT count(*) FROM note"); })
      .value_or(-1);
}

}  // namespace amends::store
