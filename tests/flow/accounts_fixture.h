// A hub whose accounts live in the database, on a channel of the tests' own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/app/accounts.h"
#include "core/app/pull.h"
#include "core/mime/mail.h"
#include "tests/flow/crowd_channel.h"
#include "tests/support/support.h"

namespace amends::test {

class StoredAccounts : public ::testing::Test {
 protected:
  StoredAccounts() {
    mime::init();
    log::set_level(log::Level::off);
    Crowd::the().reset();
    opens();
  }
  void opens() {
    hub_.reset();
    app::Config config = app::default_config();
    config.data = folder_ / "data";
    config.outbound.private_network = true;
    config.brands.emplace_back();
    config.brands.back().key = "other";
    app::AccountConfig fixed;
    fixed.brand = config.brands[0].key;
    fixed.name = "fixed";
    fixed.channel = &kCrowdChannel;
    fixed.settings = *channel::check_settings(kCrowdChannel, {{"place", "fixed"}, {"password", "from-file"}});
    config.accounts.push_back(std::move(fixed));
    auto hub = app::Hub::open(std::move(config), clock_);
    ASSERT_TRUE(hub) << hub.error().what;
    hub_ = *std::move(hub);
    brand_ = hub_->brands()[0].id;
  }
  app::Accounts accounts() { return app::Accounts(*hub_); }
  Result<AccountId> make(const std::string& name, app::GivenSettings more = {}, const app::AccountActor& by = {},
                         const channel::Descriptor& channel = kCrowdChannel) {
    more.insert({"place", name});
    more.insert({"password", "s3cret-word"});
    return accounts().create(brand_, {&channel, name, more, std::chrono::seconds(0)}, by);
  }
  const app::HubAccount& account(AccountId id) { return *hub_->find_account(id); }
  ingest::Account row(AccountId id) {
    return *hub_->db().read(
        [&](store::Reader& reader) -> Result<ingest::Account> { return *ingest::account(reader, id); });
  }
  std::int64_t count(const std::string& sql) {
    return *hub_->db().read([&](store::Reader& reader) -> Result<std::int64_t> { return reader.count(sql); });
  }
  app::PullReport pulls(AccountId id) {
    const auto connector = *kCrowdChannel.open(*account(id).settings, hub_->environment(account(id)));
    return app::pull_account(*hub_, account(id), *connector, {}, {});
  }

  TempFolder folder_;
  FakeClock clock_;
  std::unique_ptr<app::Hub> hub_;
  BrandId brand_;
};

}  // namespace amends::test
