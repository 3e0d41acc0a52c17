#include "core/net/stream.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "core/net/dialer.h"
#include "tests/support/mail_peer.h"

namespace amends::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::LoopbackServer;
using test::Peer;
using test::TestCa;

Patience patience(milliseconds silence = seconds(5)) { return {silence, Deadline::in(seconds(10))}; }

Stream connect(const LoopbackServer& server, const Interrupt* interrupt = nullptr) {
  Guard guard;
  guard.allow_local();
  auto fd = dial({"127.0.0.1", server.port()}, guard, Deadline::in(seconds(5)), interrupt);
  EXPECT_TRUE(fd) << fd.error().what;
  return Stream(std::move(*fd), interrupt);
}

Result<std::string> read_line(Stream& stream, const Patience& p = patience()) {
  while (stream.buffered().find('\n') == std::string_view::npos) TRY_DO(stream.fill(p));
  const std::string line(stream.buffered().substr(0, stream.buffered().find('\n') + 1));
  stream.eat(line.size());
  return line;
}

Result<TlsContext> trust(const TestCa& ca) { return TlsContext::make(ca.file()); }

TEST(Stream, CarriesBytesInPlainText) {
  LoopbackServer server([](Peer& peer, int) { peer.say("hello " + peer.line()); });
  Stream stream = connect(server);
  ASSERT_TRUE(stream.write("you\r\n", patience()));
  EXPECT_EQ(*read_line(stream), "hello you\r\n");
  const auto end = stream.fill(patience());
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, Kind::unavailable);
}

TEST(Stream, CarriesBytesInTlsAndKnowsTheCertificate) {
  const TestCa ca;
  const auto context = ca.server();
  LoopbackServer server([&](Peer& peer, int) {
    peer.start_tls(context.get());
    peer.say("hello " + peer.line());
    peer.write(std::string(300'000, 'x') + "\r\n");
  });
  Stream stream = connect(server);
  const auto trusted = trust(ca);
  ASSERT_TRUE(stream.start_tls(*trusted, "localhost", Deadline::in(seconds(5))));
  ASSERT_TRUE(stream.write("you\r\n", patience()));
  EXPECT_EQ(*read_line(stream), "hello you\r\n");
  EXPECT_EQ(read_line(stream)->size(), 300'002u);
  const auto facts = stream.tls_facts();
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->version, "TLSv1.3");
  EXPECT_GT(facts->not_after, SystemClock().now());
}

TEST(Stream, MovesWithItsTlsSession) {
  const TestCa ca;
  const auto context = ca.server();
  LoopbackServer server([&](Peer& peer, int) {
    peer.start_tls(context.get());
    peer.say("hello " + peer.line());
  });
  Stream first = connect(server);
  const auto trusted = trust(ca);
  ASSERT_TRUE(first.start_tls(*trusted, "127.0.0.1", Deadline::in(seconds(5))));
  Stream second = std::move(first);
  ASSERT_TRUE(second.write("you\r\n", patience()));
  EXPECT_EQ(*read_line(second), "hello you\r\n");
}

struct Handshake {
  const char* why;
  std::string names;
  long ends;
  int protocol;
  bool trusted;
  std::string part_of_what;
};

TEST(Stream, RefusesWhatItCantTrustAndSaysWhatToDo) {
  const TestCa ca, other;
  const Handshake cases[] = {
      {"unknown authority", "DNS:localhost", 86400, TLS1_3_VERSION, false, "certificate"},
      {"another host", "DNS:mail.example.org", 86400, TLS1_3_VERSION, true, "hostname mismatch"},
      {"no wildcard over a part of a name", "DNS:local*", 86400, TLS1_3_VERSION, true, "hostname mismatch"},
      {"expired", "DNS:localhost", -60, TLS1_3_VERSION, true, "expired"},
      {"too old a protocol", "DNS:localhost", 86400, TLS1_1_VERSION, true, "TLS"},
  };
  for (const Handshake& one : cases) {
    const auto context = ca.server(one.names, one.ends, one.protocol);
    std::atomic<bool> heard{false};
    LoopbackServer server([&](Peer& peer, int) {
      peer.start_tls(context.get());
      peer.line();
      heard = true;
    });
    Stream stream = connect(server);
    const auto trusted = trust(one.trusted ? ca : other);
    const auto secured = stream.start_tls(*trusted, "localhost", Deadline::in(seconds(5)));
    ASSERT_FALSE(secured) << one.why;
    EXPECT_EQ(secured.error().kind, Kind::unavailable) << one.why;
    EXPECT_NE(secured.error().what.find(one.part_of_what), std::string::npos) << secured.error().what;
    EXPECT_FALSE(heard) << one.why;
  }
}

TEST(Stream, WhatWasSentBeforeTlsEndsTheUpgrade) {
  const TestCa ca;
  const auto context = ca.server();
  LoopbackServer server([&](Peer& peer, int) {
    peer.line();
    peer.write("220 go\r\n250 injected\r\n");
    peer.start_tls(context.get());
    peer.line();
  });
  Stream stream = connect(server);
  ASSERT_TRUE(stream.write("STARTTLS\r\n", patience()));
  EXPECT_EQ(*read_line(stream), "220 go\r\n");
  const auto trusted = trust(ca);
  const auto secured = stream.start_tls(*trusted, "localhost", Deadline::in(seconds(5)));
  ASSERT_FALSE(secured);
  EXPECT_NE(secured.error().what.find("before TLS"), std::string::npos);
  EXPECT_FALSE(stream.encrypted());
}

TEST(Stream, SilenceEndsInTime) {
  LoopbackServer server([](Peer& peer, int) { peer.wait_for_the_end(); });
  Stream stream = connect(server);
  const auto began = std::chrono::steady_clock::now();
  const auto filled = stream.fill(patience(milliseconds(50)));
  ASSERT_FALSE(filled);
  EXPECT_EQ(filled.error().kind, Kind::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(5));
}

TEST(Stream, DribblingEndsInTimeToo) {
  LoopbackServer server([](Peer& peer, int) {
    while (!peer.hears_within(5)) peer.write("x");
  });
  Stream stream = connect(server);
  const Patience p{seconds(5), Deadline::in(milliseconds(100))};
  const auto line = read_line(stream, p);
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().what, "no answer in time");
}

TEST(Stream, AServerThatNeverHandshakesIsLeft) {
  const TestCa ca;
  LoopbackServer server([](Peer& peer, int) { peer.wait_for_the_end(); });
  Stream stream = connect(server);
  const auto trusted = trust(ca);
  EXPECT_FALSE(stream.start_tls(*trusted, "localhost", Deadline::in(milliseconds(50))));
}

TEST(Stream, AnInterruptEndsAWait) {
  LoopbackServer server([](Peer& peer, int) { peer.wait_for_the_end(); });
  const Interrupt interrupt;
  Stream stream = connect(server, &interrupt);
  std::thread other([&] { interrupt.raise(); });
  const auto filled = stream.fill(patience());
  other.join();
  ASSERT_FALSE(filled);
  EXPECT_NE(filled.error().what.find("stopped"), std::string::npos);
}

TEST(Stream, MoreThanTheBudgetIsRefused) {
  LoopbackServer server([](Peer& peer, int) { peer.write(std::string(100'000, 'x')); });
  Stream stream = connect(server);
  stream.set_budget(1000);
  Result<Done> last = Done{};
  while (last) last = stream.fill(patience());
  EXPECT_EQ(last.error().kind, Kind::corrupt);
}

TEST(Stream, CountsWhatTheKernelTook) {
  LoopbackServer server([](Peer& peer, int) {
    peer.line();
    peer.close();
  });
  Stream stream = connect(server);
  ASSERT_TRUE(stream.write("bye\r\n", patience()));
  EXPECT_EQ(stream.bytes_sent(), 5u);
  EXPECT_FALSE(stream.fill(patience()));
  // The first write after the peer's end meets a reset; from then on nothing is taken.
  while (stream.write("more\r\n", patience())) {
  }
  const auto before = stream.bytes_sent();
  EXPECT_FALSE(stream.write(".\r\n", patience()));
  EXPECT_EQ(stream.bytes_sent(), before);
}

TEST(Stream, WhatTlsHoldsBackIsTakenBeforeAnybodyPolls) {
  const TestCa ca;
  const auto context = ca.server();
  LoopbackServer server([&](Peer& peer, int) {
    peer.start_tls(context.get());
    peer.write(std::string(16'000, 'a') + "\n" + std::string(100, 'b') + "\n");
    peer.wait_for_the_end();
  });
  Stream stream = connect(server);
  const auto trusted = trust(ca);
  ASSERT_TRUE(stream.start_tls(*trusted, "localhost", Deadline::in(seconds(5))));
  while (stream.buffered().size() < 16'102) ASSERT_TRUE(stream.fill(patience()));
  EXPECT_FALSE(*stream.fill_ready());
  pollfd p{stream.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&p, 1, 0), 0);
}

TEST(Dialer, AClosedPortIsUnavailable) {
  std::uint16_t port = 0;
  {
    LoopbackServer server([](Peer&, int) {});
    port = server.port();
  }
  Guard guard;
  guard.allow_local();
  const auto fd = dial({"127.0.0.1", port}, guard, Deadline::in(seconds(5)));
  ASSERT_FALSE(fd);
  EXPECT_EQ(fd.error().kind, Kind::unavailable);
}

TEST(Dialer, TheGuardIsAskedBeforeAnySocketIsOpened) {
  LoopbackServer canary([](Peer&, int) {});
  for (const char* host : {"127.0.0.1", "localhost", "::1", "::ffff:127.0.0.1", "LOCALHOST."}) {
    EXPECT_FALSE(dial({host, canary.port()}, Guard{}, Deadline::in(seconds(5)))) << host;
  }
  EXPECT_EQ(canary.connections(), 0);
}

TEST(Dialer, GoesOnToTheNextAddressWhenOneIsDead) {
  LoopbackServer server([](Peer& peer, int) { peer.say("here"); });
  Guard guard;
  guard.allow_local();
  const Resolve two = [](const std::string&, Deadline, const Interrupt*) -> Result<std::vector<Address>> {
    return std::vector<Address>{*Address::parse("::1"), *Address::parse("127.0.0.1")};
  };
  EXPECT_TRUE(dial({"two.test", server.port()}, guard, Deadline::in(seconds(5)), nullptr, two));
}

TEST(TlsContext, ACaFileThatIsNoneIsSaidAtOnce) {
  const auto made = TlsContext::make("no/such/file.pem");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, Kind::invalid);
}

}  // namespace
}  // namespace amends::net
