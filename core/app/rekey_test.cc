#include "core/app/rekey.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <regex>
#include <thread>

#include "core/app/hub.h"
#include "core/app/keys.h"
#include "core/crypto/random.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

class Rekey : public ::testing::Test {
 protected:
  void open() {
    hub_.reset();
    Config config = default_config();
    config.data = folder_ / "data";
    auto hub = Hub::open(std::move(config), clock_);
    ASSERT_TRUE(hub) << hub.error().what;
    hub_ = *std::move(hub);
  }
  Error refusal() {
    hub_.reset();
    Config config = default_config();
    config.data = folder_ / "data";
    auto hub = Hub::open(std::move(config), clock_);
    EXPECT_FALSE(hub);
    return hub ? Error{} : hub.error();
  }
  static crypto::SealPlace place(std::int64_t user) { return {"second_factor", "sealed_totp", user, {}}; }
  static std::string secret_of(std::int64_t user) { return "secret of " + std::to_string(user); }

  void seal_some(std::int64_t from, std::int64_t to) {
    ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<Done> {
      for (std::int64_t user = from; user <= to; ++user) {
        tx.run(
            "INSERT INTO app_user (id, login, display_name, email, language, admin, created_at) "
            "VALUES (?, ?, 'x', '', '', 0, 0)",
            user, "user" + std::to_string(user));
        TRY(const std::string sealed, crypto::seal(hub_->seal_keys(), place(user), Secret(secret_of(user))));
        tx.run("INSERT INTO second_factor (user_id, sealed_totp, begun_at) VALUES (?, ?, 0)", user, sealed);
      }
      return Done{};
    }));
  }
  // How many rows each version has; every row opens.
  std::map<int, int> versions() {
    return *hub_->db().read([&](store::Reader& reader) -> Result<std::map<int, int>> {
      std::map<int, int> out;
      for (auto q = reader.query("SELECT user_id, sealed_totp FROM second_factor"); q.next();) {
        const std::int64_t user = q.row().integer(0);
        const auto plain = crypto::open_sealed(hub_->seal_keys(), place(user), q.row().text(1));
        EXPECT_TRUE(plain && plain->reveal() == secret_of(user)) << user;
        ++out[crypto::sealed_version(q.row().text(1)).value_or(0)];
      }
      return out;
    });
  }
  KeyFile key_file() { return *load_or_make_keys(folder_ / "data"); }

  const test::TempFolder folder_;
  test::FakeClock clock_;
  std::unique_ptr<Hub> hub_;
};

TEST_F(Rekey, EveryRowIsSealedAnewAndTheOldKeyIsGone) {
  open();
  seal_some(1, 250);
  const std::string installation(key_file().installation.reveal());
  const auto done = rekey(*hub_);
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_EQ(done->version, 2);
  EXPECT_EQ(done->sealed, 250);
  EXPECT_FALSE(done->resumed);
  EXPECT_EQ(versions(), (std::map<int, int>{{2, 250}}));
  EXPECT_EQ(hub_->seal_keys().versions(), std::vector<int>{2});
  EXPECT_EQ(key_file().seal.size(), 1u);
  EXPECT_EQ(key_file().installation.reveal(), installation) << "reply addresses keep their signature";
  open();
  EXPECT_EQ(versions(), (std::map<int, int>{{2, 250}}));
  EXPECT_EQ(rekey(*hub_)->version, 3);
}

TEST_F(Rekey, WithNothingSealedTheKeyIsStillReplaced) {
  open();
  const std::string old(key_file().seal.at(1).reveal());
  ASSERT_TRUE(rekey(*hub_));
  ASSERT_EQ(key_file().seal.count(2), 1u);
  EXPECT_NE(key_file().seal.at(2).reveal(), old);
}

// As after a crash: the new key is on disk, and some rows are sealed with it.
TEST_F(Rekey, WhatACrashInterruptedIsFinished) {
  open();
  seal_some(1, 150);
  KeyFile keys = key_file();
  keys.seal.emplace(2, Secret(crypto::random_bytes(crypto::kSealKeyBytes)));
  ASSERT_TRUE(write_keys(folder_ / "data", keys));
  open();
  seal_some(151, 200);
  EXPECT_EQ(versions(), (std::map<int, int>{{1, 150}, {2, 50}}));
  const auto done = rekey(*hub_);
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->resumed);
  EXPECT_EQ(done->version, 2);
  EXPECT_EQ(done->sealed, 150);
  EXPECT_EQ(versions(), (std::map<int, int>{{2, 200}}));
  EXPECT_EQ(key_file().seal.size(), 1u);
}

TEST_F(Rekey, WritingGoesOnMeanwhile) {
  open();
  seal_some(1, 300);
  std::atomic<bool> stop{false};
  std::jthread writer([&] {
    for (std::int64_t user = 1'000; !stop && user < 1'400; ++user) seal_some(user, user);
  });
  const auto done = rekey(*hub_);
  stop = true;
  writer.join();
  ASSERT_TRUE(done);
  const auto by_version = versions();
  EXPECT_EQ(by_version.count(1), 0u);
  EXPECT_GE(by_version.at(2), 300);
}

TEST_F(Rekey, ARowThatDoesNotOpenStopsItAndKeepsTheOldKey) {
  open();
  seal_some(1, 10);
  ASSERT_TRUE(hub_->db().write([](store::Tx& tx) -> Result<std::int64_t> {
    return tx.run(
        "UPDATE second_factor SET sealed_totp = (SELECT sealed_totp FROM second_factor WHERE user_id = 4) "
        "WHERE user_id = 5");
  }));
  const auto done = rekey(*hub_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::corrupt);
  EXPECT_NE(done.error().what.find("second_factor.sealed_totp 5"), std::string::npos);
  EXPECT_EQ(key_file().seal.size(), 2u);
  open();
}

TEST_F(Rekey, AHubRefusesToOpenWithoutTheKeyItsSecretsNeed) {
  open();
  seal_some(1, 3);
  const KeyFile good = key_file();
  KeyFile lacking = good;
  lacking.seal.clear();
  lacking.seal.emplace(7, Secret(std::string(32, 'x')));
  ASSERT_TRUE(write_keys(folder_ / "data", lacking));
  EXPECT_EQ(refusal().kind, Kind::invalid);
  EXPECT_NE(refusal().what.find("version 1"), std::string::npos);
  KeyFile another = good;
  another.seal.insert_or_assign(1, Secret(std::string(32, 'x')));
  ASSERT_TRUE(write_keys(folder_ / "data", another));
  EXPECT_EQ(refusal().kind, Kind::invalid);
  ASSERT_TRUE(write_keys(folder_ / "data", good));
  open();
  EXPECT_EQ(versions(), (std::map<int, int>{{1, 3}}));
}

TEST_F(Rekey, OneDamagedRowDoesNotKeepTheHubShut) {
  open();
  seal_some(1, 3);
  ASSERT_TRUE(hub_->db().write([](store::Tx& tx) -> Result<std::int64_t> {
    return tx.run("UPDATE second_factor SET sealed_totp = 's1.1.AAAA' WHERE user_id = 1");
  }));
  open();
}

TEST_F(Rekey, ARunningProgramDoesItWhenItIsAsked) {
  open();
  seal_some(1, 20);
  std::atomic<bool> stop{false};
  std::jthread tender([&] {
    while (!stop) rekey_when_asked(*hub_);
  });
  const auto done = ask_rekey(folder_ / "data", std::chrono::seconds(20));
  stop = true;
  tender.join();
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_EQ(done->version, 2);
  EXPECT_EQ(versions(), (std::map<int, int>{{2, 20}}));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data/amends.rekey"));
}

TEST_F(Rekey, WhoAsksHearsThatItFailedOrThatNobodyAnswers) {
  open();
  seal_some(1, 2);
  ASSERT_TRUE(hub_->db().write([](store::Tx& tx) -> Result<std::int64_t> {
    return tx.run("UPDATE second_factor SET sealed_totp = 's1.1.AAAA' WHERE user_id = 1");
  }));
  std::atomic<bool> stop{false};
  std::jthread tender([&] {
    while (!stop) rekey_when_asked(*hub_);
  });
  const auto failed = ask_rekey(folder_ / "data", std::chrono::seconds(20));
  stop = true;
  tender.join();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Kind::corrupt);
  EXPECT_EQ(ask_rekey(folder_ / "data", std::chrono::milliseconds(60)).error().kind, Kind::busy);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data/amends.rekey"));
}

// The list in rekey.cc and the schema say the same.
TEST(SealedColumns, EveryColumnCalledSealedIsKnown) {
  std::vector<std::string> found, known;
  for (const auto& file : std::filesystem::directory_iterator(AMENDS_SOURCE_FOLDER "/core/app/schema")) {
    const std::string sql = test::read_file(file.path());
    static const std::regex kTable("CREATE TABLE (\\w+) \\(([^;]*)\\)"), kColumn("\\n\\s+(sealed_\\w+) ");
    for (std::sregex_iterator table(sql.begin(), sql.end(), kTable), end; table != end; ++table) {
      const std::string body = (*table)[2];
      for (std::sregex_iterator column(body.begin(), body.end(), kColumn); column != end; ++column) {
        found.push_back((*table)[1].str() + "." + (*column)[1].str());
      }
    }
  }
  for (const SealedColumn& column : sealed_columns()) {
    known.push_back(std::string(column.table) + "." + std::string(column.column));
  }
  std::sort(found.begin(), found.end());
  std::sort(known.begin(), known.end());
  EXPECT_FALSE(found.empty());
  EXPECT_EQ(found, known);
}

}  // namespace
}  // namespace amends::app
