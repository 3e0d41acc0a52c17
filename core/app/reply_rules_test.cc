#include "core/app/reply_rules.h"

#include <gtest/gtest.h>

namespace amends::app {
namespace {

using namespace std::chrono_literals;
constexpr Timestamp kNow{1'767'258'000'000};

const AnswerFinding* find(const std::vector<AnswerFinding>& findings, std::string_view rule) {
  for (const AnswerFinding& finding : findings) {
    if (finding.rule == rule) return &finding;
  }
  return nullptr;
}

TEST(ReplyRules, AnItemWithoutSlotsTakesAnyNumber) {
  std::vector<AnswerFinding> findings;
  const Slot slot = slot_for({}, {{MessageId{1}, "x", "first", kNow, false}}, findings);
  EXPECT_EQ(slot.taken, 1);
  EXPECT_FALSE(slot.overwrites);
  EXPECT_TRUE(findings.empty());
}

TEST(ReplyRules, ATakenSlotStopsOrNamesWhatIsOverwritten) {
  const std::vector<OurReply> ours = {{MessageId{7}, "reply/7", "We are sorry.", kNow, false}};
  std::vector<AnswerFinding> findings;
  slot_for({1, false, false}, ours, findings);
  ASSERT_NE(find(findings, "slot_taken"), nullptr);
  EXPECT_FALSE(may_leave(findings, true));

  findings.clear();
  const Slot slot = slot_for({1, true, false}, ours, findings);
  ASSERT_TRUE(slot.overwrites);
  EXPECT_EQ(slot.overwrites->external_id, "reply/7");
  EXPECT_EQ(find(findings, "overwrites")->excerpt, "We are sorry.");
  EXPECT_TRUE(may_leave(findings, false));
}

TEST(ReplyRules, AnAnswerDoesNotOverwriteOneThatIsStillOnItsWay) {
  std::vector<AnswerFinding> findings;
  slot_for({1, true, true}, {{MessageId{7}, "", "We are sorry.", kNow, true}}, findings);
  const auto refused = may_leave(findings, true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::conflict);
}

TEST(ReplyRules, TheWindowGoesFromOpenToPersonToTemplates) {
  const channel::ReplyWindow messenger{24h, 24h * 7, false}, whatsapp{24h, 0h, true};
  EXPECT_EQ(window_at({}, {}, kNow).state, WindowState::always);
  EXPECT_EQ(window_at(messenger, kNow - 23h, kNow).state, WindowState::open);
  EXPECT_EQ(window_at(messenger, kNow - 23h, kNow).closes_at, kNow + 1h);
  EXPECT_EQ(window_at(messenger, kNow - 24h, kNow).state, WindowState::person);
  EXPECT_EQ(window_at(messenger, kNow - 24h * 7, kNow).state, WindowState::closed);
  EXPECT_EQ(window_at(whatsapp, kNow - 24h, kNow).state, WindowState::templates);
  EXPECT_EQ(window_at(whatsapp, {}, kNow).state, WindowState::templates);
}

TEST(ReplyRules, AnAnswerThatLeavesAfterTheWindowClosesIsRefusedNow) {
  const channel::ReplyWindow window{24h, 0h, false};
  std::vector<AnswerFinding> findings;
  EXPECT_EQ(check_window(window, kNow - 23h, {kNow, kNow + 2h, true, false}, findings).state, WindowState::open);
  const auto refused = may_leave(findings, true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::rejected);
  findings.clear();
  check_window(window, kNow - 23h, {kNow, kNow, true, false}, findings);
  EXPECT_TRUE(may_leave(findings, false));
}

TEST(ReplyRules, AutomationAndTemplatesStayOutOfThePersonsTime) {
  const channel::ReplyWindow window{24h, 24h * 7, true};
  std::vector<AnswerFinding> findings;
  check_window(window, kNow - 48h, {kNow, kNow, false, false}, findings);
  EXPECT_FALSE(may_leave(findings, true));
  findings.clear();
  check_window(window, kNow - 48h, {kNow, kNow, true, false}, findings);
  EXPECT_TRUE(may_leave(findings, false));
  findings.clear();
  check_window(window, kNow - 24h * 8, {kNow, kNow, true, true}, findings);
  EXPECT_TRUE(may_leave(findings, false));
}

TEST(ReplyRules, WhatWasToldInPrivateWantsConfirmingBeforeItStandsInPublic) {
  const PrivateFacts facts{{"ada@guest.test"}, {"+49 30 1234567-8"}, {"KC-48213"}};
  const auto findings_in = [&](std::string_view text, std::string_view in_public) {
    std::vector<AnswerFinding> findings;
    check_public(text, in_public, facts, {"cafe.test"}, findings);
    return findings;
  };
  for (const char* text :
       {"We wrote to Ada@Guest.test.", "Order kc48213 is refunded", "We'll call (030) 12345678 today"}) {
    const auto findings = findings_in(text, "Cold coffee!");
    ASSERT_NE(find(findings, "private_in_public"), nullptr) << text;
    EXPECT_FALSE(may_leave(findings, false));
    EXPECT_TRUE(may_leave(findings, true));
  }
  EXPECT_TRUE(findings_in("Order KC-48213 is refunded", "My order KC-48213 was cold").empty());
  EXPECT_TRUE(findings_in("Write to help@cafe.test or help@mail.cafe.test", "").empty());
  EXPECT_TRUE(findings_in("Thank you @ada@social.test!", "").empty());
  EXPECT_EQ(find(findings_in("Write to bob@other.test", ""), "address_in_public")->weight, Weight::note);
  EXPECT_EQ(find(findings_in("Your order number 77-12345", ""), "order_in_public")->weight, Weight::note);
}

}  // namespace
}  // namespace amends::app
