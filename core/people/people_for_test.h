// A database with Ada in it, and what tests of users, sessions and links ask of it.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/crypto/random.h"
#include "core/crypto/seal.h"
#include "core/people/sessions.h"
#include "core/people/users.h"
#include "tests/support/schema.h"

namespace amends::people {

inline constexpr BrandId kCafe{1}, kShop{2};

class People : public ::testing::Test {
 protected:
  People() {
    db_ = *store::Database::open({folder_ / "amends.db", migrations_, 2, true});
    does([](store::Tx& tx) {
      tx.run("INSERT INTO brand (key, name, created_at) VALUES ('cafe', 'Café', 0), ('shop', 'Shop', 0)");
      return Done{};
    });
    keys_.add(1, Secret(crypto::random_bytes(crypto::kSealKeyBytes)));
    ada_ = added("ada", "ada@cafe.example");
  }

  template <class Work>
  auto write(Work work) {
    return db_->write([&](store::Tx& tx) { return work(tx); });
  }
  template <class Work>
  void does(Work work) {
    ASSERT_TRUE(db_->write([&](store::Tx& tx) -> Result<Done> {
      work(tx);
      return Done{};
    }));
  }
  template <class Work>
  auto sees(Work work) {
    using Answer = std::invoke_result_t<Work&, store::Reader&>;
    return *db_->read([&](store::Reader& reader) -> Result<Answer> { return work(reader); });
  }
  UserId added(const std::string& login, const std::string& email = "", bool admin = false) {
    const auto id = write([&](store::Tx& tx) {
      return add_user(tx, {login, "Name of " + login, email, "en", admin}, clock_.now());
    });
    EXPECT_TRUE(id) << id.error().what;
    return id ? *id : UserId{};
  }
  Error refused(const NewUser& user) {
    const auto id = write([&](store::Tx& tx) { return add_user(tx, user, clock_.now()); });
    return id ? Error{} : id.error();
  }
  FreshSession begun(UserId user) {
    FreshSession out;
    does([&](store::Tx& tx) { out = begin_session(tx, user, "203.0.113.9", "Browser", clock_.now(), life_); });
    return out;
  }
  std::optional<Principal> by(const FreshSession& session) {
    return sees([&](store::Reader& r) { return session_principal(r, session.secret.reveal(), clock_.now(), life_); });
  }

  const test::TempFolder folder_;
  test::FakeClock clock_;
  std::vector<store::Migration> migrations_ = test::all_migrations();
  std::unique_ptr<store::Database> db_;
  crypto::SealKeys keys_;
  SessionLife life_;
  UserId ada_;
};

}  // namespace amends::people
