#include "connectors/email/session.h"

#include "connectors/email/test_intake.h"

namespace amends::connectors::email {
namespace {

using test::FakeImap;
using test::ImapScript;
using test::Peer;

TEST(ImapHostile, EveryKindOfNonsenseEndsInTimeWithAReason) {
  const std::pair<const char*, std::function<void(Peer&)>> tricks[] = {
      {"a size and then silence", [](Peer& p) { p.write("* 1 FETCH (UID 1 BODY[] {1000}\r\nabc"); }},
      {"a line without end",
       [](Peer& p) {
         for (;;) p.write(std::string(65'536, 'x'));
       }},
      {"goodbye inside a literal",
       [](Peer& p) {
         p.write("* 1 FETCH (UID 1 BODY[] {100}\r\nabc* BYE gone\r\n");
         p.close();
       }},
      {"a literal shorter than said",
       [](Peer& p) { p.write("* 1 FETCH (UID 1 BODY[] {50}\r\nabc)\r\na5 OK done\r\n"); }},
      {"a literal longer than said",
       [](Peer& p) { p.write("* 1 FETCH (UID 1 BODY[] {3}\r\nabcdefgh)\r\nwhat?\r\n\r\n"); }},
      {"another protocol", [](Peer& p) { p.write("HTTP/1.1 400 Bad Request\r\n\r\n"); }},
      {"endless news",
       [](Peer& p) {
         for (;;) p.write("* 1 EXISTS\r\n* 2 EXISTS\r\n* 3 EXISTS\r\n");
       }},
      {"a farewell", [](Peer& p) { p.write("* BYE maintenance\r\n"); }},
      {"nothing", [](Peer&) {}},
  };
  for (const auto& [name, trick] : tricks) {
    ImapScript script;
    script.answer = [&trick = trick](Peer& peer, const std::string&, const std::string& line) {
      if (line.find("RFC822.SIZE") == line.npos) return false;
      trick(peer);
      peer.wait_for_the_end();
      return true;
    };
    FakeImap server(script);
    fill(server, 2);
    Given given = settings_for(server.port());
    given["imap_timeout"] = "1";
    const auto began = std::chrono::steady_clock::now();
    const auto page = open_account(given)->pull("");
    ASSERT_FALSE(page) << name;
    EXPECT_TRUE(page.error().kind == Kind::unavailable || page.error().kind == Kind::corrupt) << name;
    EXPECT_FALSE(page.error().what.empty()) << name;
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(25)) << name;
  }
}

TEST(ImapHostile, WithoutStarttlsOrAfterAnInjectionNoPasswordIsSent) {
  const test::TestCa ca;
  const auto tls = ca.server();
  struct Case {
    const char* name;
    ImapScript script;
  };
  std::vector<Case> cases(3);
  cases[0].name = "not offered";
  cases[1].name = "logged in before encryption";
  cases[1].script.tls = tls.get();
  cases[1].script.greeting = "* PREAUTH welcome";
  cases[2].name = "capabilities injected behind the go-ahead";
  cases[2].script.tls = tls.get();
  cases[2].script.answer = [&](Peer& peer, const std::string& tag, const std::string& line) {
    if (line != "STARTTLS") return false;
    peer.write(tag + " OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n");
    peer.start_tls(tls.get());
    return true;
  };
  for (auto& one : cases) {
    FakeImap server(one.script);
    Given given = settings_for(server.port());
    given["imap_security"] = "starttls";
    given["ca_file"] = ca.file();
    const auto page = open_account(given)->pull("");
    ASSERT_FALSE(page) << one.name;
    EXPECT_EQ(page.error().kind, Kind::unavailable) << one.name;
    EXPECT_EQ(server.heard("AUTHENTICATE"), 0u) << one.name;
    EXPECT_EQ(server.heard("LOGIN"), 0u) << one.name;
  }
}

TEST(ImapHostile, CapabilitiesSaidInPlainTextCountForNothing) {
  const test::TestCa ca;
  const auto tls = ca.server();
  ImapScript script;
  script.tls = tls.get();
  script.greeting = "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=XOAUTH2] ready";
  FakeImap server(script);
  fill(server, 1);
  Given given = settings_for(server.port());
  given["imap_security"] = "starttls";
  given["ca_file"] = ca.file();
  Intake intake;
  intake.run(*open_account(given));
  EXPECT_EQ(intake.items.size(), 1u);
  EXPECT_EQ(server.heard("AUTHENTICATE PLAIN"), 1u);
}

TEST(ImapCut, AtEveryByteTheServerSendsNothingIsLostOrDoubled) {
  int at = 0;
  for (;; ++at) {
    ASSERT_LT(at, 10'000);
    ImapScript script;
    script.begin = [&](Peer& peer, int number) {
      if (number == 0) peer.cut_after_writing(static_cast<std::size_t>(at));
    };
    FakeImap server(script);
    fill(server, 4);
    const auto account = open_account(without_resolver(settings_for(server.port())));
    Intake intake;
    intake.run(*account, 1);
    if (testing::Test::HasFatalFailure()) return;
    ASSERT_EQ(intake.ids(), expected_ids(1, 4)) << "cut after " << at << " bytes";
    for (int n = 1; n <= 4; ++n) ASSERT_EQ(intake.items[static_cast<std::size_t>(n - 1)].raw, mail_text(n)) << at;
    if (server.connections() == 1) break;
  }
  EXPECT_GT(at, 1000);
}

TEST(ImapCut, AtEveryByteTheServerReadsNothingIsLostOrDoubled) {
  int at = 0;
  for (;; ++at) {
    ASSERT_LT(at, 2000);
    ImapScript script;
    script.begin = [&](Peer& peer, int number) {
      if (number == 0) peer.cut_after_reading(static_cast<std::size_t>(at));
    };
    FakeImap server(script);
    fill(server, 3);
    const auto account = open_account(without_resolver(settings_for(server.port())));
    Intake intake;
    intake.run(*account, 1);
    if (testing::Test::HasFatalFailure()) return;
    ASSERT_EQ(intake.ids(), expected_ids(1, 3)) << "cut after " << at << " bytes";
    if (server.connections() == 1) break;
  }
  EXPECT_GT(at, 100);
}

}  // namespace
}  // namespace amends::connectors::email
