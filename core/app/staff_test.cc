#include "core/app/staff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "core/app/staff_parts.h"
#include "core/audit/anchor.h"
#include "core/crypto/totp.h"
#include "core/events/events.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

using people::LinkKind;
using people::Permission;
using people::Principal;
using people::Role;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const From kHome{"203.0.113.9", "Browser"}, kElsewhere{"198.51.100.4", "Script"};
const std::string kPassword = "vowel kettle brim ox", kOther = "nine paper lanterns";
// What is tested here is the flow, not the price of a hash.
constexpr crypto::PasswordCost kCheap{std::size_t{64} << 10, 1};

class StaffTest : public ::testing::Test {
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
    EXPECT_TRUE(staff_->set_role(root_, ada_, cafe_, Role::agent));
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
  Secret set_up_totp(const Principal& who) {
    const auto setup = staff_->begin_totp(who, Secret(kPassword), kHome);
    EXPECT_TRUE(setup) << setup.error().what;
    const auto on = staff_->confirm_totp(who, code(setup->secret), kHome);
    EXPECT_TRUE(on) << on.error().what;
    clock_.advance(minutes(5));
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
  Principal root_;
  UserId admin_, ada_;
};

// --- signing in

TEST_F(StaffTest, TheRightNameOrAddressAndPasswordOpen) {
  const auto entered = in("ada");
  EXPECT_TRUE(open(entered.secret));
  EXPECT_EQ(entered.principal.login, "ada");
  EXPECT_TRUE(people::may(*staff_->by_session(entered.secret.reveal()), cafe_, Permission::answer));
  EXPECT_TRUE(sign_in("ADA@example.org", kPassword));
  EXPECT_TRUE(sign_in(" Ada ", kPassword));
  EXPECT_THAT(actions(), Contains("session.begun"));
}

TEST_F(StaffTest, AWrongPasswordAndAnUnknownNameAreAnsweredAlikeAtTheSamePrice) {
  const auto priced = [&](const std::string& login) {
    const auto before = crypto::hashes_computed();
    const auto refused = sign_in(login, "not the password at all");
    return std::make_tuple(refused.error().kind, refused.error().what, refused.error().hint,
                           crypto::hashes_computed() - before);
  };
  const auto known = priced("ada");
  EXPECT_EQ(std::get<0>(known), Kind::unauthorized);
  EXPECT_EQ(std::get<3>(known), 1u);
  EXPECT_EQ(priced("nobody"), known);
  EXPECT_EQ(priced("nobody@example.org"), known);
  EXPECT_EQ(priced(""), known);
  people::UserChange change;
  change.disabled = true;
  ASSERT_TRUE(staff_->change_user(root_, ada_, change));
  EXPECT_EQ(priced("ada"), known);
  const auto before = crypto::hashes_computed();
  EXPECT_EQ(sign_in("ada", kPassword).error().what, std::get<1>(known)) << "disabled, with the right password";
  EXPECT_EQ(crypto::hashes_computed() - before, 1u);
}

TEST_F(StaffTest, OfAThousandWrongTriesAtMostTwentyAreLookedAtAndTheOwnerComesInLater) {
  for (const char* login : {"ada", "nobody"}) {
    const auto before = crypto::hashes_computed();
    for (int i = 0; i < 1'000; ++i) {
      const auto refused = sign_in(login, i == 500 ? kPassword : "wrong " + std::to_string(i), "", kElsewhere);
      ASSERT_FALSE(refused);
      if (refused.error().kind == Kind::rate_limited) {
        EXPECT_GT(refused.error().retry_after.count(), 0);
      }
    }
    EXPECT_LE(crypto::hashes_computed() - before, 20u) << login;
  }
  clock_.advance(minutes(16));
  EXPECT_TRUE(sign_in("ada", kPassword));
}

TEST_F(StaffTest, StrangersGuessesDoNotKeepTheOwnerOutOfAKnownNetwork) {
  in("ada");
  for (int i = 0; i < 50; ++i) (void)sign_in("ada", "wrong", "", kElsewhere);
  EXPECT_EQ(sign_in("ada", kPassword, "", kElsewhere).error().kind, Kind::rate_limited);
  EXPECT_TRUE(sign_in("ada", kPassword, "", kHome));
}

TEST_F(StaffTest, RefusalsAreWrittenDownAfterwards) {
  (void)sign_in("ada", "wrong");
  (void)sign_in("nobody", "wrong");
  EXPECT_THAT(actions(), Not(Contains("session.refused")));
  ASSERT_TRUE(staff_->tend());
  EXPECT_THAT(actions(), Contains("session.refused").Times(2));
}

TEST_F(StaffTest, ASessionThatWasThereBeforeIsEndedBySigningIn) {
  const auto first = in("ada");
  const auto second = sign_in("ada", kPassword, "", kHome, first.secret.reveal());
  ASSERT_TRUE(second);
  EXPECT_NE(second->secret.reveal(), first.secret.reveal());
  EXPECT_FALSE(open(first.secret));
  EXPECT_TRUE(open(second->secret));
  ASSERT_EQ(ended_.size(), 1u);
  EXPECT_EQ(ended_[0].session, first.principal.session);
}

TEST_F(StaffTest, AnOlderHashIsMadeAnewOnTheNextSignIn) {
  StaffRules dearer = cheap();
  dearer.password.passes = 2;
  Staff raised(*hub_, dearer);
  ASSERT_TRUE(raised.sign_in({"ada", Secret(kPassword), ""}, kHome));
  const std::string stored = *hub_->db().read(
      [&](store::Reader& reader) -> Result<std::string> { return people::password_hash(reader, ada_); });
  EXPECT_FALSE(crypto::is_outdated(stored, dearer.password));
  EXPECT_TRUE(raised.sign_in({"ada", Secret(kPassword), ""}, kHome));
}

TEST_F(StaffTest, AMillionBytesOfPasswordAreNeverHashed) {
  const auto before = crypto::hashes_computed();
  EXPECT_EQ(sign_in("ada", std::string(1 << 20, 'a')).error().kind, Kind::invalid);
  EXPECT_EQ(sign_in("nobody", std::string(1 << 20, 'a')).error().kind, Kind::invalid);
  EXPECT_EQ(crypto::hashes_computed(), before);
}

// --- what ends sessions

class EndsSessions : public StaffTest, public ::testing::WithParamInterface<int> {};

struct Ending {
  const char* name;
  std::function<void(Staff&, const Principal& root, const Principal& ada, BrandId cafe)> act;
  bool tokens;  // what came in by a token must begin anew too
};
const std::vector<Ending>& endings() {
  static const std::vector<Ending> kEndings = {
      {"signing_out", [](Staff& s, auto&, auto& ada, auto) { EXPECT_TRUE(s.sign_out(ada)); }, false},
      {"disabling",
       [](Staff& s, auto& root, auto& ada, auto) {
         people::UserChange change;
         change.disabled = true;
         EXPECT_TRUE(s.change_user(root, ada.user, change));
       },
       true},
      {"making_admin",
       [](Staff& s, auto& root, auto& ada, auto) {
         people::UserChange change;
         change.admin = true;
         EXPECT_TRUE(s.change_user(root, ada.user, change));
       },
       true},
      {"another_role",
       [](Staff& s, auto& root, auto& ada, auto cafe) { EXPECT_TRUE(s.set_role(root, ada.user, cafe, Role::curator)); },
       true},
      {"no_role", [](Staff& s, auto& root, auto& ada, auto cafe) { EXPECT_TRUE(s.remove_role(root, ada.user, cafe)); },
       true},
      {"another_password",
       [](Staff& s, auto&, auto& ada, auto) {
         EXPECT_TRUE(s.change_password(ada, Secret(kPassword), Secret(kOther), kHome));
       },
       false},
      {"a_password_from_the_console",
       [](Staff& s, auto& root, auto& ada, auto) { EXPECT_TRUE(s.set_password(root, ada.user, Secret(kOther))); },
       false},
      {"a_reset",
       [](Staff& s, auto& root, auto& ada, auto) {
         const auto link = s.make_reset_link(root, ada.user);
         EXPECT_TRUE(s.reset_password(link->secret.reveal(), Secret(kOther), kElsewhere));
       },
       false},
  };
  return kEndings;
}

TEST_P(EndsSessions, AllOfThemAtOnceAndSaysSo) {
  const Ending& ending = endings()[static_cast<std::size_t>(GetParam())];
  const auto entered = in("ada");
  const auto token = staff_->add_token(entered.principal, {"ci", {{Permission::read}, {}}, {}});
  ASSERT_TRUE(token);
  ended_.clear();
  ending.act(*staff_, root_, entered.principal, cafe_);
  EXPECT_FALSE(open(entered.secret));
  bool session = false, by_token = false;
  for (const Ended& one : ended_) {
    EXPECT_EQ(one.user, ada_);
    session = session || one.session == entered.principal.session;
    by_token = by_token || one.token == token->id;
  }
  EXPECT_TRUE(session);
  EXPECT_EQ(by_token, ending.tokens);
}
INSTANTIATE_TEST_SUITE_P(Staff, EndsSessions, ::testing::Range(0, static_cast<int>(endings().size())),
                         [](const auto& one) { return endings()[static_cast<std::size_t>(one.param)].name; });

TEST_F(StaffTest, AChangedPasswordBeginsANewSessionAndOpensAlone) {
  const auto entered = in("ada");
  const auto again = staff_->change_password(entered.principal, Secret(kPassword), Secret(kOther), kHome);
  ASSERT_TRUE(again);
  EXPECT_TRUE(open(again->secret));
  EXPECT_FALSE(sign_in("ada", kPassword));
  EXPECT_TRUE(sign_in("ada", kOther));
  EXPECT_EQ(staff_->change_password(again->principal, Secret("wrong"), Secret(kPassword), kHome).error().kind,
            Kind::unauthorized);
  EXPECT_EQ(staff_->change_password(again->principal, Secret(kOther), Secret("ada ada ada ada"), kHome).error().kind,
            Kind::invalid);
}

TEST_F(StaffTest, TendingEndsWhatIsOverAndTellsSoWithinOneRound) {
  const auto entered = in("ada");
  const auto token = staff_->add_token(entered.principal, {"ci", {{Permission::read}, {}}, clock_.now() + hours(1)});
  ASSERT_TRUE(token);
  ended_.clear();
  clock_.advance(hours(2));
  ASSERT_TRUE(staff_->tend());
  ASSERT_EQ(ended_.size(), 1u);
  EXPECT_EQ(ended_[0].token, token->id);
  clock_.advance(hours(7));
  ASSERT_TRUE(staff_->tend());
  ASSERT_EQ(ended_.size(), 2u);
  EXPECT_EQ(ended_[1].session, entered.principal.session);
}

TEST_F(StaffTest, WhoIsSeenStaysSignedIn) {
  const auto entered = in("ada");
  for (int hour = 0; hour < 30; ++hour) {
    clock_.advance(hours(1));
    ASSERT_TRUE(open(entered.secret)) << hour;
    ASSERT_TRUE(staff_->tend());
  }
  EXPECT_TRUE(open(entered.secret));
}

TEST_F(StaffTest, ATokensUseIsWrittenAtMostOnceAMinute) {
  const auto token = staff_->add_token(in("ada").principal, {"ci", {{Permission::read}, {}}, {}});
  ASSERT_TRUE(token);
  const auto used_at = [&] {
    EXPECT_TRUE(staff_->by_token(token->secret.reveal()));
    EXPECT_TRUE(staff_->tend());
    return *(*staff_->tokens(in("ada").principal))[0].used_at;
  };
  const Timestamp first = used_at();
  clock_.advance(seconds(30));
  EXPECT_EQ(used_at(), first);
  clock_.advance(seconds(31));
  EXPECT_EQ(used_at(), clock_.now());
}

TEST_F(StaffTest, StartedItTendsByItself) {
  StaffRules rules = cheap();
  rules.tend = milliseconds(1);
  Staff other(*hub_, rules);
  std::latch told(1);
  std::atomic<bool> done{false};
  other.on_end([&](const std::vector<Ended>&) {
    if (!done.exchange(true)) told.count_down();
  });
  ASSERT_TRUE(other.sign_in({"ada", Secret(kPassword), ""}, kHome));
  clock_.advance(hours(9));
  other.start();
  told.wait();
}

// --- tokens

TEST_F(StaffTest, ATokenAsksForNoMoreThanItsMakerHas) {
  const Principal ada = in("ada").principal;
  const auto refused = [&](people::Scope scope) {
    return staff_->add_token(ada, {"ci", std::move(scope), {}}).error().kind;
  };
  EXPECT_EQ(refused({{Permission::settle}, {}}), Kind::forbidden);
  EXPECT_EQ(refused({{Permission::read}, {shop_}}), Kind::forbidden);
  EXPECT_EQ(refused({{Permission::read}, {cafe_, shop_}}), Kind::forbidden);
  EXPECT_EQ(refused({{Permission::installation}, {}}), Kind::forbidden);
  const auto token = staff_->add_token(ada, {"ci", {{Permission::read, Permission::self}, {cafe_}}, {}});
  ASSERT_TRUE(token);
  const Principal by_token = *staff_->by_token(token->secret.reveal());
  EXPECT_EQ(staff_->add_token(by_token, {"more", {{Permission::read}, {}}, {}}).error().kind, Kind::forbidden);
  EXPECT_EQ(staff_->begin_totp(by_token, Secret(kPassword), kHome).error().kind, Kind::forbidden);
  EXPECT_TRUE(staff_->revoke_token(ada, token->id));
  EXPECT_EQ(staff_->by_token(token->secret.reveal()).error().kind, Kind::unauthorized);
  EXPECT_EQ(staff_->revoke_token(ada, token->id).error().kind, Kind::not_found);
}

// --- the second factor

TEST_F(StaffTest, WithASecondFactorThePasswordAloneOpensNothing) {
  const Secret secret = set_up_totp(in("ada").principal);
  const auto half = sign_in("ada", kPassword);
  ASSERT_TRUE(half);
  EXPECT_TRUE(half->code_needed);
  EXPECT_TRUE(half->secret.empty());
  EXPECT_EQ(sign_in("ada", "wrong").error().kind, Kind::unauthorized) << "and a wrong password isn't asked for a code";
  const auto whole = sign_in("ada", kPassword, code(secret));
  ASSERT_TRUE(whole);
  EXPECT_TRUE(open(whole->secret));
  EXPECT_EQ(sign_in("ada", kPassword, code(secret)).error().kind, Kind::unauthorized) << "the same code again";
  clock_.advance(minutes(2));
  EXPECT_EQ(sign_in("ada", kPassword, code(secret, 2)).error().kind, Kind::unauthorized);
  EXPECT_EQ(sign_in("ada", kPassword, code(secret, -2)).error().kind, Kind::unauthorized);
}

TEST_F(StaffTest, CodesCannotBeGuessed) {
  const Secret secret = set_up_totp(in("ada").principal);
  const From stranger = kElsewhere;
  int looked_at = 0;
  for (int i = 0; i < 1'000; ++i) {
    char guess[8];
    std::snprintf(guess, sizeof guess, "%06d", (std::stoi(code(secret)) + 1 + i) % 1'000'000);
    const auto refused = sign_in("ada", kPassword, guess, stranger);
    ASSERT_FALSE(refused);
    if (refused.error().kind == Kind::unauthorized) ++looked_at;
  }
  EXPECT_LE(looked_at, 10);
  EXPECT_EQ(sign_in("ada", kPassword, code(secret), stranger).error().kind, Kind::rate_limited);
}

TEST_F(StaffTest, AResetLinkDoesNotGoRoundTheSecondFactor) {
  set_up_totp(in("ada").principal);
  const auto link = staff_->make_reset_link(root_, ada_);
  ASSERT_TRUE(link);
  ASSERT_TRUE(staff_->reset_password(link->secret.reveal(), Secret(kOther), kHome));
  const auto half = sign_in("ada", kOther);
  ASSERT_TRUE(half);
  EXPECT_TRUE(half->code_needed);
}

TEST_F(StaffTest, TheSecondFactorGoesByItsOwnerWithBothOrByAnAdmin) {
  const Secret secret = set_up_totp(in("ada").principal);
  auto entered = *sign_in("ada", kPassword, code(secret));
  clock_.advance(minutes(2));
  EXPECT_EQ(staff_->remove_own_totp(entered.principal, Secret("wrong"), code(secret), kHome).error().kind,
            Kind::unauthorized);
  EXPECT_EQ(staff_->remove_own_totp(entered.principal, Secret(kPassword), "000000", kHome).error().kind,
            Kind::unauthorized);
  EXPECT_TRUE(staff_->remove_own_totp(entered.principal, Secret(kPassword), code(secret), kHome));
  EXPECT_FALSE(sign_in("ada", kPassword)->code_needed);
  set_up_totp(in("ada").principal);
  EXPECT_EQ(staff_->remove_totp(in("boss").principal, UserId{999}).error().kind, Kind::not_found);
  EXPECT_TRUE(staff_->remove_totp(in("boss").principal, ada_));
  EXPECT_FALSE(sign_in("ada", kPassword)->code_needed);
}

class StrictStaffTest : public StaffTest {
 protected:
  StrictStaffTest() : StaffTest(strict()) {}
  static StaffRules strict() {
    StaffRules rules = cheap();
    rules.totp = TotpFor::admins;
    return rules;
  }
};

TEST_F(StrictStaffTest, AnAdminSetsUpTheSecondFactorBeforeAnythingElse) {
  const auto entered = in("boss");
  const Principal before = *staff_->by_session(entered.secret.reveal());
  EXPECT_TRUE(before.must_set_up_totp);
  EXPECT_FALSE(people::may(before, cafe_, Permission::read));
  EXPECT_EQ(staff_->add_user(before, {"x-y", "X", "", "", false}, {}).error().kind, Kind::forbidden);
  set_up_totp(before);
  EXPECT_FALSE(in("ada").principal.must_set_up_totp);
  const auto after =
      hub_->db().read([&](store::Reader& reader) -> Result<bool> { return people::has_totp(reader, admin_); });
  EXPECT_TRUE(*after);
}

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
