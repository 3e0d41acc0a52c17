#include "connectors/email/session.h"

#include "connectors/email/test_intake.h"

namespace amends::connectors::email {
namespace {

using test::FakeImap;
using test::ImapScript;
using test::Peer;

TEST(ImapLogin, UsesWhatTheServerOffers) {
  const std::pair<const char*, const char*> offers[] = {
      {"IMAP4rev1 AUTH=PLAIN SASL-IR", "AUTHENTICATE PLAIN AHN1cHBvcnRAc2hvcC50ZXN0AHNlY3JldC13b3Jk"},
      {"IMAP4rev1 AUTH=LOGIN", "AUTHENTICATE LOGIN"},
      {"IMAP4rev1", "LOGIN \"support@shop.test\" \"secret-word\""},
  };
  for (const auto& [capabilities, expected] : offers) {
    ImapScript script;
    script.capabilities = capabilities;
    script.answer = [](Peer& peer, const std::string& tag, const std::string& line) {
      if (line != "AUTHENTICATE LOGIN") return false;
      peer.say("+ VXNlcm5hbWU6");
      EXPECT_EQ(peer.line(), "c3VwcG9ydEBzaG9wLnRlc3Q=");
      peer.say("+ UGFzc3dvcmQ6");
      EXPECT_EQ(peer.line(), "c2VjcmV0LXdvcmQ=");
      peer.say(tag + " OK in");
      return true;
    };
    FakeImap server(script);
    ASSERT_TRUE(open_account(settings_for(server.port()))->pull("")) << capabilities;
    EXPECT_EQ(server.heard(expected), 1u) << capabilities;
  }
}

TEST(ImapLogin, WithoutInitialResponsesItWaitsToBeAsked) {
  ImapScript script;
  script.capabilities = "IMAP4rev1 AUTH=PLAIN";
  script.answer = [](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.rfind("AUTHENTICATE", 0) != 0) return false;
    EXPECT_EQ(line, "AUTHENTICATE PLAIN");
    peer.say("+");
    EXPECT_EQ(peer.line(), "AHN1cHBvcnRAc2hvcC50ZXN0AHNlY3JldC13b3Jk");
    peer.say(tag + " OK in");
    return true;
  };
  FakeImap server(script);
  EXPECT_TRUE(open_account(settings_for(server.port()))->pull(""));
}

TEST(ImapLogin, APasswordWithForeignLettersGoesAsALiteral) {
  ImapScript script;
  script.capabilities = "IMAP4rev1";
  std::string password;
  script.answer = [&](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.rfind("LOGIN", 0) != 0) return false;
    peer.say("+ go");
    password = peer.bytes(9);
    peer.line();
    peer.say(tag + " OK in");
    return true;
  };
  FakeImap server(script);
  Given given = settings_for(server.port());
  given["password"] =
      "Stra\xC3\x9F"
      "e\"1";
  EXPECT_TRUE(open_account(given)->pull(""));
  EXPECT_EQ(password, given["password"]);
}

TEST(ImapLogin, AServerThatWantsEncryptionFirstGetsNoPassword) {
  ImapScript script;
  script.capabilities = "IMAP4rev1 LOGINDISABLED";
  FakeImap server(script);
  const auto page = open_account(settings_for(server.port()))->pull("");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, Kind::unsupported);
  EXPECT_NE(page.error().hint.find("imap_security"), std::string::npos);
  EXPECT_EQ(server.heard("LOGIN "), 0u);
}

TEST(ImapLogin, RefusalsSayWhetherAPersonMustAct) {
  const std::pair<const char*, Kind> answers[] = {
      {"NO [AUTHENTICATIONFAILED] bad", Kind::unauthorized},
      {"NO bad", Kind::unauthorized},
      {"NO [EXPIRED] change it", Kind::unauthorized},
      {"NO [UNAVAILABLE] later", Kind::unavailable},
      {"NO [LIMIT] too many", Kind::unavailable},
  };
  for (const auto& [answer, kind] : answers) {
    ImapScript script;
    script.answer = [&answer = answer](Peer& peer, const std::string& tag, const std::string& line) {
      if (line.rfind("AUTHENTICATE", 0) != 0) return false;
      peer.say(tag + " " + answer);
      return true;
    };
    FakeImap server(script);
    const auto page = open_account(settings_for(server.port()))->pull("");
    ASSERT_FALSE(page) << answer;
    EXPECT_EQ(page.error().kind, kind) << answer;
    EXPECT_EQ(page.error().what.find("secret"), std::string::npos);
  }
}

TEST(ImapLogin, AnExpiredTokenIsHeardThroughTheChallengeAndANewOneIsReadFromItsFile) {
  const test::TempFolder folder;
  test::write_file(folder / "token", "old");
  ImapScript script;
  script.answer = [](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.rfind("AUTHENTICATE XOAUTH2 ", 0) != 0) return false;
    // user=support@shop.test^Aauth=Bearer new^A^A
    if (line.substr(21) == "dXNlcj1zdXBwb3J0QHNob3AudGVzdAFhdXRoPUJlYXJlciBuZXcBAQ==") {
      peer.say(tag + " OK in");
    } else {
      peer.say("+ eyJzdGF0dXMiOiI0MDAifQ==");
      EXPECT_EQ(peer.line(), "");
      peer.say(tag + " NO [AUTHENTICATIONFAILED] expired");
    }
    return true;
  };
  FakeImap server(script);
  fill(server, 1);
  Given given = settings_for(server.port());
  given.erase("password");
  given["auth"] = "xoauth2";
  given["access_token_file"] = folder / "token";
  const auto account = open_account(given);
  EXPECT_EQ(account->pull("").error().kind, Kind::unauthorized);
  test::write_file(folder / "token", "new");
  Intake intake;
  intake.run(*account);
  EXPECT_EQ(intake.items.size(), 1u);
}

}  // namespace
}  // namespace amends::connectors::email
