#include "core/compose/auto_ack.h"

#include <gtest/gtest.h>

namespace amends::compose {
namespace {

using namespace std::chrono_literals;
constexpr Timestamp kNow{1'773'338'400'000};

struct AutoAck : testing::Test {
  AutoAck() {
    mail.author = {"Maya", "maya@mail.example"};
    mail.from = {mail.author};
    mail.to = {{"", "Support@kestrel.example"}};
    mail.auth.dmarc = model::AuthResult::pass;
    facts.enabled = true;
    facts.own = {"support@kestrel.example"};
  }
  std::string refusal() const { return std::string(ack_refusal(mail, facts, kNow).value_or("")); }
  model::Content mail;
  AckFacts facts;
};

TEST_F(AutoAck, APersonWhoWritesFirstIsAcknowledged) { EXPECT_EQ(refusal(), ""); }

TEST_F(AutoAck, MachinesListsAndReportsAreNot) {
  mail.auto_submitted = true;
  EXPECT_EQ(refusal(), "sent by a machine");
  mail.auto_submitted = false;
  mail.origin = model::Origin::auto_reply;
  EXPECT_EQ(refusal(), "sent by a machine");
  mail.origin = model::Origin::list;
  EXPECT_EQ(refusal(), "from a mailing list");
  mail.origin = model::Origin::personal;
  mail.list_id = "friends.example";
  EXPECT_EQ(refusal(), "from a mailing list");
  mail.list_id.clear();
  mail.bounce.emplace();
  EXPECT_EQ(refusal(), "a delivery report");
  mail.bounce.reset();
  mail.author.handle.clear();
  EXPECT_EQ(refusal(), "no sender");
}

TEST_F(AutoAck, RoleAccountsAreNot) {
  for (const char* role : {"MAILER-DAEMON@x.example", "no-reply@x.example", "noreply@x.example",
                           "owner-friends@x.example", "friends-request@x.example", "bounce+123=a@x.example",
                           "postmaster@x.example", "donotreply-billing@x.example", "nonsense"}) {
    EXPECT_TRUE(is_role_address(role)) << role;
  }
  for (const char* person : {"maya@mail.example", "listener@x.example", "rootsmann@x.example"})
    EXPECT_FALSE(is_role_address(person)) << person;
}

TEST_F(AutoAck, AForgedSenderGetsNothing) {
  mail.auth.dmarc = model::AuthResult::none;
  EXPECT_EQ(refusal(), "sender not verified");
  mail.auth.dmarc = model::AuthResult::fail;
  EXPECT_EQ(refusal(), "sender not verified");
}

TEST_F(AutoAck, AnswersAreNotSentElsewhere) {
  mail.reply_to = {{"", "victim@x.example"}};
  EXPECT_EQ(refusal(), "answers are wanted elsewhere");
}

TEST_F(AutoAck, OurOwnAddressesAreNot) {
  mail.author.handle = "support@kestrel.example";
  EXPECT_EQ(refusal(), "our own address");
}

TEST_F(AutoAck, OnlyMailThatNamesUs) {
  mail.to = {{"", "undisclosed@x.example"}};
  EXPECT_EQ(refusal(), "not addressed to us by name");
}

TEST_F(AutoAck, OneADayAndAHundredAnHour) {
  facts.last_to_sender = kNow - 23h;
  EXPECT_EQ(refusal(), "acknowledged within a day");
  facts.last_to_sender = kNow - 24h;
  EXPECT_EQ(refusal(), "");
  facts.in_last_hour = 100;
  EXPECT_EQ(refusal(), "over the hour's limit");
}

TEST_F(AutoAck, TenThousandForgersGetAtMostAHundred) {
  int sent = 0;
  for (int i = 0; i < 10'000; ++i) {
    mail.author.handle = "f" + std::to_string(i) + "@x.example";
    facts.in_last_hour = sent;
    sent += refusal().empty();
  }
  EXPECT_EQ(sent, 100);
}

// Two desks that face each other: the first acknowledges, the second sees a machine.
TEST_F(AutoAck, TwoDesksFacingEachOtherStopAtOne) {
  EXPECT_EQ(refusal(), "");
  mail.auto_submitted = true;  // what compose() writes on an acknowledgement
  EXPECT_NE(refusal(), "");
}

}  // namespace
}  // namespace amends::compose
