// Users, roles, teams, sessions, tokens, links and second factors as they lie in the tables.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "core/crypto/random.h"
#include "core/crypto/totp.h"
#include "core/people/links.h"
#include "core/people/second_factor.h"
#include "core/people/sessions.h"
#include "core/people/tokens.h"
#include "core/people/users.h"
#include "tests/support/schema.h"

namespace amends::people {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr BrandId kCafe{1}, kShop{2};

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

// --- users

TEST_F(People, LoginsAndAddressesAreUniqueAndChecked) {
  EXPECT_EQ(refused({"ada", "Other", "", "", false}).kind, Kind::conflict);
  EXPECT_EQ(refused({"bob", "Bob", "ADA@Cafe.Example", "", false}).kind, Kind::conflict);
  for (const char* login : {"", "a", "Ada", "ada lovelace", "ada@x", "ädä", "a/b", "..//", "ada\n",
                            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx"}) {
    EXPECT_EQ(refused({login, "Name", "", "", false}).kind, Kind::invalid) << login;
  }
  for (const char* email : {"ada", "@cafe.example", "ada@", "a b@cafe.example", "ada@cafe.example\r\nBcc: x@y.example",
                            "<ada@cafe.example>", "a@b@c"}) {
    EXPECT_EQ(refused({"bob", "Bob", email, "", false}).kind, Kind::invalid) << email;
  }
  EXPECT_EQ(refused({"bob", "", "", "", false}).kind, Kind::invalid);
  EXPECT_EQ(refused({"bob", " Bob", "", "", false}).kind, Kind::invalid);
  EXPECT_EQ(refused({"bob", "Bob\nx", "", "", false}).kind, Kind::invalid);
  EXPECT_EQ(refused({"bob", "Bob", "", "english", false}).kind, Kind::invalid);
  added("bob");
  added("o-._9");
  EXPECT_EQ(sees([](store::Reader& r) { return find_user_by_email(r, " Ada@CAFE.example"); })->login, "ada");
  EXPECT_FALSE(sees([](store::Reader& r) { return find_user_by_email(r, ""); }));
}

TEST_F(People, TheLastAdminStays) {
  const UserId root = added("root", "", true);
  const auto change = [&](UserId user, std::optional<bool> admin, std::optional<bool> disabled) {
    UserChange what;
    what.admin = admin;
    what.disabled = disabled;
    const auto done = write([&](store::Tx& tx) { return change_user(tx, user, what); });
    return done ? std::optional<Kind>() : done.error().kind;
  };
  EXPECT_EQ(change(root, false, {}), Kind::conflict);
  EXPECT_EQ(change(root, {}, true), Kind::conflict);
  EXPECT_TRUE(sees([&](store::Reader& r) { return find_user(r, root); })->admin);
  EXPECT_FALSE(change(ada_, true, {}));
  EXPECT_FALSE(change(root, {}, true));
  EXPECT_EQ(change(ada_, false, {}), Kind::conflict) << "the other admin is disabled";
  EXPECT_EQ(change(UserId{99}, true, {}), Kind::not_found);
}

TEST_F(People, RolesAreOneForABrandAndCountedAsChanges) {
  const auto version = [&] { return sees([&](store::Reader& r) { return find_user(r, ada_); })->version; };
  const auto before = version();
  EXPECT_TRUE(*write([&](store::Tx& tx) { return set_role(tx, ada_, kCafe, Role::agent); }));
  EXPECT_FALSE(*write([&](store::Tx& tx) { return set_role(tx, ada_, kCafe, Role::agent); }));
  EXPECT_TRUE(*write([&](store::Tx& tx) { return set_role(tx, ada_, kCafe, Role::manager); }));
  EXPECT_TRUE(*write([&](store::Tx& tx) { return set_role(tx, ada_, kShop, Role::curator); }));
  EXPECT_EQ(version(), before + 3);
  const auto all = sees([&](store::Reader& r) { return memberships(r, ada_); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].role, Role::manager);
  EXPECT_EQ(all[1].role, Role::curator);
  EXPECT_TRUE(*write([&](store::Tx& tx) { return remove_role(tx, ada_, kCafe); }));
  EXPECT_FALSE(*write([&](store::Tx& tx) { return remove_role(tx, ada_, kCafe); }));
  EXPECT_EQ(write([&](store::Tx& tx) { return set_role(tx, ada_, BrandId{9}, Role::agent); }).error().kind,
            Kind::not_found);
  EXPECT_EQ(write([&](store::Tx& tx) { return set_role(tx, UserId{9}, kCafe, Role::agent); }).error().kind,
            Kind::not_found);
}

TEST_F(People, ABrandListsItsOwnPeoplePageByPage) {
  for (const char* login : {"carl", "bea", "dora"}) {
    const UserId id = added(login);
    does([&](store::Tx& tx) { (void)set_role(tx, id, kCafe, Role::agent); });
  }
  const auto page = [&](BrandId brand, const std::string& after, int limit) {
    std::string out;
    for (const User& user : sees([&](store::Reader& r) { return users(r, brand, after, limit); })) {
      out += user.login + " ";
    }
    return out;
  };
  EXPECT_EQ(page({}, "", 10), "ada bea carl dora ");
  EXPECT_EQ(page(kCafe, "", 2), "bea carl ");
  EXPECT_EQ(page(kCafe, "carl", 2), "dora ");
  EXPECT_EQ(page(kShop, "", 10), "");
}

TEST_F(People, TeamsAreOfOneBrandAndSoAreTheirMembers) {
  does([&](store::Tx& tx) { (void)set_role(tx, ada_, kCafe, Role::agent); });
  const UserId bob = added("bob");
  const TeamId team = *write([](store::Tx& tx) { return add_team(tx, kCafe, "Front desk"); });
  EXPECT_EQ(write([](store::Tx& tx) { return add_team(tx, kCafe, "Front desk"); }).error().kind, Kind::conflict);
  EXPECT_TRUE(write([](store::Tx& tx) { return add_team(tx, kShop, "Front desk"); }));
  EXPECT_EQ(write([](store::Tx& tx) { return add_team(tx, kCafe, ""); }).error().kind, Kind::invalid);
  EXPECT_TRUE(write([&](store::Tx& tx) { return set_members(tx, kCafe, team, {ada_, ada_}); }));
  EXPECT_EQ(write([&](store::Tx& tx) {
              return set_members(tx, kCafe, team, {ada_, bob});
            })
                .error()
                .kind,
            Kind::invalid);
  EXPECT_EQ(sees([&](store::Reader& r) { return find_team(r, kCafe, team); })->members, std::vector<UserId>{ada_});
  EXPECT_FALSE(sees([&](store::Reader& r) { return find_team(r, kShop, team); }));
  EXPECT_EQ(write([&](store::Tx& tx) { return rename_team(tx, kShop, team, "x"); }).error().kind, Kind::not_found);
  EXPECT_EQ(write([&](store::Tx& tx) { return remove_team(tx, kShop, team); }).error().kind, Kind::not_found);
  EXPECT_EQ(write([&](store::Tx& tx) { return set_members(tx, kShop, team, {}); }).error().kind, Kind::not_found);
  does([&](store::Tx& tx) { (void)remove_role(tx, ada_, kCafe); });
  EXPECT_TRUE(sees([&](store::Reader& r) { return teams(r, kCafe); })[0].members.empty());
  EXPECT_TRUE(write([&](store::Tx& tx) { return remove_team(tx, kCafe, team); }));
}

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

// --- links

class Links : public People {
 protected:
  FreshLink made(const NewLink& link) {
    FreshLink out;
    does([&](store::Tx& tx) { out = add_link(tx, link, clock_.now()); });
    return out;
  }
  NewLink invitation(const std::string& email = "new@cafe.example", BrandId brand = kCafe) {
    NewLink link;
    link.email = email;
    link.brand = brand;
    link.role = Role::agent;
    return link;
  }
  bool opens(LinkKind kind, std::string_view secret) {
    return sees([&](store::Reader& r) { return find_link(r, kind, secret, clock_.now()); }).has_value();
  }
};

TEST_F(Links, OfTwentyWhoUseOneAtTheSameMomentOneWins) {
  const FreshLink link = made(invitation());
  constexpr int kRacing = 20;
  std::latch start(kRacing);
  std::atomic<int> won{0}, lost{0};
  std::vector<std::jthread> racers;
  for (int i = 0; i < kRacing; ++i) {
    racers.emplace_back([&] {
      start.arrive_and_wait();
      const auto taken = db_->write([&](store::Tx& tx) -> Result<bool> {
        return take_link(tx, LinkKind::invitation, link.secret.reveal(), clock_.now()).has_value();
      });
      ++(taken && *taken ? won : lost);
    });
  }
  racers.clear();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, kRacing - 1);
}

TEST_F(Links, NothingButTheSecretOfTheRightKindInTimeOpens) {
  const FreshLink link = made(invitation());
  EXPECT_TRUE(opens(LinkKind::invitation, link.secret.reveal()));
  EXPECT_FALSE(opens(LinkKind::reset, link.secret.reveal()));
  EXPECT_FALSE(opens(LinkKind::first_admin, link.secret.reveal()));
  for (const std::string_view wrong : {"", "null", "[]", "0", "' OR 1=1 --"}) {
    EXPECT_FALSE(opens(LinkKind::invitation, wrong)) << wrong;
  }
  clock_.advance(hours(24));
  EXPECT_FALSE(opens(LinkKind::invitation, link.secret.reveal()));
}

TEST_F(Links, LiveBetweenAQuarterOfAnHourAndThreeDays) {
  NewLink link = invitation();
  link.life = minutes(1);
  EXPECT_EQ(made(link).expires_at - clock_.now(), minutes(15));
  link.life = hours(1'000);
  EXPECT_EQ(made(link).expires_at - clock_.now(), hours(72));
}

TEST_F(Links, ANewOneEndsTheOlderOneOfItsKind) {
  const FreshLink first = made(invitation("New@cafe.example")), again = made(invitation("new@CAFE.example"));
  EXPECT_FALSE(opens(LinkKind::invitation, first.secret.reveal()));
  EXPECT_TRUE(opens(LinkKind::invitation, again.secret.reveal()));
  const FreshLink elsewhere = made(invitation("new@cafe.example", kShop));
  EXPECT_TRUE(opens(LinkKind::invitation, again.secret.reveal())) << "another brand's invitation is another";
  NewLink reset;
  reset.kind = LinkKind::reset;
  reset.user = ada_;
  const FreshLink old_reset = made(reset), new_reset = made(reset);
  EXPECT_FALSE(opens(LinkKind::reset, old_reset.secret.reveal()));
  EXPECT_TRUE(opens(LinkKind::reset, new_reset.secret.reveal()));
  does([&](store::Tx& tx) { end_links_of(tx, ada_); });
  EXPECT_FALSE(opens(LinkKind::reset, new_reset.secret.reveal()));
  EXPECT_TRUE(opens(LinkKind::invitation, elsewhere.secret.reveal()));
}

TEST_F(Links, InvitationsAreListedAndTakenBackByTheirBrand) {
  const FreshLink link = made(invitation());
  made(invitation("other@shop.example", kShop));
  EXPECT_EQ(sees([&](store::Reader& r) { return open_invitations(r, kCafe, clock_.now()); }).size(), 1u);
  EXPECT_EQ(sees([&](store::Reader& r) { return open_invitations(r, {}, clock_.now()); }).size(), 2u);
  EXPECT_EQ(write([&](store::Tx& tx) { return revoke_invitation(tx, kShop, link.id); }).error().kind, Kind::not_found);
  EXPECT_TRUE(write([&](store::Tx& tx) { return revoke_invitation(tx, kCafe, link.id); }));
  EXPECT_FALSE(opens(LinkKind::invitation, link.secret.reveal()));
}

// --- the second factor

class SecondFactor : public People {
 protected:
  Secret set_up() {
    Secret secret;
    does([&](store::Tx& tx) {
      auto begun_setup = begin_totp(tx, keys_, ada_, "ada", clock_.now());
      ASSERT_TRUE(begun_setup);
      secret = begun_setup->secret;
      auto codes = confirm_totp(tx, keys_, ada_, code(secret, 0), clock_.now());
      ASSERT_TRUE(codes);
      recovery_ = *codes;
    });
    clock_.advance(minutes(5));
    return secret;
  }
  std::string code(const Secret& secret, int steps) const {
    return crypto::totp_code(secret, crypto::totp_step(clock_.now()) + steps);
  }
  bool use(std::string_view typed) {
    return *write([&](store::Tx& tx) { return use_code(tx, keys_, ada_, typed, clock_.now()); });
  }
  std::vector<std::string> recovery_;
};

TEST_F(SecondFactor, IsOffUntilAFirstCodeProvesIt) {
  const auto begun_setup = write([&](store::Tx& tx) { return begin_totp(tx, keys_, ada_, "ada", clock_.now()); });
  ASSERT_TRUE(begun_setup);
  EXPECT_EQ(begun_setup->uri.rfind("otpauth://totp/Amends:ada?secret=", 0), 0u);
  EXPECT_NE(begun_setup->uri.find("&issuer=Amends"), std::string::npos);
  EXPECT_FALSE(sees([&](store::Reader& r) { return has_totp(r, ada_); }));
  EXPECT_FALSE(use(code(begun_setup->secret, 0)));
  EXPECT_EQ(write([&](store::Tx& tx) { return confirm_totp(tx, keys_, ada_, "000000", clock_.now()); }).error().kind,
            Kind::invalid);
  ASSERT_TRUE(
      write([&](store::Tx& tx) { return confirm_totp(tx, keys_, ada_, code(begun_setup->secret, 0), clock_.now()); }));
  EXPECT_TRUE(sees([&](store::Reader& r) { return has_totp(r, ada_); }));
  EXPECT_EQ(write([&](store::Tx& tx) { return begin_totp(tx, keys_, ada_, "ada", clock_.now()); }).error().kind,
            Kind::conflict);
}

TEST_F(SecondFactor, ACodeWorksOnceAndOneStepAside) {
  const Secret secret = set_up();
  EXPECT_FALSE(use(code(secret, -2)));
  EXPECT_FALSE(use(code(secret, 2)));
  EXPECT_TRUE(use(code(secret, 0)));
  EXPECT_FALSE(use(code(secret, 0)));
  EXPECT_FALSE(use(code(secret, -1))) << "older than the one used last";
  EXPECT_TRUE(use(code(secret, 1)));
}

TEST_F(SecondFactor, TheCodeThatTurnedItOnDoesNotOpen) {
  Secret secret;
  does([&](store::Tx& tx) {
    secret = begin_totp(tx, keys_, ada_, "ada", clock_.now())->secret;
    ASSERT_TRUE(confirm_totp(tx, keys_, ada_, code(secret, 0), clock_.now()));
  });
  EXPECT_FALSE(use(code(secret, 0)));
}

TEST_F(SecondFactor, EachRecoveryCodeWorksOnceHoweverItIsTyped) {
  set_up();
  ASSERT_EQ(recovery_.size(), 10u);
  EXPECT_EQ(recovery_[0].size(), 19u);
  EXPECT_TRUE(use(recovery_[0]));
  EXPECT_FALSE(use(recovery_[0]));
  std::string typed;
  for (const char c : recovery_[1]) {
    if (c != '-') typed += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  }
  EXPECT_TRUE(use(" " + typed + " "));
  EXPECT_EQ(sees([&](store::Reader& r) { return recovery_codes_left(r, ada_); }), 8);
  EXPECT_FALSE(use(""));
  EXPECT_FALSE(use(std::string(16, 'a')));
}

TEST_F(SecondFactor, TheSecretIsSealedAndBoundToItsUser) {
  const Secret secret = set_up();
  const UserId bob = added("bob");
  does([&](store::Tx& tx) {
    tx.run(
        "INSERT INTO second_factor (user_id, sealed_totp, begun_at, confirmed_at) "
        "SELECT ?, sealed_totp, 0, 0 FROM second_factor WHERE user_id = ?",
        bob, ada_);
  });
  EXPECT_EQ(write([&](store::Tx& tx) { return use_code(tx, keys_, bob, code(secret, 0), clock_.now()); }).error().kind,
            Kind::corrupt);
  db_.reset();
  for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(test::read_file(file).find(secret.reveal()), std::string::npos) << file;
  }
}

}  // namespace
}  // namespace amends::people
