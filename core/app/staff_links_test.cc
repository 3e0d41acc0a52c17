#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "core/app/staff_fixture.h"
#include "core/app/staff_parts.h"
#include "core/audit/anchor.h"
#include "core/events/events.h"

namespace amends::app {
namespace {

using people::LinkKind;
using people::Permission;
using people::Principal;
using people::Role;
using std::chrono::minutes;
using ::testing::Contains;
using ::testing::HasSubstr;

// --- links

TEST_F(StaffTest, AnInvitationBringsInOnePersonWithItsRole) {
  const Principal manager_of_cafe = [&] {
    const UserId id = added("mia");
    EXPECT_TRUE(staff_->set_role(root_, id, cafe_, Role::manager));
    return in("mia").principal;
  }();
  EXPECT_EQ(staff_->invite(manager_of_cafe, {"new@example.org", shop_, Role::agent, false, {}}).error().kind,
            Kind::forbidden);
  EXPECT_EQ(staff_->invite(manager_of_cafe, {"new@example.org", {}, Role::agent, true, {}}).error().kind,
            Kind::forbidden);
  EXPECT_EQ(staff_->invite(manager_of_cafe, {"new@example.org", cafe_, Role::agent, true, {}}).error().kind,
            Kind::forbidden);
  EXPECT_EQ(staff_->invite(in("ada").principal, {"new@example.org", cafe_, Role::agent, false, {}}).error().kind,
            Kind::forbidden);
  const auto link = staff_->invite(manager_of_cafe, {"new@example.org", cafe_, Role::senior_agent, false, {}});
  ASSERT_TRUE(link);
  EXPECT_THAT(Staff::link_path(LinkKind::invitation, link->secret),
              HasSubstr("#" + std::string(link->secret.reveal())));

  constexpr int kRacing = 20;
  std::latch start(kRacing);
  std::atomic<int> won{0}, busy{0};
  std::vector<std::jthread> racers;
  for (int i = 0; i < kRacing; ++i) {
    racers.emplace_back([&, i] {
      start.arrive_and_wait();
      for (;;) {
        const auto entered = staff_->accept(LinkKind::invitation, link->secret.reveal(),
                                            {"racer" + std::to_string(i), "Racer", "", "", Secret(kPassword)}, kHome);
        if (entered) {
          ++won;
          EXPECT_TRUE(people::may(entered->principal, cafe_, Permission::settle));
          EXPECT_FALSE(people::may(entered->principal, shop_, Permission::read));
        } else if (entered.error().kind == Kind::rate_limited) {
          ++busy;  // more than four hash at this moment
          continue;
        } else {
          EXPECT_EQ(entered.error().what, bad_link().what);
        }
        return;
      }
    });
  }
  racers.clear();
  EXPECT_EQ(won, 1);
}

TEST_F(StaffTest, EveryLinkThatIsNoGoodIsAnsweredAlike) {
  const Staff::Newcomer newcomer{"new", "New", "new@example.org", "", Secret(kPassword)};
  const auto reset = staff_->make_reset_link(root_, ada_);
  const auto used = staff_->invite(root_, {"used@example.org", cafe_, Role::agent, false, {}});
  ASSERT_TRUE(
      staff_->accept(LinkKind::invitation, used->secret.reveal(), {"used", "Used", "", "", Secret(kPassword)}, kHome));
  const auto over = staff_->invite(root_, {"over@example.org", cafe_, Role::agent, false, minutes(15)});
  clock_.advance(minutes(15));
  for (const std::string& secret :
       {std::string(), std::string("null"), std::string("[]"), std::string(52, 'a'), std::string(used->secret.reveal()),
        std::string(over->secret.reveal()), std::string(reset->secret.reveal())}) {
    for (const LinkKind kind : {LinkKind::invitation, LinkKind::first_admin}) {
      const auto refused = staff_->accept(kind, secret, newcomer, kHome);
      EXPECT_EQ(refused.error().kind, Kind::invalid) << secret;
      EXPECT_EQ(refused.error().what, bad_link().what) << secret;
    }
  }
  clock_.advance(minutes(16));
  const auto refused = staff_->reset_password(reset->secret.reveal(), Secret(kOther), kHome);
  EXPECT_EQ(refused.error().what, bad_link().what);
}

TEST_F(StaffTest, ABadPasswordLeavesTheLinkGood) {
  const auto link = staff_->invite(root_, {"new@example.org", cafe_, Role::agent, false, {}});
  EXPECT_EQ(staff_->accept(LinkKind::invitation, link->secret.reveal(), {"new", "New", "", "", Secret("short")}, kHome)
                .error()
                .kind,
            Kind::invalid);
  EXPECT_EQ(
      staff_->accept(LinkKind::invitation, link->secret.reveal(), {"ada", "New", "", "", Secret(kPassword)}, kHome)
          .error()
          .kind,
      Kind::conflict);
  EXPECT_TRUE(
      staff_->accept(LinkKind::invitation, link->secret.reveal(), {"new", "New", "", "", Secret(kPassword)}, kHome));
}

TEST_F(StaffTest, WhoIsHereAlreadyTakesAnInvitationToAnotherBrand) {
  const auto link = staff_->invite(root_, {"ada@example.org", shop_, Role::curator, false, {}});
  const auto entered = in("ada");
  ASSERT_TRUE(staff_->join(entered.principal, link->secret.reveal()));
  EXPECT_FALSE(open(entered.secret)) << "what she may has changed";
  EXPECT_TRUE(people::may(in("ada").principal, shop_, Permission::read));
  EXPECT_EQ(staff_->join(in("ada").principal, link->secret.reveal()).error().kind, Kind::invalid);
}

TEST_F(StaffTest, ResetsAreAskedForAndAnsweredAlike) {
  EXPECT_EQ(staff_->ask_reset("ada", kHome).error().kind, Kind::unsupported) << "nobody sends";
  std::vector<Staff::ResetLink> sent;
  staff_->send_resets_by([&](const Staff::ResetLink& one) { sent.push_back(one); });
  EXPECT_TRUE(staff_->ask_reset("ada@example.org", kHome));
  EXPECT_TRUE(staff_->ask_reset("nobody@example.org", kHome));
  EXPECT_TRUE(sent.empty()) << "not while somebody waits for the answer";
  ASSERT_TRUE(staff_->tend());
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].email, "ada@example.org");
  EXPECT_TRUE(staff_->reset_password(sent[0].link.secret.reveal(), Secret(kOther), kHome));
  EXPECT_TRUE(sign_in("ada", kOther));
  bool slowed = false;
  for (int i = 0; i < 20; ++i) slowed = slowed || !staff_->ask_reset("ada", kHome);
  EXPECT_TRUE(slowed);
}

// --- others

TEST_F(StaffTest, AManagerRulesTheirBrandAndSeesNoOther) {
  const UserId mia = added("mia"), bob = added("bob");
  ASSERT_TRUE(staff_->set_role(root_, mia, cafe_, Role::manager));
  ASSERT_TRUE(staff_->set_role(root_, bob, shop_, Role::agent));
  const Principal manager = in("mia").principal;
  EXPECT_TRUE(staff_->set_role(manager, ada_, cafe_, Role::support_lead));
  EXPECT_EQ(staff_->set_role(manager, bob, cafe_, Role::agent).error().kind, Kind::not_found);
  EXPECT_EQ(staff_->set_role(manager, UserId{999}, cafe_, Role::agent).error().kind, Kind::not_found);
  EXPECT_EQ(staff_->set_role(manager, bob, shop_, Role::agent).error().kind, Kind::forbidden);
  EXPECT_EQ(staff_->remove_role(manager, bob, cafe_).error().kind, Kind::not_found);
  EXPECT_EQ(staff_->remove_role(manager, bob, shop_).error().kind, Kind::forbidden);
  EXPECT_EQ(staff_->users(manager, {}, "", 10).error().kind, Kind::forbidden);
  EXPECT_EQ(staff_->users(manager, shop_, "", 10).error().kind, Kind::forbidden);
  EXPECT_EQ(staff_->users(manager, cafe_, "", 10)->size(), 2u);
  people::UserChange change;
  change.display_name = "Mine";
  EXPECT_EQ(staff_->change_user(manager, ada_, change).error().kind, Kind::forbidden);
  EXPECT_TRUE(staff_->change_user(manager, mia, change)) << "one's own name";
  change.admin = true;
  EXPECT_EQ(staff_->change_user(manager, mia, change).error().kind, Kind::forbidden);
  EXPECT_EQ(staff_->make_reset_link(manager, ada_).error().kind, Kind::forbidden);
  EXPECT_EQ(staff_->remove_totp(manager, ada_).error().kind, Kind::forbidden);
  EXPECT_EQ(staff_->set_password(in("boss").principal, ada_, Secret(kOther)).error().kind, Kind::forbidden);
}

TEST_F(StaffTest, AChangeOfAnOlderVersionIsRefused) {
  people::UserChange change;
  change.display_name = "Ada L.";
  const auto version = [&] {
    return (*hub_->db().read(
                [&](store::Reader& reader) -> Result<people::User> { return *people::find_user(reader, ada_); }))
        .version;
  };
  const auto read = version();
  EXPECT_TRUE(staff_->change_user(root_, ada_, change, read));
  EXPECT_EQ(staff_->change_user(root_, ada_, change, read).error().kind, Kind::conflict);
}

TEST_F(StaffTest, TheFirstAdminComesByTheSetupLinkAndOnlyWhileThereIsNone) {
  EXPECT_EQ(staff_->make_setup_link().error().kind, Kind::conflict);
  Config config = default_config();
  config.data = folder_ / "fresh";
  const auto hub = *Hub::open(std::move(config), clock_);
  Staff staff(*hub, cheap());
  const auto stale = staff.make_setup_link(), link = staff.make_setup_link();
  ASSERT_TRUE(link);
  EXPECT_EQ(link->expires_at - clock_.now(), minutes(15));
  const Staff::Newcomer newcomer{"boss", "The boss", "boss@example.org", "en", Secret(kPassword)};
  EXPECT_FALSE(staff.accept(LinkKind::first_admin, stale->secret.reveal(), newcomer, kHome)) << "a newer one was made";
  const auto entered = staff.accept(LinkKind::first_admin, link->secret.reveal(), newcomer, kHome);
  ASSERT_TRUE(entered) << entered.error().what;
  EXPECT_TRUE(entered->principal.admin);
  EXPECT_FALSE(staff.accept(LinkKind::first_admin, link->secret.reveal(), newcomer, kHome));
  EXPECT_EQ(staff.make_setup_link().error().kind, Kind::conflict);
}

// --- the record

TEST_F(StaffTest, EverythingIsOnRecordWithoutNamesAndTheChainHolds) {
  const auto entered = in("ada");
  ASSERT_TRUE(staff_->invite(root_, {"canary@example.org", cafe_, Role::agent, false, {}}));
  people::UserChange change;
  change.display_name = "Canary Canary";
  change.email = "canary2@example.org";
  ASSERT_TRUE(staff_->change_user(root_, ada_, change));
  (void)sign_in("ada", "wrong canary");
  ASSERT_TRUE(staff_->tend());
  const auto rows = *hub_->db().read([](store::Reader& reader) -> Result<std::vector<audit::Row>> {
    audit::Asked asked;
    asked.limit = 200;
    return audit::rows(reader, asked);
  });
  EXPECT_GE(rows.size(), 6u);
  for (const audit::Row& row : rows) {
    EXPECT_EQ((row.detail + row.peer + row.action).find("anary"), std::string::npos) << row.detail;
    EXPECT_EQ((row.detail + row.action).find("ada"), std::string::npos) << row.detail;
  }
  const auto verdict = *hub_->db().read([&](store::Reader& reader) -> Result<audit::Verdict> {
    return audit::verify(reader, *audit::anchors(hub_->config().data));
  });
  EXPECT_FALSE(verdict.fault);
  EXPECT_EQ(verdict.anchors, 1);
  EXPECT_EQ(verdict.head.number, rows.front().number);
}

TEST_F(StaffTest, WhoFollowsTheBrandLearnsOfItsPeople) {
  const auto newest = [&] {
    return (*hub_->db().read([](store::Reader& reader) -> Result<events::Span> { return events::span(reader); }))
        .newest;
  };
  const auto told = [&](std::int64_t position, BrandId brand) {
    std::vector<std::int64_t> users;
    events::Filter filter;
    filter.brands = {brand};
    const auto changes = *hub_->db().read([&](store::Reader& reader) -> Result<std::vector<events::Change>> {
      return events::after(reader, position, filter, 100);
    });
    for (const auto& one : changes) {
      if (one.what == events::What::user_changed) users.push_back(one.subject);
    }
    return users;
  };
  const std::int64_t before = newest();
  ASSERT_TRUE(staff_->set_role(root_, ada_, cafe_, Role::curator));
  people::UserChange change;
  change.display_name = "Ada L.";
  ASSERT_TRUE(staff_->change_user(root_, ada_, change));
  ASSERT_TRUE(staff_->remove_role(root_, ada_, cafe_));
  EXPECT_EQ(told(before, cafe_), (std::vector<std::int64_t>{ada_.value, ada_.value, ada_.value}));
  EXPECT_TRUE(told(before, shop_).empty());
}

TEST_F(StaffTest, HeadsThatWereTakenAwayAreMissed) {
  ASSERT_TRUE(staff_->tend());
  staff_.reset();
  std::filesystem::remove(audit::anchor_file(hub_->config().data));
  Staff again(*hub_, cheap());
  ASSERT_TRUE(again.tend());
  EXPECT_THAT(actions(), Contains("audit.heads_missing"));
  ASSERT_TRUE(again.tend());
  EXPECT_THAT(actions(), Contains("audit.heads_missing").Times(1));
}

}  // namespace
}  // namespace amends::app
