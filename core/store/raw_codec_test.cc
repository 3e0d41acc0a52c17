#include "core/store/raw_codec.h"

#include <gtest/gtest.h>

#include "tests/support/schema.h"

namespace amends::store {
namespace {

class RawCodecTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const auto& migration : test::all_migrations()) {
      if (migration.name == "raw") migrations_.push_back(migration);
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

}  // namespace
}  // namespace amends::store
