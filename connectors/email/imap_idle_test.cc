#include "connectors/email/imap_idle.h"

#include <poll.h>

#include <thread>

#include "connectors/email/test_account.h"
#include "tests/support/mail_imap.h"

namespace amends::connectors::email {
namespace {

using test::FakeImap;
using test::ImapScript;
using test::Peer;

bool wakes(channel::Watch& watch, int ms = 5000) {
  pollfd p{watch.fd(), POLLIN, 0};
  return ::poll(&p, 1, ms) > 0;
}

TEST(Watch, WakesAtOnceBecauseMailMayHaveComeBeforeIt) {
  FakeImap server({});
  const auto watch = open_account(settings_for(server.port()))->watch();
  ASSERT_TRUE(watch) << watch.error().what;
  ASSERT_TRUE(wakes(**watch));
  EXPECT_TRUE(*(*watch)->readable());
  EXPECT_FALSE(wakes(**watch, 0)) << "and is quiet then";
}

TEST(Watch, WakesWhenMailComesAndAfterARenewal) {
  const test::TestCa ca;
  const auto tls = ca.server();
  for (const bool encrypted : {false, true}) {
    ImapScript script;
    script.tls = tls.get();
    script.tls_from_the_start = encrypted;
    FakeImap server(script);
    Given given = settings_for(server.port());
    given["ca_file"] = ca.file();
    if (encrypted) given["imap_security"] = "tls";
    const auto watch = open_account(given)->watch();  // it outlives its connector
    ASSERT_TRUE(watch) << watch.error().what;
    EXPECT_TRUE(*(*watch)->readable());
    server.add("INBOX", mail_text(1));
    ASSERT_TRUE(wakes(**watch));
    EXPECT_TRUE(*(*watch)->readable());
    ASSERT_TRUE((*watch)->renew());
    EXPECT_EQ(server.heard("IDLE"), 2u);
    server.add("INBOX", mail_text(2));
    ASSERT_TRUE(wakes(**watch));
    EXPECT_TRUE(*(*watch)->readable());
    EXPECT_LT((*watch)->every(), std::chrono::minutes(29));
  }
}

TEST(Watch, NewsThatCameWithAnotherAnswerIsNotSleptOver) {
  // "+" and the news in one write, so that after the first read the socket itself is silent.
  const test::TestCa ca;
  const auto tls = ca.server();
  int idles = 0;
  ImapScript script;
  script.tls = tls.get();
  script.tls_from_the_start = true;
  script.answer = [&](Peer& peer, const std::string& tag, const std::string& line) {
    if (line != "IDLE") return false;
    peer.write(++idles == 2 ? "+ idling\r\n* 7 EXISTS\r\n" : "+ idling\r\n");
    peer.line();
    peer.say(tag + " OK done");
    return true;
  };
  FakeImap server(script);
  Given given = settings_for(server.port());
  given["imap_security"] = "tls";
  given["ca_file"] = ca.file();
  const auto watch = open_account(given)->watch();
  ASSERT_TRUE(watch);
  EXPECT_TRUE(*(*watch)->readable());
  ASSERT_TRUE((*watch)->renew());
  ASSERT_TRUE(wakes(**watch));
  EXPECT_TRUE(*(*watch)->readable());
}

TEST(Watch, OtherNewsIsNoReasonToPull) {
  std::atomic<bool> now{false};
  ImapScript script;
  script.answer = [&](Peer& peer, const std::string& tag, const std::string& line) {
    if (line != "IDLE") return false;
    peer.say("+ idling");
    while (!now) std::this_thread::yield();
    peer.say("* OK Still here\r\n* 3 EXPUNGE\r\n* 2 FETCH (FLAGS (\\Seen))");
    peer.line();
    peer.say(tag + " OK done");
    return true;
  };
  FakeImap server(script);
  const auto watch = open_account(settings_for(server.port()))->watch();
  ASSERT_TRUE(watch);
  EXPECT_TRUE(*(*watch)->readable()) << "the first one";
  now = true;
  ASSERT_TRUE(wakes(**watch));
  EXPECT_FALSE(*(*watch)->readable());
}

TEST(Watch, SaysThatItBroke) {
  const std::function<void(Peer&)> ends[] = {
      [](Peer& p) { p.close(); },
      [](Peer& p) {
        p.write("* BYE shutting down\r\n");
        p.close();
      },
      [](Peer& p) { p.write("garbage\r\n"); },
      [](Peer& p) { p.write("a99 OK idle is over\r\n"); },
  };
  for (const auto& end : ends) {
    ImapScript script;
    std::atomic<bool> now{false};
    script.answer = [&](Peer& peer, const std::string&, const std::string& line) {
      if (line != "IDLE") return false;
      peer.say("+ idling");
      while (!now) std::this_thread::yield();
      end(peer);
      peer.wait_for_the_end();
      return true;
    };
    FakeImap server(script);
    auto watch = open_account(settings_for(server.port()))->watch();
    ASSERT_TRUE(watch);
    EXPECT_TRUE(*(*watch)->readable());
    now = true;
    ASSERT_TRUE(wakes(**watch));
    const auto broken = (*watch)->readable();
    ASSERT_FALSE(broken);
    EXPECT_TRUE(broken.error().kind == Kind::unavailable || broken.error().kind == Kind::corrupt);
    watch->reset();
  }
}

TEST(Watch, AServerThatNoLongerAnswersIsFoundByTheRenewal) {
  ImapScript script;
  script.answer = [](Peer& peer, const std::string&, const std::string& line) {
    if (line != "IDLE") return false;
    peer.say("+ idling");
    peer.wait_for_the_end();
    return true;
  };
  FakeImap server(script);
  Given given = settings_for(server.port());
  given["imap_timeout"] = "1";
  const auto watch = open_account(given)->watch();
  ASSERT_TRUE(watch);
  const auto renewed = (*watch)->renew();
  ASSERT_FALSE(renewed);
  EXPECT_EQ(renewed.error().kind, Kind::unavailable);
}

TEST(Watch, IsUnsupportedWithoutIdle) {
  ImapScript script;
  script.capabilities = "IMAP4rev1 AUTH=PLAIN";
  FakeImap server(script);
  const auto watch = open_account(settings_for(server.port()))->watch();
  ASSERT_FALSE(watch);
  EXPECT_EQ(watch.error().kind, Kind::unsupported);
}

}  // namespace
}  // namespace amends::connectors::email
