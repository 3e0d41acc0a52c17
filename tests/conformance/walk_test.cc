// A person's way to a site that makes everybody a client who asks, in a hub of its own: no application is made there by
// hand, and what the site made of us is known to nobody but the sealed account.
#include "core/app/walk.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "core/app/pull.h"
#include "core/app/tokens.h"
#include "core/base/log.h"
#include "core/channel/api.h"
#include "core/mime/mail.h"
#include "tests/conformance/channel_test.h"
#include "tests/support/contract.h"

namespace amends::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kBack = "https://help.cafe.test/oauth/callback";

std::vector<RigRow> those_that_make_clients() {
  std::vector<RigRow> out;
  for (const RigRow& row : rigs()) {
    if (row.descriptor->register_client != nullptr) out.push_back(row);
  }
  return out;
}

class Registered : public testing::TestWithParam<RigRow> {
 protected:
  Registered() : rig_(GetParam().make()) {
    mime::init();
    log::set_level(log::Level::off);
    opens();
  }
  void TearDown() override { EXPECT_THAT(rig_->site()->violations(), testing::IsEmpty()); }
  // In the configuration file, when `in_file`.
  void opens(bool in_file = false) {
    hub_.reset();
    app::Config config = app::default_config();
    config.data = folder_ / "data";
    config.outbound.private_network = true;
    if (in_file) {
      app::AccountConfig fixed;
      fixed.brand = config.brands[0].key;
      fixed.name = "fixed";
      fixed.channel = GetParam().descriptor;
      fixed.settings = *channel::check_settings(*fixed.channel, rig_->settings());
      config.accounts.push_back(std::move(fixed));
    }
    auto hub = app::Hub::open(std::move(config), clock_);
    ASSERT_TRUE(hub) << hub.error().what;
    hub_ = *std::move(hub);
  }
  Result<AccountId> make() {
    app::AccountActor console;
    console.at_console = true;
    return app::Accounts(*hub_).create(hub_->brands()[0].id, {GetParam().descriptor, "shop", rig_->settings(), {}},
                                       console);
  }
  const app::HubAccount& account(AccountId id) { return *hub_->find_account(id); }
  // The browser's way back, as the hub's route reads it.
  Result<app::WalkEnded> comes_back(const std::string& url) {
    const std::multimap<std::string, std::string> fields = decode_form(std::string_view(url).substr(url.find('?') + 1));
    TRY(const channel::Callback callback, app::read_callback({fields.begin(), fields.end()}));
    return app::finish_walk(*hub_, callback);
  }
  Result<app::WalkEnded> connects(AccountId id, const char* back = kBack) {
    TRY(const app::WalkBegun begun, app::begin_walk(*hub_, account(id), back, {}));
    const std::string url = rig_->agrees(begun.url);
    EXPECT_THAT(url, HasSubstr(back)) << begun.url;
    return comes_back(url);
  }
  std::int64_t pulled(AccountId id) {
    const auto connector = account(id).channel->open(*account(id).settings, hub_->environment(account(id)));
    EXPECT_TRUE(connector);
    const app::PullReport report = app::pull_account(*hub_, account(id), **connector, {}, {});
    EXPECT_FALSE(report.error) << report.error->what;
    return report.in.delivered;
  }

  TempFolder folder_;
  FakeClock clock_;
  std::unique_ptr<Rig> rig_;
  std::unique_ptr<app::Hub> hub_;
};

TEST_P(Registered, AnAccountWithoutAClientIsMadeConnectedAndPulled) {
  const auto id = make();
  ASSERT_TRUE(id) << id.error().what;
  const auto begun = app::begin_walk(*hub_, account(*id), kBack, {});
  ASSERT_TRUE(begun) << begun.error().what;
  const std::string back = rig_->agrees(begun->url);
  ASSERT_NE(back, "") << begun->url;
  opens();  // the way back ends in another process
  const auto ended = comes_back(back);
  ASSERT_TRUE(ended) << ended.error().what;
  EXPECT_EQ(ended->account, *id);
  rig_->customer_writes("How late are you open?");
  EXPECT_EQ(pulled(*id), 1);
}

TEST_P(Registered, WhatTheSiteMadeOfUsIsKeptSealedAndUsedToGiveTheTokensBack) {
  const auto id = make();
  ASSERT_TRUE(id && connects(*id));
  opens();
  const auto held = hub_->tokens(account(*id)).current();
  ASSERT_TRUE(held);
  ASSERT_TRUE(held->client.contains("client_secret"));
  const std::string secret(held->client.at("client_secret").reveal());
  EXPECT_TRUE(app::Accounts(*hub_).disconnect(account(*id).brand, *id, {}));
  EXPECT_TRUE(rig_->given_back());
  hub_.reset();
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_ / "data")) {
    if (!file.is_regular_file()) continue;
    EXPECT_THAT(read_file(file.path()), Not(HasSubstr(secret))) << file.path();
  }
}

// A server knows an application by the address it sends people back to.
TEST_P(Registered, FromAnotherAddressOfOursTheWayWorksAgain) {
  const auto id = make();
  ASSERT_TRUE(id && connects(*id));
  const auto again = connects(*id, "http://127.0.0.1:43117/oauth/callback");
  EXPECT_TRUE(again) << again.error().what;
}

TEST_P(Registered, AnAccountOfTheConfigurationFileIsConnectedLikewise) {
  opens(true);
  const AccountId id = hub_->accounts().front()->id;
  const auto ended = connects(id);
  ASSERT_TRUE(ended) << ended.error().what;
  opens(true);
  rig_->customer_writes("How late are you open?");
  EXPECT_EQ(pulled(id), 1);
}

TEST_P(Registered, ASiteThatMakesNobodyAClientSaysSoAndWhatElseToDo) {
  const auto id = make();
  ASSERT_TRUE(id);
  SiteFault fault;
  fault.answer = {403, R"({"error":"This server takes no applications"})", {}};
  fault.path_begins = "/api/v1/apps";
  rig_->site()->fail_next(fault);
  const auto begun = app::begin_walk(*hub_, account(*id), kBack, {});
  ASSERT_FALSE(begun);
  EXPECT_THAT(begun.error().what, HasSubstr("registering with "));
  EXPECT_THAT(begun.error().hint, HasSubstr("client_id"));
}

INSTANTIATE_TEST_SUITE_P(Every, Registered, testing::ValuesIn(those_that_make_clients()),
                         [](const testing::TestParamInfo<RigRow>& row) {
                           return std::string(row.param.descriptor->name);
                         });

}  // namespace
}  // namespace amends::test
