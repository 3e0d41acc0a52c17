#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <thread>

#include "core/net/http_client.h"
#include "tests/support/http_peer.h"

namespace amends::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::HeardRequest;
using test::http_answer;
using test::HttpPeer;
using test::Peer;

std::unique_ptr<HttpClient> local_client(const std::string& ca_file = {}) {
  HttpOptions options;
  options.guard.allow_local();
  options.ca_file = ca_file;
  return *HttpClient::make(std::move(options));
}
HttpRequest request_to(const std::string& url, const std::string& method = "GET") {
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.timeout = seconds(5);
  request.max_bytes = 100'000;
  return request;
}

std::string gzip(const std::string& plain) {
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, plain.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

struct TooMuch {
  const char* name;
  std::function<void(Peer&)> answer;
};

// Hostile row 92: whatever the peer sends without end, the client stops at its cap.
std::vector<TooMuch> too_much() {
  return {
      {"a length of 10 GB",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n");
         for (;;) p.write(std::string(65536, 'x'));
       }},
      {"no length and no end",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
         for (;;) p.write(std::string(65536, 'x'));
       }},
      {"endless chunks",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
         for (;;) p.write("1000\r\n" + std::string(0x1000, 'x') + "\r\n");
       }},
      {"a bomb of 1000:1",
       [](Peer& p) {
         p.write(http_answer("200 OK", gzip(std::string(20'000'000, 'x')), {"Content-Encoding: gzip"}));
         p.wait_for_the_end();
       }},
      {"a bomb in a bomb",
       [](Peer& p) {
         p.write(http_answer("200 OK", gzip(gzip(std::string(10'000'000, 'x'))), {"Content-Encoding: gzip, gzip"}));
         p.wait_for_the_end();
       }},
      {"headers without end",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\n");
         for (;;) p.write("X-A: b\r\n");
       }},
      {"one header without end",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nX-A: ");
         for (;;) p.write(std::string(4096, 'x'));
       }},
      {"1xx without end",
       [](Peer& p) {
         for (;;) p.write("HTTP/1.1 102 Processing\r\n\r\n");
       }},
      {"trailers without end",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
         for (;;) p.write("X-A: b\r\n");
       }},
      {"what is no HTTP",
       [](Peer& p) {
         p.write("220 mail.example ESMTP\r\n");
         p.wait_for_the_end();
       }},
      {"compression that is none",
       [](Peer& p) {
         p.write(http_answer("200 OK", "this is not gzip", {"Content-Encoding: gzip"}));
         p.wait_for_the_end();
       }},
  };
}

TEST(HttpLimits, AnAnswerWithoutEndStopsAtItsCap) {
  for (const TooMuch& row : too_much()) {
    HttpPeer peer([&](Peer& p, const HeardRequest&) { row.answer(p); });
    const auto http = local_client();
    const auto began = steady_clock::now();
    const auto got = http->run(request_to(peer.url()));
    ASSERT_FALSE(got) << row.name;
    EXPECT_EQ(got.error().kind, Kind::corrupt) << row.name << ": " << got.error().what;
    HttpRequest change = request_to(peer.url(), "POST");
    const auto changed = http->run(change);
    ASSERT_FALSE(changed) << row.name;
    EXPECT_EQ(changed.error().kind, Kind::uncertain) << row.name << ": the peer has heard the whole request";
    EXPECT_LT(steady_clock::now() - began, seconds(8)) << row.name;
  }
}

TEST(HttpLimits, ACutAnswerKeepsItsStatusAndItsBeginning) {
  HttpPeer peer(http_answer("500 Oops", std::string(1'000'000, 'x')));
  HttpRequest request = request_to(peer.url(), "POST");
  request.cut_body = true;
  request.max_bytes = 10;
  const auto answer = local_client()->run(request);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->status, 500);
  EXPECT_TRUE(answer->cut);
  EXPECT_EQ(answer->body, std::string(10, 'x'));
}

TEST(HttpLimits, AnAnswerOfExactlyTheLimitIsWhole) {
  HttpPeer peer(http_answer("200 OK", gzip(std::string(100'000, 'x')), {"Content-Encoding: gzip"}));
  const auto answer = local_client()->run(request_to(peer.url()));
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->body.size(), 100'000u);
  EXPECT_FALSE(answer->cut);
}

struct Slow {
  const char* name;
  std::function<void(Peer&)> answer;
};

TEST(HttpLimits, TheTotalTimeHoldsForPeersThatDribble) {
  const Slow rows[] = {
      {"silence", [](Peer& p) { p.wait_for_the_end(); }},
      {"headers byte by byte",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nX-A: ");
         while (!p.hears_within(20)) p.write("x");
       }},
      {"a body byte by byte",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
         while (!p.hears_within(20)) p.write("x");
       }},
      {"chunks of one byte",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
         while (!p.hears_within(20)) p.write("1\r\nx\r\n");
       }},
  };
  for (const Slow& row : rows) {
    HttpPeer peer([&](Peer& p, const HeardRequest&) { row.answer(p); });
    HttpRequest request = request_to(peer.url());
    request.timeout = milliseconds(200);
    const auto began = steady_clock::now();
    const auto answer = local_client()->run(request);
    ASSERT_FALSE(answer) << row.name;
    EXPECT_EQ(answer.error().kind, Kind::unavailable) << row.name;
    EXPECT_LT(steady_clock::now() - began, seconds(3)) << row.name;
    EXPECT_GE(steady_clock::now() - began, milliseconds(200)) << row.name;
  }
}

TEST(HttpLimits, AHungNameServerCostsNoMoreThanTheTotalTime) {
  HttpOptions options;
  options.resolve = [](const std::string&, Deadline deadline, const Interrupt*) -> Result<std::vector<Address>> {
    Interrupt never;
    TRY_DO(wait_for(never.fd(), 1, deadline, nullptr));
    return std::vector<Address>{};
  };
  HttpRequest request = request_to("https://slow.example/");
  request.timeout = milliseconds(100);
  const auto answer = (*HttpClient::make(std::move(options)))->run(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::unavailable);
}

TEST(HttpLimits, AnInterruptEndsARequestAtOnce) {
  Interrupt interrupt;
  HttpPeer peer([&](Peer& p, const HeardRequest&) {
    interrupt.raise();
    p.wait_for_the_end();
  });
  HttpRequest request = request_to(peer.url());
  request.timeout = seconds(60);
  request.interrupt = &interrupt;
  const auto began = steady_clock::now();
  const auto answer = local_client()->run(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::unavailable);
  EXPECT_LT(steady_clock::now() - began, seconds(5));
  request.method = "POST";
  EXPECT_EQ(local_client()->run(request).error().kind, Kind::unavailable) << "raised before a byte was sent";
}

struct Break {
  const char* name;
  std::function<void(Peer&)> answer;
};

TEST(HttpLimits, WhatThePeerMayHaveDoneIsUncertainAndWhatItCannotIsNot) {
  const Break rows[] = {
      {"closed without an answer", [](Peer& p) { p.close(); }},
      {"half a status line",
       [](Peer& p) {
         p.write("HTTP/1.1 20");
         p.close();
       }},
      {"half a header",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nContent-Le");
         p.close();
       }},
      {"half a body",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
         p.close();
       }},
      {"half a chunk",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc");
         p.close();
       }},
  };
  for (const Break& row : rows) {
    HttpPeer peer([&](Peer& p, const HeardRequest&) { row.answer(p); });
    const auto got = local_client()->run(request_to(peer.url()));
    ASSERT_FALSE(got) << row.name;
    EXPECT_EQ(got.error().kind, Kind::unavailable) << row.name << ": " << got.error().what;
    const auto changed = local_client()->run(request_to(peer.url(), "POST"));
    ASSERT_FALSE(changed) << row.name;
    EXPECT_EQ(changed.error().kind, Kind::uncertain) << row.name << ": " << changed.error().what;
    HttpRequest repeatable = request_to(peer.url(), "POST");
    repeatable.repeatable = true;
    EXPECT_EQ(local_client()->run(repeatable).error().kind, Kind::unavailable) << row.name;
  }
  std::uint16_t closed_port = 0;
  {
    HttpPeer gone(http_answer("200 OK"));
    closed_port = gone.port();
  }
  const auto refused = local_client()->run(request_to("http://127.0.0.1:" + std::to_string(closed_port) + "/", "POST"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::unavailable) << "nobody heard anything";
}

TEST(HttpLimits, OnlyACertificateOfATrustedAuthorityForThisNameWillDo) {
  const test::TestCa ca, other;
  const auto good = ca.server();
  const auto wrong_name = ca.server("DNS:elsewhere.example");
  const auto ended = ca.server("DNS:localhost,IP:127.0.0.1", -10);
  const auto old = ca.server("DNS:localhost,IP:127.0.0.1", 86400, TLS1_1_VERSION);
  const struct {
    const char* name;
    SSL_CTX* tls;
    std::string ca_file;
    bool trusted;
  } rows[] = {{"good", good.get(), ca.file(), true},
              {"an unknown authority", good.get(), "", false},
              {"another authority", good.get(), other.file(), false},
              {"another name", wrong_name.get(), ca.file(), false},
              {"ended", ended.get(), ca.file(), false},
              {"TLS 1.1", old.get(), ca.file(), false}};
  for (const auto& row : rows) {
    HttpPeer peer(http_answer("200 OK", "secret"), row.tls);
    const auto http = local_client(row.ca_file);
    for (int round = 0; round < 2; ++round) {  // the second one meets what the first one kept
      const auto answer = http->run(request_to(peer.url("/", "127.0.0.1", "https"), "POST"));
      EXPECT_EQ(answer.has_value(), row.trusted) << row.name << (answer ? "" : answer.error().what);
      if (!row.trusted && !answer) {
        EXPECT_EQ(answer.error().kind, Kind::unavailable) << row.name << ": nothing was sent";
      }
    }
    EXPECT_EQ(peer.heard().empty(), !row.trusted) << row.name;
  }
  HttpOptions options;
  options.ca_file = "/nowhere/ca.pem";
  EXPECT_EQ(HttpClient::make(options).error().kind, Kind::invalid);
}

TEST(HttpLimits, HttpsNeverBecomesHttp) {
  const test::TestCa ca;
  const auto tls = ca.server();
  HttpPeer plain(http_answer("200 OK", "plain"));
  HttpPeer downgrade(http_answer("302 Found", "", {"Location: " + plain.url()}), tls.get());
  HttpPeer secure(http_answer("200 OK", "secure"), tls.get());
  HttpPeer upgrade(http_answer("302 Found", "", {"Location: " + secure.url("/", "127.0.0.1", "https")}));
  const auto http = local_client(ca.file());
  HttpRequest request = request_to(downgrade.url("/", "127.0.0.1", "https"));
  request.follow = 3;
  EXPECT_EQ(http->run(request).error().kind, Kind::invalid);
  EXPECT_EQ(plain.connections(), 0);

  request.url = upgrade.url();
  EXPECT_EQ(http->run(request).error().kind, Kind::invalid) << "same scheme only";
  request.follow_to_https = true;
  const auto answer = http->run(request);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->body, "secure");
}

}  // namespace
}  // namespace amends::net
