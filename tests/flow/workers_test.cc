// Many accounts on few threads, some of which hang; and accounts that come, change and go while the hub works.
#include "core/app/workers.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/app/accounts.h"
#include "core/mime/mail.h"
#include "tests/flow/crowd_channel.h"
#include "tests/support/support.h"

namespace amends::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::size_t threads_of_this_process() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) count += entry.exists() ? 1 : 0;
  return count;
}

class ManyAccounts : public ::testing::Test {
 protected:
  ManyAccounts() {
    mime::init();
    log::set_level(log::Level::off);
    Crowd::the().reset();
    config_ = app::default_config();
    config_.data = folder_ / "data";
  }
  void add(const std::string& name, const std::string& mood = "well") {
    app::AccountConfig account;
    account.brand = config_.brands[0].key;
    account.name = name;
    account.channel = &kCrowdChannel;
    account.poll = seconds(3600);
    account.settings = *channel::check_settings(kCrowdChannel, {{"place", name}, {"password", "x"}, {"mood", mood}});
    config_.accounts.push_back(std::move(account));
  }
  void opens() {
    auto hub = app::Hub::open(config_, clock_);
    ASSERT_TRUE(hub) << hub.error().what;
    hub_ = *std::move(hub);
  }
  static app::RoundRules impatient() {
    app::RoundRules rules;
    rules.patience = {milliseconds(50), milliseconds(50)};
    return rules;
  }
  AccountId made(const std::string& name, const std::string& mood = "well") {
    const auto id = app::Accounts(*hub_).create(
        hub_->brands()[0].id, {&kCrowdChannel, name, {{"place", name}, {"password", "x"}, {"mood", mood}}, seconds(0)},
        {});
    EXPECT_TRUE(id) << id.error().what;
    return *id;
  }
  static int pulls(const std::string& place) {
    const auto all = Crowd::the().pulls();
    const auto it = all.find(place);
    return it == all.end() ? 0 : it->second;
  }

  TempFolder folder_;
  FakeClock clock_;
  app::Config config_;
  std::unique_ptr<app::Hub> hub_;
};

TEST_F(ManyAccounts, TwoHundredArePulledByAPoolOfEightThreadsAndNobodyTwiceAtOnce) {
  for (int i = 0; i < 200; ++i) add("place-" + std::to_string(i));
  opens();
  const std::size_t before = threads_of_this_process();
  app::Workers workers(*hub_);
  EXPECT_LE(threads_of_this_process() - before, 8u + 3u + 1u) << "the pool, placing, watching, timers; the watchdog";
  EXPECT_TRUE(Crowd::the().wait([] { return Crowd::the().pulls().size() == 200; })) << Crowd::the().pulls().size();
  workers.stop();
  EXPECT_LE(Crowd::the().threads(), 8u);
  EXPECT_LE(Crowd::the().most_at_once(), 8);
  EXPECT_EQ(Crowd::the().most_at_once_of_one(), 1);
}

TEST_F(ManyAccounts, ThoseThatHangHoldUpNobodyForLong) {
  for (int i = 0; i < 20; ++i) add("stuck-" + std::to_string(i), "hangs");
  for (int i = 0; i < 100; ++i) add("fine-" + std::to_string(i));
  opens();
  app::Workers workers(*hub_, true, impatient());
  const auto all_fine = [] {
    const auto all = Crowd::the().pulls();
    return std::count_if(all.begin(), all.end(), [](const auto& one) { return one.first.rfind("fine", 0) == 0; }) ==
           100;
  };
  EXPECT_TRUE(Crowd::the().wait(all_fine)) << "every second somebody who hangs is let go";
  EXPECT_GT(Crowd::the().interrupted(), 0);
  workers.stop();
  EXPECT_LE(Crowd::the().most_at_once(), 8);
}

TEST_F(ManyAccounts, OneThatNeverEndsLetsOthersGoFirst) {
  for (int i = 0; i < 8; ++i) add("endless-" + std::to_string(i), "endless");
  for (int i = 0; i < 40; ++i) add("fine-" + std::to_string(i));
  opens();
  app::Workers workers(*hub_);
  const auto all = [] { return Crowd::the().pulls().size() == 48; };
  EXPECT_TRUE(Crowd::the().wait(all)) << Crowd::the().pulls().size();
  workers.stop();
}

TEST_F(ManyAccounts, AnAccountIsTakenAsItIsWhileTheHubWorks) {
  add("standing");
  opens();
  app::Workers workers(*hub_);
  const AccountId id = made("fresh");
  ASSERT_TRUE(Crowd::the().wait([] { return pulls("fresh") == 1; })) << "at once";
  ASSERT_TRUE(app::Accounts(*hub_).change(hub_->brands()[0].id, id, {{{"password", "y"}}, {}, false}, {}));
  ASSERT_TRUE(Crowd::the().wait([] { return Crowd::the().passwords().contains("y"); }));
  const auto kept = hub_->find_account(id);
  ASSERT_TRUE(app::Accounts(*hub_).remove(hub_->brands()[0].id, id, {}));
  EXPECT_FALSE(hub_->find_account(id)->connected);
  EXPECT_EQ(kept->name, "fresh") << "who still holds the old one may go on";
  EXPECT_EQ(workers.pull_soon(id).error().kind, Kind::unsupported);
  EXPECT_TRUE(workers.pull_soon(hub_->accounts()[0]->id));
  ASSERT_TRUE(Crowd::the().wait([] { return pulls("standing") >= 2; }));
  workers.stop();
}

TEST_F(ManyAccounts, OneThatHangsCanBeChangedAndRemoved) {
  opens();
  app::Workers workers(*hub_);
  const AccountId id = made("stuck", "hangs");
  ASSERT_TRUE(Crowd::the().wait([] { return pulls("stuck") == 1; }));
  ASSERT_TRUE(app::Accounts(*hub_).change(hub_->brands()[0].id, id, {{{"mood", "well"}}, {}, false}, {}));
  EXPECT_TRUE(Crowd::the().wait([] { return pulls("stuck") == 2; }));
  EXPECT_EQ(Crowd::the().most_at_once_of_one(), 1);
  workers.stop();
}

TEST_F(ManyAccounts, ARefusedLoginPausesAndIsToldAndAChangeTriesAgain) {
  opens();
  app::Workers workers(*hub_);
  const AccountId id = made("locked", "refuses");
  const auto state = [&] {
    return *hub_->db().read(
        [&](store::Reader& reader) -> Result<std::string> { return ingest::account(reader, id)->state; });
  };
  ASSERT_TRUE(Crowd::the().wait([&] { return state() == "paused"; }));
  EXPECT_EQ(pulls("locked"), 1) << "a wrong password isn't tried again";
  ASSERT_TRUE(app::Accounts(*hub_).change(hub_->brands()[0].id, id, {{{"mood", "well"}}, {}, false}, {}));
  EXPECT_EQ(state(), "active");
  EXPECT_TRUE(Crowd::the().wait([] { return pulls("locked") == 2; }));
  workers.stop();
}

}  // namespace
}  // namespace amends::test
