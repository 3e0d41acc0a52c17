#include "connectors/email/smtp_client.h"

#include "connectors/email/test_account.h"
#include "tests/support/mail_smtp.h"

namespace amends::connectors::email {
namespace {

using channel::Outbound;
using model::RecipientState;
using test::FakeSmtp;
using test::Peer;
using test::SmtpScript;

Outbound cut_mail(std::vector<std::string> recipients = {"ann@guest.test"}) {
  Outbound out;
  out.key = "update-1";
  out.sender = "support@shop.test";
  out.recipients = std::move(recipients);
  out.message_id = "o.1@shop.test";
  out.payload = "From: support@shop.test\r\nSubject: hi\r\nMessage-ID: <o.1@shop.test>\r\n\r\nHello.\r\n.dot\r\n";
  return out;
}

enum class Cut { reading, writing };

// One try over a connection that ends after `at` bytes; then, as the outbox would, one more after an Error.
struct Outcome {
  bool error = false, passed_the_point = false;
  RecipientState state = RecipientState::pending;
  std::size_t deliveries = 0;  // when all is over
  bool was_cut() const { return error || state != RecipientState::accepted; }
};

Outcome run_cut(Cut cut, std::size_t at, bool delivers_before_reply) {
  SmtpScript script;
  script.delivers_before_reply = delivers_before_reply;
  script.begin = [&](Peer& peer, int number) {
    if (number > 0) return;
    if (cut == Cut::reading) peer.cut_after_reading(at);
    if (cut == Cut::writing) peer.cut_after_writing(at);
  };
  FakeSmtp server(script);
  const auto account = open_account(without_resolver(settings_for(1, server.port())));
  Outcome outcome;
  Outbound out = cut_mail();
  out.point_of_no_return = [&]() -> Result<Done> {
    outcome.passed_the_point = true;
    return Done{};
  };
  const auto first = account->send(out);
  outcome.error = !first.has_value();
  if (first) outcome.state = first->recipients.at(0).state;
  if (outcome.error) {
    out.point_of_no_return = {};
    const auto second = account->send(out);
    EXPECT_TRUE(second) << second.error().what;
  }
  server.stop();
  outcome.deliveries = server.deliveries().size();
  return outcome;
}

TEST(SubmissionCut, AtEveryByteTheServerSendsNothingGoesTwiceOrIsForgotten) {
  for (const bool delivers_before_reply : {true, false}) {
    std::size_t at = 0, doubts = 0, errors = 0;
    for (;; ++at) {
      ASSERT_LT(at, 2000u);
      const Outcome o = run_cut(Cut::writing, at, delivers_before_reply);
      if (!o.was_cut()) {
        EXPECT_EQ(o.deliveries, 1u);
        break;
      }
      if (o.error) {
        ++errors;
        ASSERT_FALSE(o.passed_the_point) << at;
        ASSERT_EQ(o.deliveries, 1u) << at;
      } else {
        ++doubts;
        ASSERT_EQ(o.state, RecipientState::in_doubt) << at;
        ASSERT_TRUE(o.passed_the_point) << at;
        ASSERT_EQ(o.deliveries, delivers_before_reply ? 1u : 0u) << at;
      }
    }
    EXPECT_GT(errors, 100u);  // the dialogue is longer than that, and its length varies with the names in it
    EXPECT_EQ(doubts, std::string("250 2.0.0 Ok: queued as 4bXyZ\r\n").size())
        << "every byte of the last reply, no other";
  }
}

TEST(SubmissionCut, AtEveryByteTheServerReadsNothingGoesTwiceOrIsForgotten) {
  std::size_t at = 0, doubts = 0, errors = 0;
  for (;; ++at) {
    ASSERT_LT(at, 2000u);
    const Outcome o = run_cut(Cut::reading, at, true);
    if (!o.was_cut()) break;
    if (o.error) {
      ++errors;
      ASSERT_EQ(o.deliveries, 1u) << at;
    } else {
      ++doubts;
      ASSERT_EQ(o.state, RecipientState::in_doubt) << at;
      ASSERT_TRUE(o.passed_the_point) << at;
      ASSERT_LE(o.deliveries, 1u) << at;
    }
  }
  EXPECT_GT(errors, 100u);  // the dialogue is longer than that, and its length varies with the names in it
  EXPECT_GT(doubts, 0u);
}

}  // namespace
}  // namespace amends::connectors::email
