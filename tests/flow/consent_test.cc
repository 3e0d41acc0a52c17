// Tokens that are renewed, and a person's way to a site and back.
#include <atomic>
#include <thread>

#include "core/app/walk.h"
#include "tests/flow/accounts_fixture.h"
#include "tests/support/http_peer.h"

namespace amends::test {
namespace {

using std::chrono::minutes;
using ::testing::HasSubstr;

// --- tokens

class ConnectedAccount : public StoredAccounts {
 protected:
  void connect(const std::string& access) {
    id_ = *make("one");
    ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<Done> {
      channel::TokenSet set;
      set.access = Secret(access);
      set.refresh = Secret("refresh-1");
      set.expires_at = clock_.now() + minutes(60);
      set.scopes = {"read"};
      set.subject = "shop";
      return hub_->tokens(account(id_)).keep(tx, set);
    }));
  }
  static channel::TokenSet set_of(const std::string& access) {
    channel::TokenSet set;
    set.access = Secret(access);
    return set;
  }
  AccountId id_;
};

TEST_F(ConnectedAccount, TokensAreRenewedOnceForAllWhoFindThemTooOld) {
  connect("old");
  std::atomic<int> asked{0};
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto got = hub_->tokens(account(id_))
                           .renew(Secret("old"), [&](const channel::TokenSet& set) -> Result<channel::TokenSet> {
                             EXPECT_EQ(set.refresh.reveal(), "refresh-1");
                             ++asked;
                             return set_of("new");
                           });
      if (got && got->access.reveal() == "new") ++right;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(right, 8);
  opens();
  EXPECT_EQ(hub_->tokens(account(id_)).current()->access.reveal(), "new") << "the next start has them too";
}

TEST_F(ConnectedAccount, ARefusedRenewalPausesTheAccountAndKeepsTheOldSet) {
  connect("old");
  const auto got =
      hub_->tokens(account(id_)).renew(Secret("old"), [](const channel::TokenSet&) -> Result<channel::TokenSet> {
        return fail(Kind::unauthorized, "invalid_grant");
      });
  EXPECT_EQ(got.error().kind, Kind::unauthorized);
  EXPECT_EQ(row(id_).state, "paused");
  EXPECT_EQ(row(id_).last_error, "invalid_grant");
  EXPECT_EQ(hub_->tokens(account(id_)).current()->access.reveal(), "old");
  EXPECT_EQ(count("SELECT COUNT(*) FROM change WHERE what = 8 AND detail LIKE '%refused%'"), 1);
}

TEST_F(ConnectedAccount, ASiteThatIsDownPausesNothing) {
  connect("old");
  const auto got =
      hub_->tokens(account(id_)).renew(Secret("old"), [](const channel::TokenSet&) -> Result<channel::TokenSet> {
        return fail(Kind::unavailable, "down");
      });
  EXPECT_EQ(got.error().kind, Kind::unavailable);
  EXPECT_EQ(row(id_).state, "active");
}

TEST_F(ConnectedAccount, WhoeverDisconnectsWhileTheSiteIsAskedHasTheLastWord) {
  connect("old");
  const auto got =
      hub_->tokens(account(id_)).renew(Secret("old"), [&](const channel::TokenSet&) -> Result<channel::TokenSet> {
        EXPECT_TRUE(accounts().disconnect(brand_, id_, {}));
        return set_of("new");
      });
  EXPECT_EQ(got.error().kind, Kind::unauthorized);
  EXPECT_EQ(count("SELECT COUNT(*) FROM account_token"), 0);
}

// --- a person's way to a site and back

class Consent : public StoredAccounts {
 protected:
  Consent()
      : site_([this](Peer& peer, const HeardRequest& request) {
          if (request.target == "/token" && refuses_) {
            peer.say(
                http_answer("400 Bad Request", R"({"error":"invalid_grant"})", {"Content-Type: application/json"}));
          } else {
            peer.write(http_answer(
                "200 OK", R"({"access_token":"acc-1","refresh_token":"ref-1","token_type":"Bearer","expires_in":3600})",
                {"Content-Type: application/json"}));
          }
        }) {
    id_ = *make("shop", {{"api_base", "http://127.0.0.1:" + std::to_string(site_.port())}}, {}, kConsentChannel);
  }
  app::WalkBegun begins() {
    auto walk = app::begin_walk(*hub_, account(id_), "https://help.cafe.test/oauth/callback", {});
    EXPECT_TRUE(walk) << walk.error().what;
    return *std::move(walk);
  }
  Result<app::WalkEnded> comes_back(const std::string& state, const std::string& code = "code-1") {
    channel::Callback callback;
    callback.state = state;
    callback.code = code;
    return app::finish_walk(*hub_, callback);
  }

  std::atomic<bool> refuses_{false};
  HttpPeer site_;
  AccountId id_;
};

TEST_F(Consent, ConnectsTheAccountAndItWorksAgain) {
  EXPECT_EQ(row(id_).state, "paused") << "nobody agreed yet";
  const auto walk = begins();
  EXPECT_THAT(walk.url, HasSubstr("state=" + walk.state));
  EXPECT_THAT(walk.url, HasSubstr("code_challenge_method=S256"));
  opens();  // the way back ends in another process
  const auto ended = comes_back(walk.state);
  ASSERT_TRUE(ended) << ended.error().what;
  EXPECT_EQ(ended->account, id_);
  EXPECT_EQ(row(id_).state, "active");
  EXPECT_EQ(hub_->tokens(account(id_)).current()->access.reveal(), "acc-1");
  const std::string asked = site_.heard().front().body;
  EXPECT_THAT(asked, HasSubstr("code_verifier="));
  EXPECT_THAT(asked, HasSubstr("help.cafe.test"));
  EXPECT_EQ(count("SELECT COUNT(*) FROM account_walk"), 0);
}

TEST_F(Consent, ATokenAmongTheSettingsTakesItsPlace) {
  const auto id = make("branch", {{"access_token", "t"}}, {}, kConsentChannel);
  ASSERT_TRUE(id) << id.error().what;
  EXPECT_EQ(row(*id).state, "active");
}

TEST_F(Consent, AWayIsGoodOnceAndForTenMinutes) {
  const auto walk = begins();
  ASSERT_TRUE(comes_back(walk.state));
  EXPECT_EQ(comes_back(walk.state).error().kind, Kind::conflict);
  EXPECT_EQ(comes_back("never-begun").error().kind, Kind::conflict);
  const auto late = begins();
  clock_.advance(minutes(11));
  EXPECT_EQ(comes_back(late.state).error().kind, Kind::conflict);
  const auto first = begins();
  const auto second = begins();
  EXPECT_EQ(comes_back(first.state).error().kind, Kind::conflict) << "a new way ends the one before";
  EXPECT_TRUE(comes_back(second.state));
}

TEST_F(Consent, ACodeThatIsNotTakenConnectsNothing) {
  const auto walk = begins();
  refuses_ = true;
  EXPECT_FALSE(comes_back(walk.state));
  EXPECT_EQ(count("SELECT COUNT(*) FROM account_token"), 0);
  EXPECT_EQ(row(id_).state, "paused");
  refuses_ = false;
  EXPECT_EQ(comes_back(walk.state).error().kind, Kind::conflict) << "not even once more";
}

TEST_F(Consent, WhatTheSiteSendsBackIsReadStrictly) {
  using Fields = std::vector<std::pair<std::string, std::string>>;
  EXPECT_TRUE(app::read_callback(Fields{{"state", "s"}, {"code", "c"}, {"scope", "a b"}}));
  EXPECT_TRUE(app::read_callback(Fields{{"state", "s"}, {"error", "access_denied"}}));
  const Fields kWrong[] = {{},
                           {{"state", "s"}},
                           {{"code", "c"}},
                           {{"state", "s"}, {"state", "t"}, {"code", "c"}},
                           {{"state", "s"}, {"code", "c"}, {"error", "x"}},
                           {{"state", std::string(300, 's')}, {"code", "c"}},
                           {{"state", "s"}, {"code", "a\nb"}},
                           {{"state", "s"}, {"code", std::string(5000, 'c')}}};
  for (const auto& fields : kWrong) EXPECT_FALSE(app::read_callback(fields)) << fields.size();
}

TEST_F(Consent, WhatIsGivenBackIsToldToTheSite) {
  ASSERT_TRUE(comes_back(begins().state));
  ASSERT_TRUE(accounts().disconnect(brand_, id_, {}));
  EXPECT_EQ(count("SELECT COUNT(*) FROM account_token"), 0);
  EXPECT_EQ(site_.heard().back().target, "/revoke");
  EXPECT_FALSE(account(id_).connected);
  ASSERT_TRUE(comes_back(begins().state)) << "and connected anew";
  EXPECT_TRUE(account(id_).connected);
}

}  // namespace
}  // namespace amends::test
