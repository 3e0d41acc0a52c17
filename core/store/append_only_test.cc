#include <gtest/gtest.h>

#include "core/store/database.h"
#include "tests/support/support.h"

namespace amends::store {
namespace {

constexpr Migration kLedger[] = {{1, "ledger",
                                  "CREATE TABLE ledger (number BIGINT PRIMARY KEY, word TEXT NOT NULL) {clustered};\n"
                                  "{append_only ledger}\n"
                                  "CREATE TABLE other (number BIGINT PRIMARY KEY)"}};

TEST(AppendOnly, RowsAreAddedAndNeverChangedOrRemoved) {
  const test::TempFolder folder;
  auto database = Database::open({.path = folder / "amends.db", .migrations = kLedger});
  ASSERT_TRUE(database) << database.error().what;
  const auto run = [&](const char* sql) {
    return (*database)->write([&](Tx& tx) -> Result<std::int64_t> { return tx.run(sql); });
  };
  ASSERT_TRUE(run("INSERT INTO ledger VALUES (1, 'one'), (2, 'two')"));
  for (const char* sql : {"UPDATE ledger SET word = 'zwei' WHERE number = 2", "DELETE FROM ledger WHERE number = 2",
                          "DELETE FROM ledger", "UPDATE ledger SET number = 3 WHERE number = 1",
                          "INSERT INTO ledger VALUES (1, 'eins') ON CONFLICT (number) DO UPDATE SET word = 'eins'"}) {
    const auto refused = run(sql);
    ASSERT_FALSE(refused) << sql;
    EXPECT_EQ(refused.error().kind, Kind::conflict) << sql;
  }
  const auto words = (*database)->read([](Reader& r) -> Result<std::string> {
    return *r.first("SELECT group_concat(word) FROM ledger", [](Row row) { return row.string(0); });
  });
  EXPECT_EQ(*words, "one,two");
  ASSERT_TRUE(run("INSERT INTO other VALUES (1)"));
  EXPECT_TRUE(run("DELETE FROM other"));
}

}  // namespace
}  // namespace amends::store
