// Accounts that live in the database: what is kept of them, what comes back, who may set what.
#include "core/app/rekey.h"
#include "core/audit/audit.h"
#include "tests/flow/accounts_fixture.h"

namespace amends::test {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

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

}  // namespace
}  // namespace amends::test
