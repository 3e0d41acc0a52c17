#include "core/store/raw_codec.h"

#include <gtest/gtest.h>

#include "tests/support/schema.h"

namespace amends::store {
namespace {

class RawCodecTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const auto& migration : test::all_migrations()) {
      if (migration.name == "raw" || migration.name == "raw_sample") migrations_.push_back(migration);
    }
    reopen();
  }
  void reopen() {
    database_.reset();
    auto opened = Database::open({.path = folder_ / "amends.db", .migrations = migrations_});
    ASSERT_TRUE(opened) << opened.error().what;
    database_ = *std::move(opened);
  }
  static std::string mail(int number) {
    std::string text = "Received: from mx.mail.example by mail.shop.example with ESMTPS id " +
                       std::to_string(number * 7919) + "\nFrom: Customer " + std::to_string(number) +
                       " <c@mail.example>\nTo: Example Shop <support@shop.example>\nContent-Type: text/plain; "
                       "charset=utf-8\n\nHello,\nwhere is order ";
    for (int i = 0; i < 20; ++i) text += std::to_string((number * 31LL + i) * 104'729 % 1'000'003) + " ";
    return text + "\nThank you\n";
  }
  void put(int first, int last) {
    auto done = database_->write([&](Tx& tx) -> Result<Done> {
      for (int i = first; i <= last; ++i) codec_.put(tx, RawItemId(i), mail(i));
      return Done{};
    });
    ASSERT_TRUE(done) << done.error().what;
  }
  Result<std::string> get(int id) {
    return database_->read([&](Reader& r) { return codec_.get(r, RawItemId(id)); });
  }
  std::int64_t count(const char* sql) {
    return database_->read([&](Reader& r) -> Result<std::int64_t> { return r.count(sql); }).value_or(-1);
  }

  test::TempFolder folder_;
  std::vector<Migration> migrations_;
  std::unique_ptr<Database> database_;
  RawCodec codec_;
};

TEST_F(RawCodecTest, GivesBackExactlyWhatItWasGiven) {
  const std::string odd[] = {"", std::string(3, '\0'), "\xff\xfe\r\n", std::string(3'000'000, 'x')};
  ASSERT_TRUE(database_->write([&](Tx& tx) -> Result<Done> {
    for (int i = 0; i < 4; ++i) codec_.put(tx, RawItemId(i + 1), odd[i]);
    return Done{};
  }));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(*get(i + 1), odd[i]);
}

TEST_F(RawCodecTest, MailsOfOneMailboxShareADictionary) {
  put(1, 700);
  EXPECT_EQ(count("SELECT count(*) FROM raw_dictionary"), 1);
  EXPECT_LT(count("SELECT sum(length(bytes)) FROM raw_body WHERE raw_id BETWEEN 401 AND 600"),
            count("SELECT sum(length(bytes)) FROM raw_body WHERE raw_id BETWEEN 1 AND 200") * 3 / 4);
  for (int i = 1; i <= 700; i += 9) EXPECT_EQ(*get(i), mail(i));
  reopen();
  RawCodec fresh;
  auto read = database_->read([&](Reader& r) { return fresh.get(r, RawItemId(650)); });
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, mail(650));
}

TEST_F(RawCodecTest, ADictionaryThatWasUndoneIsNotUsedAfterwards) {
  put(1, 255);
  auto undone = database_->write([&](Tx& tx) -> Result<Done> {
    for (int i = 256; i <= 330; ++i) codec_.put(tx, RawItemId(i), mail(i));
    EXPECT_EQ(tx.count("SELECT count(*) FROM raw_dictionary"), 1);
    return fail(Kind::rejected, "second thoughts");
  });
  EXPECT_FALSE(undone);
  put(256, 300);
  reopen();
  RawCodec fresh;
  for (int i = 250; i <= 300; ++i) {
    auto read = database_->read([&](Reader& r) { return fresh.get(r, RawItemId(i)); });
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(*read, mail(i));
  }
}

TEST_F(RawCodecTest, WhatIsAbsentOrDamagedIsSaid) {
  put(1, 400);
  EXPECT_EQ(get(900).error().kind, Kind::not_found);
  const auto spoil = [&](const char* sql) {
    ASSERT_TRUE(database_->write([&](Tx& tx) -> Result<Done> { return tx.run(sql), Done{}; }));
  };
  spoil("UPDATE raw_body SET bytes = x'00' WHERE raw_id = 1");
  EXPECT_EQ(get(1).error().kind, Kind::corrupt);
  spoil("UPDATE raw_body SET bytes = substr(bytes, 1, length(bytes) - 9) WHERE raw_id = 2");
  EXPECT_EQ(get(2).error().kind, Kind::corrupt);
  spoil("DELETE FROM raw_dictionary");
  RawCodec fresh;
  auto orphan = database_->read([&](Reader& r) { return fresh.get(r, RawItemId(399)); });
  EXPECT_EQ(orphan.error().kind, Kind::corrupt);
  ASSERT_TRUE(database_->write([&](Tx& tx) -> Result<Done> { return codec_.remove(tx, RawItemId(3)), Done{}; }));
  EXPECT_EQ(get(3).error().kind, Kind::not_found);
}

TEST_F(RawCodecTest, ADictionaryGoesWithAnItemThatTrainedIt) {
  put(1, 600);
  ASSERT_EQ(count("SELECT COUNT(*) FROM raw_dictionary"), 1);
  const auto trained = count("SELECT id FROM raw_dictionary");
  const auto sample = count("SELECT MAX(raw_id) FROM raw_sample");
  ASSERT_EQ(count("SELECT COUNT(*) FROM raw_sample"), 256);

  // An item that trained nothing leaves the dictionary alone.
  ASSERT_TRUE(database_->write([&](Tx& tx) -> Result<Done> { return codec_.remove(tx, RawItemId(600)), Done{}; }));
  EXPECT_EQ(count("SELECT COUNT(*) FROM raw_retired"), 0);

  ASSERT_TRUE(database_->write([&](Tx& tx) -> Result<Done> { return codec_.remove(tx, RawItemId(sample)), Done{}; }));
  EXPECT_EQ(count("SELECT COUNT(*) FROM raw_retired"), 1);
  put(601, 610);
  EXPECT_EQ(
      count(
          ("SELECT COUNT(*) FROM raw_body WHERE raw_id > 600 AND dictionary_id = " + std::to_string(trained)).c_str()),
      0);
  int turns = 0;
  for (bool more = true; more; ++turns) {
    more = *database_->write([&](Tx& tx) -> Result<bool> { return codec_.repack(tx, 100); });
    ASSERT_LT(turns, 100);
  }
  EXPECT_GT(turns, 3);
  EXPECT_EQ(count("SELECT COUNT(*) FROM raw_retired"), 0);
  EXPECT_EQ(count(("SELECT COUNT(*) FROM raw_dictionary WHERE id = " + std::to_string(trained)).c_str()), 0);
  EXPECT_EQ(count(("SELECT COUNT(*) FROM raw_sample WHERE raw_id = " + std::to_string(sample)).c_str()), 0);
  EXPECT_EQ(count("SELECT COUNT(*) FROM raw_dictionary"), 1) << "another one in its place";
  reopen();
  for (int i = 1; i <= 610; ++i) {
    if (i == 600 || i == sample) continue;
    EXPECT_EQ(*get(i), mail(i)) << i;
  }
  EXPECT_EQ(get(static_cast<int>(sample)).error().kind, Kind::not_found);
}

TEST_F(RawCodecTest, WithTooFewItemsLeftTheyArePackedWithoutADictionary) {
  put(1, 300);
  ASSERT_TRUE(database_->write([&](Tx& tx) -> Result<Done> {
    for (int i = 1; i <= 200; ++i) codec_.remove(tx, RawItemId(i));
    return Done{};
  }));
  while (*database_->write([&](Tx& tx) -> Result<bool> { return codec_.repack(tx, 50); })) {
  }
  EXPECT_EQ(count("SELECT COUNT(*) FROM raw_dictionary"), 0);
  EXPECT_EQ(count("SELECT COUNT(*) FROM raw_sample"), 0);
  for (int i = 201; i <= 300; ++i) EXPECT_EQ(*get(i), mail(i)) << i;
}

TEST_F(RawCodecTest, DictionariesFromBeforeTheyWereRememberedKnowTheirSamples) {
  const auto both = migrations_;
  migrations_.pop_back();
  test::TempFolder other;
  auto old = Database::open({.path = other / "amends.db", .migrations = migrations_});
  ASSERT_TRUE(old);
  ASSERT_TRUE((*old)->write([&](Tx& tx) -> Result<Done> {
    tx.run("INSERT INTO raw_dictionary (id, number, bytes) VALUES (7, 1, 'x')");
    for (int i = 1; i <= 400; ++i) {
      tx.run("INSERT INTO raw_body (raw_id, dictionary_id, bytes) VALUES (?, ?, 'x')", i,
             i >= 320 ? Value(7) : Value(nullptr));
    }
    return Done{};
  }));
  old->reset();
  auto now = Database::open({.path = other / "amends.db", .migrations = both});
  ASSERT_TRUE(now) << now.error().what;
  const auto first =
      (*now)->read([](Reader& r) -> Result<std::int64_t> { return r.count("SELECT MIN(raw_id) FROM raw_sample"); });
  const auto last =
      (*now)->read([](Reader& r) -> Result<std::int64_t> { return r.count("SELECT MAX(raw_id) FROM raw_sample"); });
  EXPECT_EQ(*first, 64);
  EXPECT_EQ(*last, 319);
}

}  // namespace
}  // namespace amends::store
