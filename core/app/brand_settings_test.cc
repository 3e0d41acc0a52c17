#include "core/app/brand_settings.h"

#include <gtest/gtest.h>

#include "core/app/hub.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

class BrandSettings : public ::testing::Test {
 protected:
  void opens(const Config& config) {
    hub_.reset();
    Config ready = config;
    ready.data = folder_ / "data";
    auto hub = Hub::open(std::move(ready), clock_);
    ASSERT_TRUE(hub) << hub.error().what;
    hub_ = *std::move(hub);
  }
  Result<std::string> changes(const BrandChange& change) {
    const BrandId id = hub_->brands()[0].id;
    const BrandConfig stated = hub_->stated_brand(id);
    TRY(const std::string different,
        hub_->db().write([&](store::Tx& tx) { return change_brand(tx, id, stated, change, "ann", clock_.now()); }));
    TRY_DO(hub_->reread_brand(id));
    return different;
  }
  const BrandConfig& brand() const { return *hub_->brands()[0].config; }

  test::TempFolder folder_;
  test::FakeClock clock_;
  std::unique_ptr<Hub> hub_;
};

TEST_F(BrandSettings, WhatWasSetHoldsAfterARestartAndWhatTheFileStatesWinsLater) {
  opens(default_config());
  const BrandConfig* before = &brand();
  BrandChange change;
  change.name = " Corner Café ";
  change.language = "DE";
  change.domains = {{"Cafe.example"}};
  const auto different = changes(change);
  ASSERT_TRUE(different) << different.error().what;
  EXPECT_EQ(*different, "name language domains");
  EXPECT_EQ(before->name, BrandConfig{}.name) << "who holds the old one finishes with it";
  opens(default_config());
  EXPECT_EQ(brand().name, "Corner Café");
  EXPECT_EQ(brand().language, "de");
  EXPECT_EQ(brand().domains, std::vector<std::string>{"cafe.example"});
  EXPECT_EQ(*changes(change), "");

  Config stated = default_config();
  stated.source = "amends.toml";
  stated.brands[0].name = "By the file";
  stated.brands[0].stated = {"key", "name"};
  opens(stated);
  EXPECT_EQ(brand().name, "By the file");
  EXPECT_EQ(brand().language, "de");
  EXPECT_EQ(changes(change).error().kind, Kind::conflict);
}

TEST_F(BrandSettings, WhatIsNoValueIsRefusedByName) {
  opens(default_config());
  BrandChange nameless, gap, address;
  nameless.name = "  ";
  gap.signature = "Yours, {{name}}";
  address.domains = {{"https://cafe.example"}};
  for (const BrandChange& wrong : {nameless, gap, address}) EXPECT_EQ(changes(wrong).error().kind, Kind::invalid);
  EXPECT_EQ(brand().name, BrandConfig{}.name);
}

}  // namespace
}  // namespace amends::app
