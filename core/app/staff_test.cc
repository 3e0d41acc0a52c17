#include "core/app/staff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "core/app/staff_fixture.h"
#include "core/app/staff_parts.h"

namespace amends::app {
namespace {

using people::Permission;
using people::Principal;
using people::Role;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::Not;

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
         EXPECT_TRUE(s.change_password(ada, Secret(StaffTest::kPassword), Secret(StaffTest::kOther), StaffTest::kHome));
       },
       false},
      {"a_password_from_the_console",
       [](Staff& s, auto& root, auto& ada, auto) {
         EXPECT_TRUE(s.set_password(root, ada.user, Secret(StaffTest::kOther)));
       },
       false},
      {"a_reset",
       [](Staff& s, auto& root, auto& ada, auto) {
         const auto link = s.make_reset_link(root, ada.user);
         EXPECT_TRUE(s.reset_password(link->secret.reveal(), Secret(StaffTest::kOther), StaffTest::kElsewhere));
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

}  // namespace
}  // namespace amends::app
