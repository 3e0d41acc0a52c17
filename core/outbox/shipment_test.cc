#include "core/outbox/shipment.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace amends::outbox {
namespace {

using namespace std::chrono_literals;
using channel::SendClass;
using RState = model::RecipientState;
using UState = model::UpdateState;

constexpr Timestamp kShipTime{1'767'258'000'000};
const RetryPolicy kRetry;

Shipment sending(std::vector<std::string> to = {"maya@mail.example"}, bool past_return = true) {
  Shipment s;
  for (auto& address : to) s.recipients.push_back({std::move(address)});
  s.delivery = *next(s.delivery, {Event::submit}, kShipTime);
  s.delivery = *next(s.delivery, {Event::claim, {}, Holder{1, 0}}, kShipTime);
  if (past_return) s.delivery = *next(s.delivery, {Event::past_return}, kShipTime);
  return s;
}

channel::RecipientOutcome peer(std::string to, RState state, int code = 0, std::string words = {}) {
  return {std::move(to), state, code, std::move(words)};
}
channel::Receipt receipt(std::vector<channel::RecipientOutcome> outcomes) {
  channel::Receipt out;
  out.recipients = std::move(outcomes);
  return out;
}

Shipment settled(const Shipment& s, const Result<channel::Receipt>& outcome, SendClass c = SendClass::blind) {
  auto after = settle(s, still_to_send(s.recipients), outcome, {c}, kRetry, kShipTime, 1);
  EXPECT_TRUE(after) << (after ? "" : after.error().what);
  return after ? *after : s;
}

Shipment in_doubt(SendClass c) { return settled(sending(), fail(Kind::uncertain, "connection lost after the dot"), c); }

TEST(Settle, AcceptedByAllIsSent) {
  const auto s = settled(sending({"a@x.example", "b@x.example"}), receipt({}));
  EXPECT_EQ(s.delivery.state, UState::sent);
  EXPECT_EQ(s.delivery.sent, kShipTime);
}

TEST(Settle, OnlyThoseNotYetAcceptedAreTriedAgain) {
  const auto s = settled(sending({"a@x.example", "b@x.example", "c@x.example"}),
                         receipt({peer("a@x.example", RState::accepted, 250, "ok"),
                                  peer("B@x.example", RState::deferred, 450, "mailbox busy"),
                                  peer("c@x.example", RState::accepted, 250, "ok")}));
  EXPECT_EQ(s.delivery.state, UState::retry);
  EXPECT_EQ(still_to_send(s.recipients), std::vector<std::string>{"b@x.example"});
  EXPECT_EQ(s.delivery.reason, "mailbox busy");
}

TEST(Settle, OneRefusedBesideOneAcceptedIsSentWithTheRefusalShown) {
  const auto s = settled(
      sending({"a@x.example", "b@x.example"}),
      receipt({peer("a@x.example", RState::accepted), peer("b@x.example", RState::refused, 550, "no such user")}));
  EXPECT_EQ(s.delivery.state, UState::sent);
  EXPECT_EQ(s.delivery.reason, "b@x.example: no such user");
}

TEST(Settle, RefusedByAllHasFailed) {
  const auto s = settled(sending(), receipt({peer("maya@mail.example", RState::refused, 550, "no such user")}));
  EXPECT_EQ(s.delivery.state, UState::failed);
}

TEST(Settle, ARecipientTheReceiptForgotIsInDoubt) {
  const auto s = settled(sending({"a@x.example", "b@x.example"}), receipt({peer("a@x.example", RState::accepted)}));
  EXPECT_EQ(s.delivery.state, UState::uncertain);
  EXPECT_EQ(s.recipients[1].state, RState::in_doubt);
}

TEST(Settle, ThePeersPatienceIsKept) {
  Error busy{Kind::unavailable, "451 greylisted", {}, 300s};
  const auto s = settled(sending({"maya@mail.example"}, false), busy);
  EXPECT_EQ(s.delivery.state, UState::retry);
  EXPECT_EQ(s.delivery.due, kShipTime + 300s);
}

TEST(Settle, AFaultOfOursBehindThePointOfNoReturnIsDoubt) {
  EXPECT_EQ(settled(sending(), fail(Kind::internal, "bad_alloc")).delivery.state, UState::uncertain);
  EXPECT_EQ(settled(sending({"a@x.example"}, false), fail(Kind::internal, "bad_alloc")).delivery.state, UState::failed);
}

TEST(Doubt, ABlindChannelWaitsForAPerson) {
  const auto s = in_doubt(SendClass::blind);
  EXPECT_EQ(s.delivery.state, UState::uncertain);
  EXPECT_FALSE(s.delivery.due);
}

TEST(Doubt, AKeyedOrNamedOneRepeats) {
  for (const auto c : {SendClass::keyed, SendClass::named}) {
    const auto s = in_doubt(c);
    EXPECT_EQ(s.delivery.state, UState::retry);
    EXPECT_EQ(still_to_send(s.recipients).size(), 1u);
  }
}

TEST(Doubt, AKeyOlderThanTheServerRemembersIsLookedForFirst) {
  auto s = sending();
  s.delivery.first_try = kShipTime - 61min;
  const auto after = settle(s, still_to_send(s.recipients), fail(Kind::uncertain, "cut"), {SendClass::keyed, 1h},
                            kRetry, kShipTime, 1);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->delivery.state, UState::uncertain);
  EXPECT_EQ(after->delivery.due, kShipTime);
}

TEST(Doubt, ALookableOneIsLookedForOnAScheduleAndThenSentAgain) {
  auto s = in_doubt(SendClass::lookable);
  for (const auto at : {0s, 5s, 30s, 120s, 300s, 600s, 900s}) {
    ASSERT_EQ(s.delivery.state, UState::uncertain);
    ASSERT_EQ(s.delivery.due, kShipTime + at);
    s = *looked(s, {SendClass::lookable}, Look::no, kShipTime + at);
  }
  EXPECT_EQ(s.delivery.state, UState::queued);
  EXPECT_EQ(s.recipients[0].state, RState::pending);
}

TEST(Doubt, FoundIsSent) {
  auto s = *looked(in_doubt(SendClass::lookable), {SendClass::lookable}, Look::yes, kShipTime);
  EXPECT_EQ(s.delivery.state, UState::sent);
  EXPECT_EQ(s.recipients[0].state, RState::accepted);
}

TEST(Doubt, AnAnswerThatProvesNothingEndsAtAPerson) {
  auto s = in_doubt(SendClass::lookable);
  while (s.delivery.due) s = *looked(s, {SendClass::lookable}, Look::unknown, *s.delivery.due);
  EXPECT_EQ(s.delivery.state, UState::uncertain);
}

TEST(Doubt, AnAccountThatCantBeReachedIsAskedAgainForADay) {
  auto s = in_doubt(SendClass::lookable);
  while (s.delivery.due && *s.delivery.due - kShipTime < 23h) {
    s = *looked(s, {SendClass::lookable}, Look::unreachable, *s.delivery.due);
  }
  EXPECT_TRUE(s.delivery.due);
  s = *looked(s, {SendClass::lookable}, Look::yes, *s.delivery.due);
  EXPECT_EQ(s.delivery.state, UState::sent);
}

TEST(Doubt, FoundForSomeGoesOnWithTheRest) {
  auto s =
      settled(sending({"a@x.example", "b@x.example"}),
              receipt({peer("a@x.example", RState::in_doubt), peer("b@x.example", RState::deferred, 450, "later")}),
              SendClass::lookable);
  ASSERT_EQ(s.delivery.state, UState::uncertain);
  s = *looked(s, {SendClass::lookable}, Look::yes, kShipTime);
  EXPECT_EQ(s.delivery.state, UState::queued);
  EXPECT_EQ(still_to_send(s.recipients), std::vector<std::string>{"b@x.example"});
}

TEST(Crash, BeforeThePointOfNoReturnItIsSimplyTriedAgain) {
  const auto s = recover(sending({"a@x.example"}, false), kShipTime);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->delivery.state, UState::retry);
  EXPECT_EQ(s->delivery.due, kShipTime);
}

TEST(Crash, BehindItThereIsDoubt) {
  const auto s = recover(sending(), kShipTime);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->delivery.state, UState::uncertain);
  EXPECT_EQ(s->recipients[0].state, RState::in_doubt);
  EXPECT_EQ(looked(*s, {SendClass::named}, Look::none, kShipTime)->delivery.state, UState::queued);
  EXPECT_FALSE(looked(*s, {SendClass::blind}, Look::none, kShipTime)->delivery.due);
}

TEST(Crash, AnEchoThatCameMeanwhileSettlesIt) {
  const auto echoed = echo(sending(), kShipTime);
  ASSERT_TRUE(echoed);
  EXPECT_EQ(echoed->delivery.state, UState::sending);
  EXPECT_EQ(recover(*echoed, kShipTime)->delivery.state, UState::sent);
}

TEST(Echo, SettlesDoubtAndWhatARestoreHeld) {
  EXPECT_EQ(echo(in_doubt(SendClass::blind), kShipTime)->delivery.state, UState::sent);
  Shipment held;
  held.recipients.push_back({"a@x.example"});
  held.delivery.state = UState::held;
  EXPECT_EQ(echo(held, kShipTime)->delivery.state, UState::sent);
}

TEST(Echo, OfSomeLeavesTheOthersWaiting) {
  const auto s = settled(sending({"a@x.example", "b@x.example"}),
                         receipt({peer("a@x.example", RState::accepted), peer("b@x.example", RState::deferred)}));
  const auto after = echo(s, kShipTime);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->delivery.state, UState::retry);
  EXPECT_EQ(after->recipients[1].state, RState::deferred);
}

TEST(Echo, DoesNotTurnARefusalIntoSuccess) {
  const auto s = settled(sending(), fail(Kind::rejected, "552 too big"));
  const auto after = echo(s, kShipTime);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->delivery.state, UState::failed);
  EXPECT_TRUE(after->delivery.echoed);
}

TEST(Echo, OfAnUpdateThatOnlyWaitsForItsTimeIsRefused) {
  Shipment s;
  s.recipients.push_back({"a@x.example"});
  s.delivery = *next(s.delivery, {Event::schedule, kShipTime + 1h}, kShipTime);
  EXPECT_FALSE(echo(s, kShipTime));
}

TEST(Bounce, MarksItsRecipientAlone) {
  auto s = settled(sending({"a@x.example", "b@x.example"}), receipt({}));
  s = *bounced(s, "A@X.example", true, "5.1.1 unknown", kShipTime);
  EXPECT_EQ(s.delivery.state, UState::sent);
  EXPECT_EQ(s.recipients[0].state, RState::bounced);
  EXPECT_EQ(s.recipients[1].state, RState::accepted);
}

TEST(Bounce, OfAStrangerIsNotFound) {
  const auto after = bounced(settled(sending(), receipt({})), "other@x.example", true, "5.1.1", kShipTime);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().kind, Kind::not_found);
}

TEST(Bounce, EndsDoubtWithFailure) {
  const auto s = bounced(in_doubt(SendClass::blind), "maya@mail.example", true, "5.1.1", kShipTime);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->delivery.state, UState::failed);
}

TEST(Bounce, ADelayIsOnlyNoted) {
  const auto s = bounced(settled(sending(), receipt({})), "maya@mail.example", false, "4.4.1 delayed", kShipTime);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->recipients[0].state, RState::accepted);
  EXPECT_EQ(s->recipients[0].text, "4.4.1 delayed");
}

TEST(Late, AnAcceptanceCountsWhoeverReportsIt) {
  const auto s = *recover(sending(), kShipTime);
  EXPECT_EQ(settle_late(s, {"maya@mail.example"}, receipt({}), true, kShipTime)->delivery.state, UState::sent);
  EXPECT_EQ(settle_late(s, {"maya@mail.example"}, receipt({}), false, kShipTime)->delivery.state, UState::sent);
}

TEST(Late, ARefusalOfAnotherTryIsNoNews) {
  const auto s = *recover(sending(), kShipTime);
  const auto refused = receipt({peer("maya@mail.example", RState::refused, 550, "no")});
  EXPECT_EQ(settle_late(s, {"maya@mail.example"}, refused, false, kShipTime)->delivery.state, UState::uncertain);
  EXPECT_EQ(settle_late(s, {"maya@mail.example"}, refused, true, kShipTime)->delivery.state, UState::failed);
}

// A peer that counts, a line that breaks anywhere, a program that dies anywhere: by chance, many times over. What a
// person answers and what a look finds is the truth; everything else lies as it may.
struct World {
  SendClass send_class;
  std::mt19937_64 rng;
  std::map<std::string, int> served;  // by recipient
  Shipment s;
  Timestamp now = kShipTime;

  bool chance(int percent) { return static_cast<int>(rng() % 100) < percent; }
  bool remembers_key() const { return send_class == SendClass::keyed || send_class == SendClass::named; }
  void serve(const std::string& address) {
    int& count = served[address];
    count = remembers_key() ? 1 : count + 1;
  }
  void step(Result<Shipment> after) {
    if (after) s = *std::move(after);
  }
  void send(int faults) {
    auto held = claim(s, Holder{1, 0}, now);
    ASSERT_TRUE(held);
    s = *held;
    const auto asked = still_to_send(s.recipients);
    if (chance(faults)) return;  // died before it began
    if (chance(faults)) {
      const Error refusals[] = {fail(Kind::unavailable, "down"), fail(Kind::rate_limited, "slow"),
                                fail(Kind::busy, "busy")};
      return step(settle(s, asked, refusals[rng() % 3], {send_class}, kRetry, now, rng()));
    }
    const bool peer_acted = !chance(faults);
    channel::Receipt r;
    for (const auto& address : asked) {
      channel::RecipientOutcome o{address, RState::accepted, 250, "ok"};
      if (chance(faults)) o.state = RState::deferred;
      r.recipients.push_back(o);
    }
    s = *pass_return(s, r.recipients, now);
    for (const auto& o : r.recipients) {
      if (o.state == RState::accepted && peer_acted) serve(o.recipient);
    }
    if (chance(faults)) return;  // died with the outcome unrecorded
    if (!peer_acted || chance(faults)) {
      for (auto& o : r.recipients) {
        if (o.state == RState::accepted) o.state = RState::in_doubt;
      }
    }
    step(settle(s, asked, r, {send_class}, kRetry, now, rng()));
  }
  void person() {
    const bool went = std::all_of(s.recipients.begin(), s.recipients.end(), [&](const Recipient& r) {
      return r.state != RState::in_doubt || served[r.address] > 0;
    });
    const bool none = std::all_of(s.recipients.begin(), s.recipients.end(), [&](const Recipient& r) {
      return r.state != RState::in_doubt || served[r.address] == 0;
    });
    if (went) return step(mark_sent(s, "Dana looked", now));
    if (none) return step(send_again(s, "Dana looked", now));
    step(cancel(s, "Dana wrote by hand", now));
  }
  // One move of whoever has a move; false when the update rests.
  bool move(int faults) {
    now = now + 1s;
    if (s.delivery.due && *s.delivery.due > now) now = *s.delivery.due;
    // A mail has one copy in Sent, filed when the peer took it: it proves the try, not the recipient.
    const auto doubted = [&] {
      for (const auto& r : s.recipients) {
        if (r.state == RState::in_doubt) return served[r.address] > 0;
      }
      return false;
    };
    switch (s.delivery.state) {
      case UState::queued:
      case UState::retry: send(faults); return true;
      case UState::sending: step(recover(s, now)); return true;
      case UState::uncertain:
        if (!s.delivery.due) {
          person();
        } else if (send_class != SendClass::lookable) {
          step(looked(s, {send_class}, Look::none, now));
        } else {
          step(looked(s, {send_class}, chance(faults) ? Look::unreachable : doubted() ? Look::yes : Look::no, now));
        }
        return true;
      default: return false;
    }
  }
};

TEST(Shipment, ByChanceNobodyIsServedTwiceAndNobodyForgotten) {
  for (const auto c : {SendClass::keyed, SendClass::named, SendClass::lookable, SendClass::blind}) {
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
      World world{c, std::mt19937_64(seed), {}, {}};
      const auto recipients = 1 + seed % 3;
      for (std::uint64_t i = 0; i < recipients; ++i)
        world.s.recipients.push_back({std::string(1, static_cast<char>('a' + i)) + "@x.example"});
      world.s.delivery = *next(world.s.delivery, {Event::submit}, kShipTime);
      int moves = 0;
      for (; moves < 30 && world.move(30); ++moves) continue;
      for (; moves < 300 && world.move(0); ++moves) continue;
      ASSERT_LT(moves, 300) << "never came to rest, seed " << seed;
      const auto state = world.s.delivery.state;
      ASSERT_TRUE(state == UState::sent || state == UState::cancelled) << name_of(state) << ", seed " << seed;
      for (const auto& r : world.s.recipients) {
        ASSERT_LE(world.served[r.address], 1) << "served twice, seed " << seed;
        if (state == UState::sent) {
          ASSERT_EQ(world.served[r.address], 1) << "forgotten, seed " << seed;
        }
      }
    }
  }
}

}  // namespace
}  // namespace amends::outbox
