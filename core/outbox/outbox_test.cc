#include "core/outbox/outbox.h"

#include "core/outbox/guard.h"
#include "core/outbox/hub_for_test.h"

#include <random>

namespace amends::outbox {
namespace {

using namespace std::chrono_literals;
using test::Cut;
using test::Died;
using test::Hub;
using test::RState;
using test::SendClass;
using test::UState;

TEST_F(Hub, AnUpdateGoesOutOnceWithItsBytes) {
  writes("a");
  EXPECT_EQ(works(), 1);
  EXPECT_EQ(works(), 0);
  EXPECT_EQ(state("a"), UState::sent);
  EXPECT_EQ(peer.count("a"), 1);
  EXPECT_EQ(peer.payloads, std::vector<std::string>{"bytes of a"});
}

TEST_F(Hub, AnAnswerIsNowhereOrInTheOutboxButNeverHalf) {
  const auto undone = write([&](store::Tx& tx) -> Result<Done> {
    NewUpdate u;
    u.id = reserve(tx, brand, clock.now());
    u.brand = brand;
    u.account = AccountId{1};
    u.mail_id = "a";
    u.payload = "bytes";
    TRY_DO(enqueue(tx, u, clock.now()));
    return fail(Kind::internal, "the timeline could not take it");
  });
  EXPECT_FALSE(undone);
  EXPECT_TRUE(due_now().empty());
}

TEST_F(Hub, WhatCantBeSentIsNotTakenIn) {
  const auto tries = [&](auto change) {
    return write([&](store::Tx& tx) -> Result<Done> {
      NewUpdate u;
      u.id = reserve(tx, brand, clock.now());
      u.brand = brand;
      u.account = AccountId{1};
      u.mail_id = "a";
      u.payload = "bytes";
      change(u);
      return enqueue(tx, u, clock.now());
    });
  };
  EXPECT_EQ(tries([](NewUpdate& u) { u.payload.clear(); }).error().kind, Kind::invalid);
  EXPECT_EQ(tries([](NewUpdate& u) { u.mail_id.clear(); }).error().kind, Kind::invalid);
  EXPECT_EQ(tries([](NewUpdate& u) { u.recipients = {"a@x.example", "A@x.example"}; }).error().kind, Kind::invalid);
  EXPECT_EQ(tries([](NewUpdate& u) { u.recipients = {"a@x.example\r\nRCPT TO:<b@x.example>"}; }).error().kind,
            Kind::invalid);
  EXPECT_EQ(tries([](NewUpdate& u) { u.brand = BrandId{2}; }).error().kind, Kind::not_found);
  EXPECT_TRUE(tries([](NewUpdate&) {}));
  EXPECT_EQ(tries([](NewUpdate&) {}).error().kind, Kind::conflict);  // the same Message-ID twice
}

TEST_F(Hub, AnUpdateCanBeTakenBackForTenSeconds) {
  const auto a = writes("a", {.not_before = clock.now() + kUndo});
  writes("b", {.thread = 2, .not_before = clock.now() + kUndo});
  EXPECT_EQ(works(), 0);
  EXPECT_TRUE(write([&](store::Tx& tx) { return cancel(tx, brand, a, "Dana", clock.now()); }));
  clock.advance(kUndo);
  EXPECT_EQ(works(), 1);
  EXPECT_EQ(state("a"), UState::cancelled);
  EXPECT_EQ(state("b"), UState::sent);
  const auto late = write([&](store::Tx& tx) { return cancel(tx, brand, shown("b").id, "Dana", clock.now()); });
  EXPECT_EQ(late.error().kind, Kind::conflict);
}

TEST_F(Hub, AHeldUpdateWaitsForItsRelease) {
  const auto a = writes("a", {.held = "needs approval"});
  drains();
  EXPECT_EQ(state("a"), UState::held);
  EXPECT_TRUE(write([&](store::Tx& tx) { return release(tx, brand, a, "Ines", clock.now()); }));
  drains();
  EXPECT_EQ(state("a"), UState::sent);
}

TEST_F(Hub, AnotherBrandCannotTouchAnUpdate) {
  const auto a = writes("a", {.held = "needs approval"});
  const auto other = write([&](store::Tx& tx) { return release(tx, BrandId{2}, a, "Eve", clock.now()); });
  EXPECT_EQ(other.error().kind, Kind::not_found);
  EXPECT_FALSE(*database->read([&](store::Reader& r) -> Result<bool> { return find(r, BrandId{2}, a).has_value(); }));
}

TEST_F(Hub, AThreadGoesInOrderAndAStuckHeadBlocksOnlyItsOwnThread) {
  writes("a1");
  writes("a2");
  writes("b1", {.thread = 2});
  peer.answers["maya@mail.example"] = {"maya@mail.example", RState::deferred, 451, "greylisted"};
  works();
  works();  // a fresh account sends one at a time
  EXPECT_EQ(state("a1"), UState::retry);
  EXPECT_EQ(state("a2"), UState::queued);
  EXPECT_EQ(state("b1"), UState::retry);
  writes("c1", {.to = {"tomas@mail.example"}, .thread = 3});
  works();
  works();
  EXPECT_EQ(state("c1"), UState::sent);
  EXPECT_EQ(state("a2"), UState::queued);
  peer.answers.clear();
  drains();
  EXPECT_EQ(peer.order.size(), 4u);
  const auto at = [&](const char* name) { return std::find(peer.order.begin(), peer.order.end(), name); };
  EXPECT_LT(at("a1"), at("a2"));
}

TEST_F(Hub, OnlyRecipientsNotYetServedAreTriedAgain) {
  peer.answers["b@x.example"] = {"b@x.example", RState::deferred, 450, "mailbox busy"};
  writes("a", {.to = {"a@x.example", "b@x.example", "c@x.example"}});
  works();
  EXPECT_EQ(state("a"), UState::retry);
  peer.answers.clear();
  drains();
  EXPECT_EQ(state("a"), UState::sent);
  for (const auto& [who, times] : peer.served) EXPECT_EQ(times, 1) << who;
  EXPECT_EQ(peer.served.size(), 3u);
}

TEST_F(Hub, ACrashBehindTheFinalDotForgetsNobodyWhoWasToldToWait) {
  becomes(SendClass::lookable);
  peer.answers["b@x.example"] = {"b@x.example", RState::deferred, 450, "mailbox busy"};
  peer.cut = Cut::die_after_return_taken;
  writes("a", {.to = {"a@x.example", "b@x.example"}});
  EXPECT_THROW(works(), Died);
  peer.cut = Cut::nowhere;
  peer.answers.clear();
  restarts();
  drains();
  EXPECT_EQ(state("a"), UState::sent);
  EXPECT_EQ(peer.served["a a@x.example"], 1);
  EXPECT_EQ(peer.served["a b@x.example"], 1);
}

TEST_F(Hub, TheBytesAreTheSameOnEveryTry) {
  peer.cut = Cut::before_return;
  writes("a");
  works();
  peer.cut = Cut::nowhere;
  restarts();
  drains();
  EXPECT_EQ(peer.payloads, (std::vector<std::string>{"bytes of a", "bytes of a"}));
}

TEST_F(Hub, AServerGoneForFiveDaysIsGivenUpVisibly) {
  peer.cut = Cut::before_anything;
  writes("a");
  works();
  clock.advance(5 * 24h);
  drains();
  EXPECT_EQ(state("a"), UState::failed);
  EXPECT_NE(shown("a").reason.find("connection refused"), std::string::npos);
  peer.cut = Cut::nowhere;
  EXPECT_TRUE(write([&](store::Tx& tx) { return send_again(tx, brand, shown("a").id, "Dana", clock.now()); }));
  drains();
  EXPECT_EQ(state("a"), UState::sent);
  EXPECT_EQ(peer.count("a"), 1);
}

TEST_F(Hub, ACopyThatCantBeFiledNeverSendsAgain) {
  peer.copies_fail = true;
  writes("a", {.copy = true});
  works();
  works();
  clock.advance(5 * 24h);
  drains();
  EXPECT_EQ(state("a"), UState::sent);
  EXPECT_EQ(peer.count("a"), 1);
  EXPECT_EQ(peer.copies.size(), 0u);
}

TEST_F(Hub, TheCopyIsFiledOnceAfterTheUpdateWent) {
  writes("a", {.copy = true});
  works();
  EXPECT_TRUE(peer.copies.empty());
  drains();
  EXPECT_EQ(peer.copies["a"], 1);
}

TEST_F(Hub, AServerThatFilesItsOwnCopyGetsNoSecond) {
  writes("a", {.copy = true});
  works();
  EXPECT_TRUE(write(
      [&](store::Tx& tx) -> Result<bool> { return settle_by_echo(tx, brand, "a", true, clock.now()).has_value(); }));
  drains();
  EXPECT_TRUE(peer.copies.empty());
}

TEST_F(Hub, ALimitPausesTheAccountAndNotTheOthers) {
  struct Limited final : channel::Connector {
    Result<channel::Receipt> send(const channel::Outbound&) override {
      return Error{Kind::rate_limited, "429", {}, 90s};
    }
  } limited;
  const auto a = writes("a");
  writes("b", {.thread = 2});
  writes("c", {.thread = 3, .account = 2});
  ASSERT_TRUE(send_one(*database, limited, descriptor, epoch, a, clock));
  works();
  EXPECT_EQ(state("b"), UState::queued);
  EXPECT_EQ(state("c"), UState::sent);
  clock.advance(90s);
  drains();
  EXPECT_EQ(state("a"), UState::sent);
  EXPECT_EQ(state("b"), UState::sent);
}

TEST_F(Hub, RefusedCredentialsStopTheAccountUntilItIsConnectedAgain) {
  struct Refused final : channel::Connector {
    Result<channel::Receipt> send(const channel::Outbound&) override { return fail(Kind::unauthorized, "535 5.7.8"); }
  } refused;
  const auto a = writes("a");
  ASSERT_TRUE(send_one(*database, refused, descriptor, epoch, a, clock));
  clock.advance(24h);
  EXPECT_EQ(works(), 0);
  EXPECT_EQ((*database->read([](store::Reader& r) -> Result<Figures> { return figures(r); })).shut_accounts, 1);
  (void)write([&](store::Tx& tx) -> Result<Done> {
    reopen_account(tx, AccountId{1});
    return Done{};
  });
  drains();
  EXPECT_EQ(state("a"), UState::sent);
}

TEST_F(Hub, AWorkerThatLostItsClaimSendsNothing) {
  writes("a");
  bool taken_over = false;
  struct Slow final : channel::Connector {
    std::function<void()> sleeps;
    int sent = 0;
    Result<channel::Receipt> send(const channel::Outbound& o) override {
      sleeps();
      TRY_DO(o.point_of_no_return());
      ++sent;
      return channel::Receipt{};
    }
  } slow;
  slow.sleeps = [&] {
    clock.advance(kLease + 1s);
    recovers();
    works();
    taken_over = state("a") == UState::sent;
  };
  const auto done = send_one(*database, slow, descriptor, epoch, shown("a").id, clock);
  EXPECT_TRUE(taken_over);
  EXPECT_EQ(done.error().kind, Kind::conflict);
  EXPECT_EQ(slow.sent, 0);
  EXPECT_EQ(peer.count("a"), 1);
}

TEST_F(Hub, AnOutcomeIsWrittenDownEvenWhenWhatHangsOnItFails) {
  on_settled = [](store::Tx&, const Settled&) { throw store::SqlFailure(Kind::internal, "no such thread"); };
  writes("a");
  works();
  EXPECT_EQ(state("a"), UState::sent);
}

TEST_F(Hub, ThePipelineLearnsInTheSameTransaction) {
  std::vector<UState> seen;
  on_settled = [&](store::Tx&, const Settled& settled) { seen.push_back(settled.state); };
  peer.answers["maya@mail.example"] = {"maya@mail.example", RState::refused, 550, "5.1.1 unknown"};
  writes("a");
  works();
  EXPECT_EQ(seen, std::vector<UState>{UState::failed});
  EXPECT_EQ(shown("a").reason, "maya@mail.example: 5.1.1 unknown");
}

TEST_F(Hub, ARestoredBackupSendsNothingByItself) {
  writes("queued");
  writes("scheduled", {.thread = 2, .not_before = clock.now() + 1h});
  peer.cut = Cut::die_after_return_taken;
  EXPECT_THROW(works(), Died);
  peer.cut = Cut::nowhere;
  const auto served = peer.served;
  (void)write([&](store::Tx& tx) -> Result<std::int64_t> { return hold_restored(tx, clock.now()); });
  restarts();
  clock.advance(24h);
  drains();
  EXPECT_EQ(state("queued"), UState::held);
  EXPECT_EQ(state("scheduled"), UState::held);
  EXPECT_EQ(peer.served, served);
  // The mailbox still holds what went after the backup: its echo settles it.
  (void)write([&](store::Tx& tx) -> Result<bool> {
    return settle_by_echo(tx, brand, "queued", false, clock.now()).has_value();
  });
  EXPECT_EQ(state("queued"), UState::sent);
}

TEST_F(Hub, OfAHundredThousandOnlyTheHeadsOfOpenAccountsAreLookedAt) {
  (void)write([&](store::Tx& tx) -> Result<Done> {
    for (int i = 0; i < 3000; ++i) {
      NewUpdate u;
      u.id = reserve(tx, brand, clock.now());
      u.brand = brand;
      u.account = AccountId{1 + i % 3};
      u.thread = ThreadId{1 + i / 3};
      u.mail_id = "m" + std::to_string(i);
      u.payload = "bytes";
      u.recipients = {"maya@mail.example"};
      TRY_DO(enqueue(tx, u, clock.now()));
    }
    return Done{};
  });
  EXPECT_EQ(due_now().size(), 3u);  // one a fresh account
}

TEST(Guard, AThreadThatMovedStopsTheSendAndSaysWhatIsNew) {
  EXPECT_TRUE(check_unmoved(7, 7, {}));
  EXPECT_TRUE(check_unmoved(0, 9, {}));
  const auto moved = check_unmoved(
      7, 8, {{MessageId{3}, model::Direction::in, "Maya", {1'767'258'000'000}, "Forget it, it works now."}});
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().kind, Kind::conflict);
  EXPECT_NE(moved.error().hint.find("it works now"), std::string::npos);
}

}  // namespace
}  // namespace amends::outbox
