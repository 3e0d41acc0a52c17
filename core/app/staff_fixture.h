// Two brands, their admin and an agent, and the moves that tests of Staff make: signing in, a second factor, what is on
// record.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/app/staff.h"
#include "core/crypto/totp.h"
#include "tests/support/support.h"

namespace amends::app {

class StaffTest : public ::testing::Test {
 public:
  static inline const From kHome{"203.0.113.9", "Browser"}, kElsewhere{"198.51.100.4", "Script"};
  static inline const std::string kPassword = "vowel kettle brim ox", kOther = "nine paper lanterns";
  // What is tested here is the flow, not the price of a hash.
  static constexpr crypto::PasswordCost kCheap{std::size_t{64} << 10, 1};

 protected:
  explicit StaffTest(StaffRules rules = cheap()) {
    Config config = default_config();
    config.data = folder_ / "data";
    BrandConfig cafe, shop;
    cafe.key = "cafe";
    shop.key = "shop";
    config.brands = {cafe, shop};
    config.source = "test";
    hub_ = *Hub::open(std::move(config), clock_);
    cafe_ = hub_->brand("cafe")->id;
    shop_ = hub_->brand("shop")->id;
    staff_ = std::make_unique<Staff>(*hub_, rules);
    staff_->on_end(
        [this](const std::vector<Ended>& ended) { ended_.insert(ended_.end(), ended.begin(), ended.end()); });
    root_ = people::console("root");
    admin_ = added("boss", true);
    ada_ = added("ada");
    EXPECT_TRUE(staff_->set_role(root_, ada_, cafe_, people::Role::agent));
  }
  static StaffRules cheap() {
    StaffRules rules;
    rules.password = kCheap;
    return rules;
  }

  UserId added(const std::string& login, bool admin = false) {
    const auto id =
        staff_->add_user(root_, {login, "Name " + login, login + "@example.org", "en", admin}, Secret(kPassword));
    EXPECT_TRUE(id) << id.error().what;
    return id ? *id : UserId{};
  }
  Result<Staff::Entered> sign_in(const std::string& login, const std::string& password, const std::string& code = "",
                                 const From& from = kHome, std::string_view earlier = {}) {
    return staff_->sign_in({login, Secret(password), code}, from, earlier);
  }
  Staff::Entered in(const std::string& login, const std::string& password = kPassword) {
    auto entered = sign_in(login, password);
    EXPECT_TRUE(entered) << entered.error().what;
    return entered ? *std::move(entered) : Staff::Entered{};
  }
  bool open(const Secret& secret) { return staff_->by_session(secret.reveal()).has_value(); }
  std::vector<std::string> actions() {
    std::vector<std::string> out;
    const auto rows = *hub_->db().read([](store::Reader& reader) -> Result<std::vector<audit::Row>> {
      audit::Asked asked;
      asked.limit = 200;
      return audit::rows(reader, asked);
    });
    for (const auto& row : rows) out.push_back(row.action);
    return out;
  }
  Secret set_up_totp(const people::Principal& who) {
    const auto setup = staff_->begin_totp(who, Secret(kPassword), kHome);
    EXPECT_TRUE(setup) << setup.error().what;
    const auto on = staff_->confirm_totp(who, code(setup->secret), kHome);
    EXPECT_TRUE(on) << on.error().what;
    clock_.advance(std::chrono::minutes(5));
    return setup->secret;
  }
  std::string code(const Secret& secret, int steps = 0) const {
    return crypto::totp_code(secret, crypto::totp_step(clock_.now()) + steps);
  }

  const test::TempFolder folder_;
  test::FakeClock clock_;
  std::unique_ptr<Hub> hub_;
  std::unique_ptr<Staff> staff_;
  std::vector<Ended> ended_;
  BrandId cafe_, shop_;
  people::Principal root_;
  UserId admin_, ada_;
};

}  // namespace amends::app
