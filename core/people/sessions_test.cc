// Sessions and API tokens as they lie in the tables.
#include "core/people/people_for_test.h"
#include "core/people/tokens.h"

namespace amends::people {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// --- sessions

TEST_F(People, ASessionTellsWhoAndWhatTheyAreAtThisMoment) {
  does([&](store::Tx& tx) { (void)set_role(tx, ada_, kCafe, Role::agent); });
  const FreshSession session = begun(ada_);
  EXPECT_EQ(session.secret.reveal().size(), 52u) << "256 bits";
  const auto who = by(session);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->user, ada_);
  EXPECT_EQ(who->session, session.id);
  EXPECT_TRUE(may(*who, kCafe, Permission::answer));
  EXPECT_FALSE(may(*who, kShop, Permission::read));
  does([&](store::Tx& tx) { (void)set_role(tx, ada_, kCafe, Role::curator); });
  EXPECT_FALSE(may(*by(session), kCafe, Permission::answer)) << "the role of now, not of then";
  does([&](store::Tx& tx) {
    UserChange change;
    change.disabled = true;
    (void)change_user(tx, ada_, change);
  });
  EXPECT_FALSE(by(session));
}

TEST_F(People, ASessionEndsAfterEightIdleHoursAndAfterSevenDays) {
  const FreshSession session = begun(ada_);
  clock_.advance(hours(8) - minutes(1));
  EXPECT_TRUE(by(session));
  does([&](store::Tx& tx) { note_seen(tx, session.id, clock_.now()); });
  clock_.advance(hours(8));
  EXPECT_FALSE(by(session));
  const FreshSession other = begun(ada_);
  for (int i = 0; i < 7 * 24 - 1; ++i) {
    clock_.advance(hours(1));
    does([&](store::Tx& tx) { note_seen(tx, other.id, clock_.now()); });
    ASSERT_TRUE(by(other)) << i;
  }
  clock_.advance(hours(1));
  EXPECT_FALSE(by(other));
  EXPECT_TRUE(sees([&](store::Reader& r) { return any_expired(r, clock_.now(), life_); }));
  std::size_t ended = 0;
  does([&](store::Tx& tx) { ended = end_expired(tx, clock_.now(), life_).size(); });
  EXPECT_EQ(ended, 2u);
}

TEST_F(People, OnlyTheSecretOpensASessionAndItIsNowhereInTheDatabase) {
  const FreshSession session = begun(ada_);
  for (const std::string& wrong : {std::string(), std::string(52, 'a'), std::string(session.secret.reveal()) + "a",
                                   std::string(session.secret.reveal().substr(1)), std::string("1")}) {
    EXPECT_FALSE(sees([&](store::Reader& r) { return session_principal(r, wrong, clock_.now(), life_); })) << wrong;
  }
  const std::string secret(session.secret.reveal());
  db_.reset();
  for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(test::read_file(file).find(secret), std::string::npos) << file;
  }
}

TEST_F(People, SessionsEndOneByOneAllOrTheOldest) {
  const UserId bob = added("bob");
  std::vector<FreshSession> mine;
  for (int i = 0; i < 4; ++i) mine.push_back(begun(ada_));
  const FreshSession his = begun(bob);
  does([&](store::Tx& tx) { EXPECT_TRUE(end_session(tx, bob, mine[0].id).empty()) << "not his"; });
  does([&](store::Tx& tx) { EXPECT_EQ(end_session(tx, ada_, mine[0].id).size(), 1u); });
  does([&](store::Tx& tx) { EXPECT_EQ(end_oldest_sessions(tx, ada_, 2).size(), 1u); });
  EXPECT_FALSE(by(mine[1]));
  EXPECT_TRUE(by(mine[2]));
  does([&](store::Tx& tx) { EXPECT_EQ(end_sessions(tx, ada_, mine[3].id).size(), 1u); });
  EXPECT_TRUE(by(mine[3]));
  does([&](store::Tx& tx) { EXPECT_EQ(end_session(tx, mine[3].secret.reveal()).size(), 1u); });
  EXPECT_FALSE(by(mine[3]));
  EXPECT_TRUE(by(his));
}

TEST_F(People, ANetworkIsKnownForNinetyDays) {
  does([&](store::Tx& tx) { know_network(tx, ada_, "203.0.113.0/24", clock_.now()); });
  const auto known = [&](const char* network) {
    return sees([&](store::Reader& r) { return knows_network(r, ada_, network, clock_.now()); });
  };
  EXPECT_TRUE(known("203.0.113.0/24"));
  EXPECT_FALSE(known("198.51.100.0/24"));
  clock_.advance(hours(24 * 91));
  EXPECT_FALSE(known("203.0.113.0/24"));
}

// --- tokens

TEST_F(People, ATokenOpensWithinItsScopeUntilItExpiresOrIsRevoked) {
  does([&](store::Tx& tx) { (void)set_role(tx, ada_, kCafe, Role::manager); });
  does([&](store::Tx& tx) { (void)set_role(tx, ada_, kShop, Role::manager); });
  const auto fresh = write([&](store::Tx& tx) {
    return add_token(tx, ada_, {"ci", {{Permission::read, Permission::act}, {kCafe}}, clock_.now() + hours(1)},
                     clock_.now());
  });
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->secret.reveal().rfind("amends_", 0), 0u);
  EXPECT_EQ(fresh->secret.reveal().size(), 7u + 52u);
  const auto who = [&] {
    return sees([&](store::Reader& r) { return token_principal(r, fresh->secret.reveal(), clock_.now()); });
  };
  ASSERT_TRUE(who());
  EXPECT_TRUE(may(*who(), kCafe, Permission::read));
  EXPECT_FALSE(may(*who(), kCafe, Permission::answer));
  EXPECT_FALSE(may(*who(), kShop, Permission::read));
  EXPECT_FALSE(may(*who(), kCafe, Permission::self));
  const auto listed = sees([&](store::Reader& r) { return tokens(r, ada_); });
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].start, std::string(fresh->secret.reveal().substr(0, 12)));
  EXPECT_EQ(listed[0].scope.grants, (Grants{Permission::read, Permission::act}));
  EXPECT_EQ(listed[0].scope.brands, std::vector<BrandId>{kCafe});
  clock_.advance(hours(1));
  EXPECT_FALSE(who());
  EXPECT_TRUE(sees([&](store::Reader& r) { return any_expired_token(r, clock_.now()); }));
  does([&](store::Tx& tx) { EXPECT_EQ(remove_expired_tokens(tx, clock_.now()).size(), 1u); });

  const auto other = write([&](store::Tx& tx) {
    return add_token(tx, ada_, {"all", {{Permission::read}, {}}, {}}, clock_.now());
  });
  const UserId bob = added("bob");
  does([&](store::Tx& tx) { EXPECT_TRUE(revoke_token(tx, bob, other->id).empty()) << "not his"; });
  does([&](store::Tx& tx) { EXPECT_EQ(revoke_token(tx, ada_, other->id).size(), 1u); });
  EXPECT_FALSE(sees([&](store::Reader& r) { return token_principal(r, other->secret.reveal(), clock_.now()); }));
}

TEST_F(People, ATokenNeedsANameAScopeAndATimeToCome) {
  const auto refused_token = [&](const NewToken& token) {
    return write([&](store::Tx& tx) { return add_token(tx, ada_, token, clock_.now()); }).error().kind;
  };
  EXPECT_EQ(refused_token({"", {{Permission::read}, {}}, {}}), Kind::invalid);
  EXPECT_EQ(refused_token({"ci", {}, {}}), Kind::invalid);
  EXPECT_EQ(refused_token({"ci", {{Permission::read}, {}}, clock_.now()}), Kind::invalid);
  for (int i = 0; i < kMostTokens; ++i) {
    ASSERT_TRUE(write([&](store::Tx& tx) {
      return add_token(tx, ada_, {"ci", {{Permission::read}, {}}, {}}, clock_.now());
    }));
  }
  EXPECT_EQ(refused_token({"ci", {{Permission::read}, {}}, {}}), Kind::conflict);
}

}  // namespace
}  // namespace amends::people
