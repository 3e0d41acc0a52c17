// What sites tell by themselves.
#include <atomic>
#include <thread>

#include "core/app/hooks.h"
#include "tests/flow/accounts_fixture.h"

namespace amends::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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
