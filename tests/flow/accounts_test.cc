// Accounts that live in the database: what is kept of them, what comes back, who may set what; a person's way to a site
// and back; and what sites tell by themselves.
#include "core/app/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "core/app/hooks.h"
#include "core/app/pull.h"
#include "core/app/rekey.h"
#include "core/app/walk.h"
#include "core/audit/audit.h"
#include "core/base/text.h"
#include "core/ingest/connections.h"
#include "core/mime/mail.h"
#include "tests/flow/crowd_channel.h"
#include "tests/support/http_peer.h"
#include "tests/support/support.h"

namespace amends::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

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
    return accounts().create(brand_, {&channel, name, more, seconds(0)}, by);
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

TEST_F(StoredAccounts, AreSealedWholeAndAreThereAfterARestart) {
  const auto id = make("one", {{"mood", "endless"}});
  ASSERT_TRUE(id) << id.error().what;
  EXPECT_EQ(account(*id).origin, app::AccountOrigin::database);
  EXPECT_TRUE(account(*id).connected);
  opens();
  EXPECT_EQ(account(*id).settings->get("password"), "s3cret-word");
  EXPECT_EQ(account(*id).settings->get("mood"), "endless");
  EXPECT_EQ(account(*id).own_handles, std::vector<std::string>{"we-at-one"});
  EXPECT_EQ(account(*id).poll, kCrowdChannel.poll);
  EXPECT_TRUE(hub_->is_own(brand_, kCrowdChannel, "we-at-one"));
  hub_.reset();
  for (const char* file : {"amends.db", "amends.db-wal"}) {
    const std::string path = folder_ / "data/" + file;
    if (std::filesystem::exists(path)) {
      EXPECT_THAT(read_file(path), Not(HasSubstr("s3cret-word")));
    }
  }
}

TEST_F(StoredAccounts, WhatIsWrongIsNamedAndNothingIsKept) {
  const struct {
    std::string name;
    app::GivenSettings settings;
    Kind kind;
    std::string says;
  } kRows[] = {
      {"Two Words", {}, Kind::invalid, "name"},
      {"fixed", {}, Kind::conflict, "fixed"},
      {"import", {}, Kind::conflict, "import"},
      {"a", {{"nothing", "x"}}, Kind::invalid, "nothing"},
      {"a", {{"mood", "sad"}}, Kind::invalid, "mood"},
      {"a", {{"password", ""}}, Kind::invalid, "password"},
      {"a", {{"api_base", "https://user:pw@site.test"}}, Kind::invalid, "api_base"},
      {"a", {{"box", "/etc/passwd"}}, Kind::forbidden, "box"},
      {"a", {{"inside", "true"}}, Kind::forbidden, "inside"},
  };
  for (const auto& one : kRows) {
    const auto made = make(one.name, one.settings);
    ASSERT_FALSE(made) << one.says;
    EXPECT_EQ(made.error().kind, one.kind) << made.error().what;
    EXPECT_THAT(made.error().what, HasSubstr(one.says));
    EXPECT_THAT(made.error().what, Not(HasSubstr("pw@")));
  }
  EXPECT_EQ(count("SELECT COUNT(*) FROM account_settings"), 0);
  app::AccountActor console;
  console.at_console = true;
  EXPECT_TRUE(make("b", {{"box", "/etc/hosts"}, {"inside", "true"}}, console));
}

TEST_F(StoredAccounts, WhatStandsInTheFileIsChangedThere) {
  const AccountId id = hub_->accounts()[0]->id;
  EXPECT_EQ(accounts().change(brand_, id, {{{"place", "x"}}, {}, false}, {}).error().kind, Kind::conflict);
  EXPECT_EQ(accounts().remove(brand_, id, {}).error().kind, Kind::conflict);
  EXPECT_EQ(accounts().disconnect(brand_, id, {}).error().kind, Kind::conflict);
  EXPECT_EQ(account(id).settings->get("password"), "from-file");
}

TEST_F(StoredAccounts, AnotherBrandsAccountIsNone) {
  const AccountId id = *make("one");
  const BrandId other = hub_->brands()[1].id;
  EXPECT_EQ(accounts().change(other, id, {}, {}).error().kind, Kind::not_found);
  EXPECT_EQ(accounts().remove(other, id, {}).error().kind, Kind::not_found);
  EXPECT_EQ(accounts().try_out(other, {&kCrowdChannel, "", {}, seconds(0)}, id, {}).error().kind, Kind::not_found);
}

TEST_F(StoredAccounts, ASecretGoesOnlyToTheHostItWasGivenFor) {
  const AccountId id = *make("one");
  app::AccountChange change;
  change.settings = {{"api_base", "https://thief.test"}};
  const auto refused = accounts().change(brand_, id, change, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("password"));
  EXPECT_EQ(accounts().try_out(brand_, {&kCrowdChannel, "", change.settings, seconds(0)}, id, {}).error().kind,
            Kind::invalid);
  change.settings["password"] = "given again";
  EXPECT_TRUE(accounts().change(brand_, id, change, {}));
  EXPECT_EQ(account(id).settings->get("api_base"), "https://thief.test");
}

TEST_F(StoredAccounts, AnotherPlaceIsReadFromItsBeginningAndTheSameOneIsNot) {
  const AccountId id = *make("one");
  pulls(id);
  EXPECT_EQ(row(id).cursor, "1");
  ASSERT_TRUE(accounts().change(brand_, id, {{{"password", "new"}}, {}, false}, {}));
  pulls(id);
  EXPECT_EQ(row(id).cursor, "2");
  ASSERT_TRUE(accounts().change(brand_, id, {{{"place", "two"}}, {}, false}, {}));
  pulls(id);
  EXPECT_EQ(row(id).cursor, "1");
  ASSERT_TRUE(accounts().change(brand_, id, {{}, {}, true}, {}));
  EXPECT_EQ(pulls(id).in.known, 1) << "what comes twice is stored once";
}

TEST_F(StoredAccounts, WhatIsRemovedLeavesItsItemsAndItsHandles) {
  const AccountId id = *make("one");
  pulls(id);
  ASSERT_TRUE(accounts().remove(brand_, id, {}));
  EXPECT_EQ(count("SELECT COUNT(*) FROM account_settings"), 0);
  EXPECT_EQ(count("SELECT COUNT(*) FROM raw_item"), 1);
  EXPECT_FALSE(account(id).connected);
  opens();
  EXPECT_FALSE(account(id).connected);
  EXPECT_TRUE(hub_->is_own(brand_, kCrowdChannel, "we-at-one"));
  const auto again = make("one");
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, id) << "its history is its own again";
  EXPECT_EQ(pulls(id).in.known, 1);
}

TEST_F(StoredAccounts, EveryChangeIsOnRecordWithoutAWordOfASetting) {
  const AccountId id = *make("one");
  ASSERT_TRUE(accounts().change(brand_, id, {{{"password", "another-s3cret"}}, {}, false}, {}));
  ASSERT_TRUE(accounts().disconnect(brand_, id, {}));
  ASSERT_TRUE(accounts().enable(brand_, id, {}));
  ASSERT_TRUE(accounts().remove(brand_, id, {}));
  std::vector<std::string> actions;
  const auto rows = *hub_->db().read([&](store::Reader& reader) -> Result<std::vector<audit::Row>> {
    audit::Asked asked;
    asked.action = "account.";
    return audit::rows(reader, asked);
  });
  for (const auto& one : rows) {
    actions.insert(actions.begin(), one.action);
    EXPECT_THAT(one.detail, Not(HasSubstr("s3cret")));
  }
  EXPECT_THAT(actions, ::testing::ElementsAre("account.created", "account.changed", "account.disconnected",
                                              "account.connected", "account.disconnected", "account.removed"));
  EXPECT_GE(count("SELECT COUNT(*) FROM change WHERE what = 8"), 5);
}

TEST_F(StoredAccounts, NewKeysSealThemAnew) {
  const AccountId id = *make("one");
  ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<Done> {
    channel::TokenSet set;
    set.access = Secret("access-1");
    return hub_->tokens(account(id)).keep(tx, set);
  }));
  const auto done = app::rekey(*hub_);
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_EQ(done->sealed, 2);
  opens();
  EXPECT_EQ(account(id).settings->get("password"), "s3cret-word");
  EXPECT_EQ(hub_->tokens(account(id)).current()->access.reveal(), "access-1");
}

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

// --- what sites tell by themselves

class HookTest : public StoredAccounts {
 protected:
  HookTest() : hooks_(*hub_) {
    id_ = *make("shop");
    word_ = hooks_.path_of(account(id_)).substr(app::kHookPath.size());
  }
  app::HookAnswer posts(const std::string& id, const std::string& body, std::string sign = "",
                        const std::string& word = "") {
    channel::WebhookRequest request;
    request.method = "POST";
    request.body = body;
    if (sign.empty()) sign = "s3cret-word:" + std::to_string(body.size());
    request.headers = {{"X-Id", id}, {"X-Sign", sign}};
    request.received_at = clock_.now();
    return hooks_.take(word.empty() ? word_ : word, request);
  }
  std::int64_t stored() { return count("SELECT COUNT(*) FROM raw_item"); }

  AccountId id_;
  app::Hooks hooks_;
  std::string word_;
};

TEST_F(HookTest, WhatIsUnsignedOrChangedIsRefusedAndNothingIsStored) {  // rows 1 to 3
  for (const std::string& sign : {std::string("x"), std::string("s3cret-word:99"), std::string("S3CRET-WORD:4"),
                                  std::string(1 << 20, 'a'), std::string(" ")})
    EXPECT_EQ(posts("1", "body", sign).status, 401);
  EXPECT_EQ(posts("1", "bodY!", "s3cret-word:4").status, 401);
  EXPECT_EQ(stored(), 0);
  EXPECT_EQ(hub_->counters().all()[id_].hooks_refused, 6);
  EXPECT_EQ(posts("1", "body").status, 200);
  EXPECT_EQ(stored(), 1);
}

TEST_F(HookTest, TheSameEventOverManyConnectionsIsStoredOnceAndAlwaysAcknowledged) {  // row 4
  std::vector<std::thread> threads;
  std::atomic<int> fine{0};
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) fine += posts("same", "event").status == 200 ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(fine, 16 * 50);
  EXPECT_EQ(stored(), 1);
}

TEST_F(HookTest, AHandshakeIsAnsweredAsTextAndNeverAsAPage) {  // row 10
  channel::WebhookRequest request;
  request.method = "GET";
  request.query = "challenge=abc123";
  request.headers = {{"X-Sign", "s3cret-word"}};
  const auto good = hooks_.take(word_, request);
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good.body, "abc123");
  EXPECT_EQ(good.content_type, "text/plain; charset=utf-8");
  request.headers = {{"X-Sign", "wrong"}};
  EXPECT_EQ(hooks_.take(word_, request).status, 403);
  request.query = "challenge=<script>";
  const auto bad = hooks_.take(word_, request);
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(bad.body, Not(HasSubstr("script")));
}

TEST_F(HookTest, WhileThereIsNoRoomTheSiteIsToldToComeAgain) {  // row 13
  hub_->health().no_room();
  const auto full = posts("1", "body");
  EXPECT_EQ(full.status, 503);
  EXPECT_TRUE(full.retry_after);
  EXPECT_EQ(stored(), 0);
  hub_->health().look();
  EXPECT_EQ(posts("1", "body").status, 200) << "the retry is stored";
  EXPECT_EQ(stored(), 1);
}

TEST_F(HookTest, OneAccountsWordOpensNoOther) {  // row 15
  const AccountId other = *make("branch", {{"password", "another"}});
  EXPECT_EQ(posts("1", "body", "", hooks_.path_of(account(other)).substr(app::kHookPath.size())).status, 401);
  const auto id = std::to_string(other.value);
  EXPECT_EQ(posts("1", "body", "", id + word_.substr(word_.find('-'))).status, 404);
  for (const std::string& word :
       {std::string("1"), id + "-", id, std::string("x-y"), std::string("-1-") + word_, word_ + "A", "0" + word_,
        word_.substr(0, word_.size() - 1), std::string(17, '9') + "-x"})
    EXPECT_EQ(posts("1", "body", "", word).status, 404) << word;
  EXPECT_EQ(stored(), 0);
}

TEST_F(HookTest, AnAddressThatWasMadeAnewEndsTheOneBefore) {
  ASSERT_TRUE(hooks_.renew(account(id_)));
  EXPECT_EQ(posts("1", "body").status, 404);
  word_ = hooks_.path_of(account(id_)).substr(app::kHookPath.size());
  EXPECT_EQ(posts("1", "body").status, 200);
}

TEST_F(HookTest, NothingIsTakenForAnAccountThatIsNotConnected) {
  ASSERT_TRUE(accounts().disconnect(brand_, id_, {}));
  EXPECT_EQ(posts("1", "body").status, 404);
  ASSERT_TRUE(accounts().enable(brand_, id_, {}));
  EXPECT_EQ(posts("1", "body").status, 200);
}

TEST_F(HookTest, ChangedSettingsCountAtOnce) {
  EXPECT_EQ(posts("1", "body").status, 200);
  ASSERT_TRUE(accounts().change(brand_, id_, {{{"password", "fresh"}}, {}, false}, {}));
  EXPECT_EQ(posts("2", "body").status, 401);
  EXPECT_EQ(posts("2", "body", "fresh:4").status, 200);
}

}  // namespace
}  // namespace amends::test
