#include "connectors/email/smtp_client.h"

#include "connectors/email/test_account.h"
#include "tests/support/mail_smtp.h"

namespace amends::connectors::email {
namespace {

using channel::Outbound;
using channel::Receipt;
using model::RecipientState;
using test::FakeSmtp;
using test::Peer;
using test::SmtpScript;

Outbound mail(std::vector<std::string> recipients = {"ann@guest.test"}) {
  Outbound out;
  out.key = "update-1";
  out.sender = "support@shop.test";
  out.recipients = std::move(recipients);
  out.message_id = "o.1@shop.test";
  out.payload = "From: support@shop.test\r\nSubject: hi\r\nMessage-ID: <o.1@shop.test>\r\n\r\nHello.\r\n.dot\r\n";
  return out;
}

Result<Receipt> send(const FakeSmtp& server, const Outbound& out, Given more = {}) {
  Given given = settings_for(1, server.port());
  for (auto& [key, value] : more) given[key] = value;
  return open_account(given)->send(out);
}

std::vector<RecipientState> states(const Receipt& receipt) {
  std::vector<RecipientState> out;
  for (const auto& r : receipt.recipients) out.push_back(r.state);
  return out;
}

TEST(Submission, DeliversOneMailByteForByte) {
  FakeSmtp server({});
  int asked = 0;
  Outbound out = mail({"ann@guest.test", "bob@guest.test"});
  out.point_of_no_return = [&]() -> Result<Done> {
    ++asked;
    EXPECT_TRUE(server.deliveries().empty());
    return Done{};
  };
  const auto receipt = send(server, out);
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(states(*receipt), (std::vector{RecipientState::accepted, RecipientState::accepted}));
  EXPECT_EQ(receipt->recipients[0].code, 250);
  EXPECT_EQ(receipt->external_id, "4bXyZ");
  EXPECT_EQ(asked, 1);
  ASSERT_EQ(server.deliveries().size(), 1u);
  const auto delivered = server.deliveries().front();
  EXPECT_EQ(delivered.data, out.payload);
  EXPECT_EQ(delivered.sender, "support@shop.test");
  EXPECT_EQ(delivered.recipients, out.recipients);
}

TEST(Submission, GoesThroughTlsAndStarttlsWithEveryLogin) {
  const test::TestCa ca;
  const auto tls = ca.server();
  for (const bool from_the_start : {true, false}) {
    for (const std::string login : {"PLAIN", "LOGIN", "XOAUTH2"}) {
      SmtpScript script;
      script.tls = tls.get();
      script.tls_from_the_start = from_the_start;
      script.offers = {"AUTH " + login};
      FakeSmtp server(script);
      Given more = {{"smtp_security", from_the_start ? "tls" : "starttls"}, {"ca_file", ca.file()}};
      if (login == "XOAUTH2") more.insert({{"auth", "xoauth2"}, {"access_token", "tok"}});
      const auto receipt = send(server, mail(), more);
      ASSERT_TRUE(receipt) << receipt.error().what;
      EXPECT_EQ(server.deliveries().size(), 1u);
      const auto heard = server.heard();
      const auto auth = std::find_if(heard.begin(), heard.end(), [](auto& l) { return l.rfind("AUTH", 0) == 0; });
      ASSERT_NE(auth, heard.end());
      // "\0support@shop.test\0secret-word", and user=…^Aauth=Bearer tok^A^A
      if (login == "PLAIN") {
        EXPECT_EQ(*auth, "AUTH PLAIN AHN1cHBvcnRAc2hvcC50ZXN0AHNlY3JldC13b3Jk");
      }
      if (login == "XOAUTH2") {
        EXPECT_EQ(*auth, "AUTH XOAUTH2 dXNlcj1zdXBwb3J0QHNob3AudGVzdAFhdXRoPUJlYXJlciB0b2sBAQ==");
      }
    }
  }
}

TEST(Submission, WithoutStarttlsNoPasswordIsSent) {
  const test::TestCa ca;
  FakeSmtp server({});  // offers AUTH, but no STARTTLS
  const auto receipt = send(server, mail(), {{"smtp_security", "starttls"}});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::unavailable);
  EXPECT_NE(receipt.error().what.find("STARTTLS"), std::string::npos);
  for (const auto& line : server.heard()) EXPECT_EQ(line.rfind("AUTH", 0), std::string::npos) << line;
}

TEST(Submission, RepliesInjectedBeforeTlsEndIt) {
  const test::TestCa ca;
  const auto tls = ca.server();
  test::LoopbackServer server([&](Peer& peer, int) {
    peer.say("220 hi");
    peer.line();
    peer.say("250-hi\r\n250 STARTTLS");
    peer.line();
    peer.write("220 go\r\n250-hi\r\n250 AUTH PLAIN\r\n235 in\r\n");
    peer.start_tls(tls.get());
    FAIL() << "the client began TLS after an injection";
  });
  Given given = settings_for(1, server.port());
  given["smtp_security"] = "starttls";
  given["ca_file"] = ca.file();
  const auto receipt = open_account(given)->send(mail());
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::unavailable);
}

TEST(Submission, AWrongPasswordPausesTheAccount) {
  SmtpScript script;
  script.answer = [](const std::string& line) -> std::optional<std::string> {
    if (line.rfind("AUTH", 0) == 0) return "535 5.7.8 bad";
    return {};
  };
  FakeSmtp server(script);
  const auto receipt = send(server, mail());
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::unauthorized);
  EXPECT_FALSE(receipt.error().hint.empty());
  EXPECT_EQ(receipt.error().what.find("secret-word"), std::string::npos);
}

TEST(Submission, AnExpiredTokenIsHeardThroughTheChallenge) {
  SmtpScript script;
  script.answer = [](const std::string& line) -> std::optional<std::string> {
    if (line.rfind("AUTH XOAUTH2", 0) == 0) return "334 eyJzdGF0dXMiOiI0MDAifQ==";
    if (line.empty()) return "535 5.7.8 token expired";
    return {};
  };
  FakeSmtp server(script);
  const auto receipt = send(server, mail(), {{"auth", "xoauth2"}, {"access_token", "old"}});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::unauthorized);
}

TEST(Submission, TheTokenFileIsReadForEveryLogin) {
  const test::TempFolder folder;
  FakeSmtp server({});
  Given given = settings_for(1, server.port());
  given["auth"] = "xoauth2";
  given["access_token_file"] = folder / "token";
  const auto account = open_account(given);
  EXPECT_EQ(account->send(mail()).error().kind, Kind::unauthorized);
  test::write_file(folder / "token", "first\n");
  ASSERT_TRUE(account->send(mail()));
  test::write_file(folder / "token", "second\n");
  ASSERT_TRUE(account->send(mail()));
  std::vector<std::string> logins;
  for (const auto& line : server.heard()) {
    if (line.rfind("AUTH", 0) == 0) logins.push_back(line);
  }
  ASSERT_EQ(logins.size(), 2u);
  EXPECT_NE(logins[0], logins[1]);
}

struct Script {
  const char* command;  // the beginning of the line that gets the answer
  const char* answer;
  std::vector<RecipientState> expected;  // of ann, bob, cid; empty: an Error
};

TEST(Submission, EveryRecipientKeepsItsOwnReply) {
  using enum RecipientState;
  const Script scripts[] = {
      {"RCPT TO:<bob", "450 4.2.0 greylisted", {accepted, deferred, accepted}},
      {"RCPT TO:<bob", "550 5.1.1 unknown", {accepted, refused, accepted}},
      {"RCPT TO:<bob", "421 4.3.2 leaving", {deferred, deferred, deferred}},
      {"RCPT TO", "550 5.7.1 no", {refused, refused, refused}},
      {"MAIL", "553 5.7.1 not your address", {refused, refused, refused}},
      {"MAIL", "451 4.3.0 later", {deferred, deferred, deferred}},
      {"DATA", "452 4.3.1 full", {deferred, deferred, deferred}},
      {"DATA", "554 5.5.1 no", {refused, refused, refused}},
      {"DATA", "250 ok", {}},
      {"MAIL", "530 5.7.0 log in first", {}},
      {"RCPT TO:<bob", "", {}},
      {"RCPT TO:<cid", "999 what", {}},
      {"DATA", "garbage", {}},
      {"EHLO", "502 no", {}},
  };
  for (const Script& one : scripts) {
    SmtpScript script;
    script.answer = [&](const std::string& line) -> std::optional<std::string> {
      if (line.rfind(one.command, 0) == 0) return one.answer;
      return {};
    };
    FakeSmtp server(script);
    const auto receipt = send(server, mail({"ann@guest.test", "bob@guest.test", "cid@guest.test"}));
    const std::string which = std::string(one.command) + " -> " + one.answer;
    ASSERT_EQ(receipt.has_value(), !one.expected.empty()) << which;
    if (receipt) {
      EXPECT_EQ(states(*receipt), one.expected) << which;
    }
    std::size_t accepted_by_us = 0;
    if (receipt)
      accepted_by_us = static_cast<std::size_t>(std::count(one.expected.begin(), one.expected.end(), accepted));
    const auto delivered = server.deliveries();
    EXPECT_EQ(delivered.empty() ? 0 : delivered.front().recipients.size(), accepted_by_us) << which;
  }
}

TEST(Submission, TheReplyToTheDotDecides) {
  using enum RecipientState;
  const std::pair<const char*, RecipientState> replies[] = {
      {"250 ok\r\n421 leaving", accepted},
      {"250-a\r\n250 b", accepted},
      {"250", accepted},
      {"451 4.3.0 later", deferred},
      {"421 4.3.2 leaving", deferred},
      {"552 5.3.4 too big", refused},
      {"554 5.7.1 spam", refused},
      {"999 what", in_doubt},
      {"354 more", in_doubt},
      {"hello", in_doubt},
      {"250-a\r\n550 b", in_doubt},
      {"", in_doubt},
  };
  for (const auto& [reply, expected] : replies) {
    SmtpScript script;
    script.after_data = reply;
    FakeSmtp server(script);
    const auto receipt = send(server, mail());
    ASSERT_TRUE(receipt) << reply;
    EXPECT_EQ(states(*receipt), std::vector{expected}) << reply;
  }
}

TEST(Submission, AnEndlessReplyAfterTheDotIsDoubt) {
  SmtpScript script;
  script.after_data = "250-";
  for (int i = 0; i < 10'000; ++i) script.after_data += "x\r\n250-";
  FakeSmtp server(script);
  const auto receipt = send(server, mail());
  ASSERT_TRUE(receipt);
  EXPECT_EQ(states(*receipt), std::vector{RecipientState::in_doubt});
}

TEST(Submission, SilenceAfterTheDotIsDoubtToo) {
  test::LoopbackServer server([](Peer& peer, int) {
    peer.say("220 hi");
    for (;;) {
      const std::string line = peer.line();
      if (line == ".") peer.wait_for_the_end();
      if (line.rfind("EHLO", 0) == 0) peer.say("250-hi\r\n250 AUTH PLAIN");
      if (line.rfind("AUTH", 0) == 0) peer.say("235 in");
      if (line.rfind("MAIL", 0) == 0 || line.rfind("RCPT", 0) == 0) peer.say("250 ok");
      if (line == "DATA") peer.say("354 go");
    }
  });
  Given given = settings_for(1, server.port());
  given["final_reply_timeout"] = "1";
  const auto receipt = open_account(given)->send(mail());
  ASSERT_TRUE(receipt);
  EXPECT_EQ(states(*receipt), std::vector{RecipientState::in_doubt});
}

TEST(Submission, ARefusalInTheMiddleOfTheTextIsHeardBeforeTheDot) {
  bool asked = false;
  test::LoopbackServer server([](Peer& peer, int) {
    peer.say("220 hi");
    for (;;) {
      const std::string line = peer.line();
      if (line.rfind("EHLO", 0) == 0) peer.say("250-hi\r\n250 AUTH PLAIN");
      if (line.rfind("AUTH", 0) == 0) peer.say("235 in");
      if (line.rfind("MAIL", 0) == 0 || line.rfind("RCPT", 0) == 0) peer.say("250 ok");
      if (line == "DATA") peer.write("354 go\r\n552 5.3.4 too big already\r\n");
    }
  });
  Outbound out = mail();
  out.point_of_no_return = [&]() -> Result<Done> {
    asked = true;
    return Done{};
  };
  const auto receipt = open_account(settings_for(1, server.port()))->send(out);
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(states(*receipt), std::vector{RecipientState::refused});
  EXPECT_FALSE(asked);
}

TEST(Submission, RepliesOutOfTurnEndItBeforeAnythingIsSent) {
  SmtpScript script;
  script.answer = [](const std::string& line) -> std::optional<std::string> {
    if (line.rfind("MAIL", 0) == 0) return "250 ok\r\n250 ok\r\n354 go\r\n250 queued";
    return {};
  };
  FakeSmtp server(script);
  const auto receipt = send(server, mail());
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::unavailable);
  EXPECT_TRUE(server.deliveries().empty());
}

TEST(Submission, WhoIsNotServedIsToldBeforeTheFinalDot) {
  SmtpScript script;
  script.answer = [](const std::string& line) -> std::optional<std::string> {
    if (line.rfind("RCPT TO:<bob", 0) == 0) return "450 4.2.0 greylisted";
    if (line.rfind("RCPT TO:<cid", 0) == 0) return "550 5.1.1 unknown";
    return {};
  };
  FakeSmtp server(script);
  Outbound out = mail({"ann@guest.test", "bob@guest.test", "cid@guest.test"});
  std::vector<channel::RecipientOutcome> told;
  std::size_t told_before_the_dot = 0;
  out.heard = [&](const channel::RecipientOutcome& outcome) { told.push_back(outcome); };
  out.point_of_no_return = [&]() -> Result<Done> {
    told_before_the_dot = told.size();
    return Done{};
  };
  ASSERT_TRUE(send(server, out));
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told_before_the_dot, 2u);
  EXPECT_EQ(told[0].recipient, "bob@guest.test");
  EXPECT_EQ(told[0].state, RecipientState::deferred);
  EXPECT_EQ(told[1].recipient, "cid@guest.test");
  EXPECT_EQ(told[1].code, 550);
}

TEST(Submission, WhenTheIntentCantBeStoredNothingIsSent) {
  FakeSmtp server({});
  Outbound out = mail();
  out.point_of_no_return = []() -> Result<Done> { return fail(Kind::busy, "the database is full"); };
  const auto receipt = send(server, out);
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::busy);
  EXPECT_TRUE(server.deliveries().empty());
}

TEST(Submission, WhatTheServerCantTakeIsSaidPerRecipient) {
  using enum RecipientState;
  SmtpScript script;
  script.offers = {"AUTH PLAIN", "SIZE 1000"};
  FakeSmtp server(script);
  const auto wide = send(server, mail({"jörg@guest.test", "ann@bücher.test"}));
  ASSERT_TRUE(wide);
  EXPECT_EQ(states(*wide), (std::vector{refused, accepted}));
  EXPECT_EQ(server.deliveries().back().recipients, std::vector<std::string>{"ann@xn--bcher-kva.test"});

  Outbound large = mail();
  large.payload += std::string(900, 'x') + "\r\n" + std::string(900, 'x') + "\r\n";
  const auto too_large = send(server, large);
  ASSERT_TRUE(too_large);
  EXPECT_EQ(states(*too_large), std::vector{refused});
  EXPECT_EQ(too_large->recipients[0].code, 552);
  EXPECT_NE(too_large->recipients[0].text.find("1000"), std::string::npos);

  Outbound eight_bit = mail();
  eight_bit.payload +=
      "Gr\xC3\xBC\xC3\x9F"
      "e\r\n";
  EXPECT_EQ(states(*send(server, eight_bit)), std::vector{refused});
  EXPECT_EQ(server.deliveries().size(), 1u);
}

TEST(Submission, ForeignLettersGoWhereTheServerTakesThem) {
  FakeSmtp server({});
  const auto receipt = send(server, mail({"jörg@guest.test"}));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(server.deliveries().front().recipients, std::vector<std::string>{"jörg@guest.test"});
  const auto heard = server.heard();
  EXPECT_TRUE(std::any_of(heard.begin(), heard.end(), [](auto& l) { return l.find(" SMTPUTF8") != l.npos; }));
}

TEST(Submission, AnAddressCantCarryACommand) {
  FakeSmtp server({});
  const auto receipt = send(server, mail({"ann@guest.test>\r\nRCPT TO:<evil@x.test", "ann@guest.test"}));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(states(*receipt), (std::vector{RecipientState::refused, RecipientState::accepted}));
  EXPECT_EQ(server.deliveries().front().recipients, std::vector<std::string>{"ann@guest.test"});
  Outbound out = mail();
  out.sender = "a@b\r\nDATA";
  EXPECT_EQ(send(server, out).error().kind, Kind::invalid);
}

TEST(Submission, ABodyCantEndTheMailEarly) {
  for (const char* body :
       {"a\n.\nMAIL FROM:<evil@x>\n", "a\r.\r\nb", "a\r\n.\r\nQUIT\r\n", "\r\n.\r\n\r\n.\r\n", ".", "a\r", "\n.\r"}) {
    FakeSmtp server({});
    Outbound out = mail();
    out.payload = "Subject: x\r\n\r\n" + std::string(body);
    ASSERT_TRUE(send(server, out)) << body;
    ASSERT_EQ(server.deliveries().size(), 1u) << body;
    EXPECT_EQ(server.deliveries().front().data, with_crlf(out.payload)) << body;
    for (const auto& line : server.heard()) EXPECT_EQ(line.find("evil"), std::string::npos) << line;
  }
}

TEST(Submission, AnInterruptEndsTheWaitForTheLastReplyInDoubt) {
  std::unique_ptr<channel::Connector> account;
  test::LoopbackServer server([&](Peer& peer, int) {
    peer.say("220 hi");
    for (;;) {
      const std::string line = peer.line();
      if (line == ".") {
        account->interrupt();
        peer.wait_for_the_end();
      }
      if (line.rfind("EHLO", 0) == 0) peer.say("250-hi\r\n250 AUTH PLAIN");
      if (line.rfind("AUTH", 0) == 0) peer.say("235 in");
      if (line.rfind("MAIL", 0) == 0 || line.rfind("RCPT", 0) == 0) peer.say("250 ok");
      if (line == "DATA") peer.say("354 go");
    }
  });
  Given given = settings_for(1, server.port());
  given["final_reply_timeout"] = "600";
  account = open_account(given);
  const auto receipt = account->send(mail());
  ASSERT_TRUE(receipt);
  EXPECT_EQ(states(*receipt), std::vector{RecipientState::in_doubt});
  EXPECT_EQ(account->send(mail()).error().kind, Kind::unavailable) << "and nothing is begun any more";
}

}  // namespace
}  // namespace amends::connectors::email
