#include "core/net/http_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

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

Result<std::vector<Address>> nobody(const std::string& host, Deadline, const Interrupt*) {
  return fail(Kind::unavailable, host + " has no address here");
}
// Answers every name by the same addresses, and counts.
struct Names {
  std::map<std::string, std::vector<std::string>> known;
  std::shared_ptr<std::atomic<int>> asked = std::make_shared<std::atomic<int>>(0);

  Result<std::vector<Address>> operator()(const std::string& host, Deadline, const Interrupt*) const {
    ++*asked;
    const auto it = known.find(host);
    if (it == known.end()) return fail(Kind::unavailable, "no such name");
    std::vector<Address> out;
    for (const auto& text : it->second) out.push_back(*Address::parse(text));
    return out;
  }
};

std::unique_ptr<HttpClient> client(HttpOptions options = {}) {
  if (!options.resolve.target<Names>()) options.resolve = nobody;
  auto made = HttpClient::make(std::move(options));
  EXPECT_TRUE(made);
  return *std::move(made);
}
HttpOptions local(Resolve resolve = {}) {
  HttpOptions options;
  options.guard.allow_local();
  if (resolve) options.resolve = std::move(resolve);
  return options;
}
HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.timeout = seconds(5);
  return request;
}
HttpRequest post(std::string url, std::string body = "{}") {
  HttpRequest request = get(std::move(url));
  request.method = "POST";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = std::move(body);
  return request;
}

TEST(HttpClient, SendsWhatItIsGivenAndGivesBackTheAnswer) {
  HttpPeer peer(http_answer("201 Created", "done", {"X-Id: 7", "Retry-After: 30"}));
  HttpRequest request = post(peer.url("/a/b?c=d"), R"({"x":1})");
  request.method = "PUT";
  request.headers.push_back({"Authorization", "Bearer t"});
  const auto answer = client(local())->run(request);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->status, 201);
  EXPECT_TRUE(answer->ok());
  EXPECT_EQ(answer->body, "done");
  EXPECT_EQ(answer->header("x-id"), "7");
  EXPECT_EQ(answer->header("absent"), "");
  EXPECT_EQ(answer->retry_after, seconds(30));
  const auto heard = peer.heard().at(0);
  EXPECT_EQ(heard.method, "PUT");
  EXPECT_EQ(heard.target, "/a/b?c=d");
  EXPECT_EQ(heard.body, R"({"x":1})");
  EXPECT_EQ(heard.headers.at("content-type"), "application/json");
  EXPECT_EQ(heard.headers.at("authorization"), "Bearer t");
  EXPECT_EQ(heard.headers.at("user-agent"), "Amends");
  EXPECT_FALSE(heard.has("expect"));
  EXPECT_FALSE(heard.has("cookie"));
}

TEST(HttpClient, AMethodWithoutABodySendsNone) {
  HttpPeer peer([](Peer& p, const HeardRequest& r) {
    p.write(r.method == "HEAD" ? "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" : http_answer("204 No Content"));
  });
  const auto http = client(local());
  for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS"}) {
    HttpRequest request = get(peer.url());
    request.method = method;
    const auto answer = http->run(request);
    ASSERT_TRUE(answer) << method << answer.error().what;
    EXPECT_EQ(peer.heard().back().method, method);
    EXPECT_FALSE(peer.heard().back().has("content-type")) << method;
  }
}

TEST(HttpClient, AnAnswerWithoutBodyNeedsNoLength) {
  HttpPeer peer("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n");
  const auto answer = client(local())->run(get(peer.url()));
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->status, 304);
  EXPECT_EQ(answer->header("etag"), "\"a\"");
  EXPECT_EQ(answer->header("link"), "") << "the header of a 1xx is none of the answer's";
}

TEST(HttpClient, TrailersAreNoHeaders) {
  HttpPeer peer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Late: 1\r\n\r\n");
  const auto answer = client(local())->run(get(peer.url()));
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->body, "abc");
  EXPECT_EQ(answer->header("x-late"), "");
}

TEST(HttpClient, WhatCouldForgeARequestIsNotSent) {
  HttpPeer peer(http_answer("200 OK"));
  const auto http = client(local());
  const std::vector<HttpHeader> wrong = {
      {"X-A", "b\r\nX-B: c"}, {"X-A", "b\nc"}, {"X A", "b"},   {"", "b"},
      {"X-A:", "b"},          {"Host", "b"},   {"tE", "b"},    {"Content-length", "1"},
      {"Connection", "b"},    {"X-A\r", "b"},  {"Expect", "b"}};
  for (const HttpHeader& header : wrong) {
    HttpRequest request = get(peer.url());
    request.headers = {header};
    const auto answer = http->run(request);
    ASSERT_FALSE(answer) << header.name << header.value;
    EXPECT_EQ(answer.error().kind, Kind::invalid);
  }
  for (const char* method : {"GET /x HTTP/1.1\r\nA: b\r\n\r\nGET", "", "CONNECT", "TRACE", "G T"}) {
    HttpRequest request = get(peer.url());
    request.method = method;
    EXPECT_FALSE(http->run(request)) << method;
  }
  EXPECT_EQ(peer.connections(), 0);
}

// Hostile row 94: no packet to anything that is not public, however it is written. The canary listens on loopback, and
// its port is one of those allowed, so that nothing but the address decides.
TEST(HttpClient, DialsNoAddressThatIsNotPublic) {
  HttpPeer canary(http_answer("200 OK", "inside"));
  Names names;
  names.known = {{"localhost", {"127.0.0.1", "::1"}},
                 {"metadata.google.internal", {"169.254.169.254"}},
                 {"hub.example", {"93.184.216.34"}},
                 {"of-our-address.example", {"93.184.216.34"}}};
  HttpOptions options;
  options.resolve = names;
  options.ports = {80, 443, canary.port()};
  options.own_hosts = {"Hub.example.", "93.184.216.34"};
  const auto http = client(options);
  const char* hosts[] = {"127.0.0.1",
                         "127.1",
                         "0",
                         "0.0.0.0",
                         "0x7f000001",
                         "017700000001",
                         "2130706433",
                         "127.0.0.2",
                         "[::1]",
                         "[::ffff:127.0.0.1]",
                         "[::ffff:7f00:1]",
                         "[::]",
                         "localhost",
                         "localhost.",
                         "LOCALHOST",
                         "10.0.0.1",
                         "10.255.255.255",
                         "172.16.0.1",
                         "172.31.255.255",
                         "192.168.0.1",
                         "169.254.169.254",
                         "metadata.google.internal",
                         "100.64.0.1",
                         "[fd00::1]",
                         "[fe80::1]",
                         "[fe80::1%25eth0]",
                         "[64:ff9b::7f00:1]",
                         "[64:ff9b:1::7f00:1]",
                         "[2002:7f00:1::]",
                         "[2001:db8::1]",
                         "[ff02::1]",
                         "224.0.0.1",
                         "255.255.255.255",
                         "240.0.0.1",
                         "192.0.0.1",
                         "198.18.0.1",
                         "198.51.100.1",
                         "203.0.113.1",
                         "hub.example",
                         "HUB.EXAMPLE.",
                         "93.184.216.34",
                         "of-our-address.example",
                         "\uff11\uff12\uff17.0.0.1",
                         "127.0.0.1.",
                         "127\u30020\u30020\u30021"};
  for (const char* host : hosts) {
    for (const char* scheme : {"http", "https"}) {
      const auto answer = http->run(get(canary.url("/", host, scheme)));
      ASSERT_FALSE(answer) << scheme << "://" << host;
      EXPECT_EQ(answer.error().kind, Kind::invalid) << host << ": " << answer.error().what;
      EXPECT_FALSE(http->check(canary.url("/", host, scheme))) << host;
    }
  }
  EXPECT_EQ(canary.connections(), 0);
}

// Hostile row 96, the ports.
TEST(HttpClient, DialsNoPortThatIsNotOfTheWeb) {
  Names names;
  names.known = {{"public.example", {"93.184.216.34"}}};
  HttpOptions options;
  options.resolve = names;
  const auto http = client(options);
  for (const int port : {1, 22, 25, 53, 110, 143, 3306, 5432, 6379, 8080, 9200, 11211}) {
    const auto answer = http->run(get("https://public.example:" + std::to_string(port) + "/"));
    ASSERT_FALSE(answer) << port;
    EXPECT_EQ(answer.error().kind, Kind::invalid) << port;
  }
}

// Hostile row 95.
TEST(HttpClient, ANameIsAskedForOnceAndPinnedToTheAnswerThatWasChecked) {
  HttpPeer peer(http_answer("200 OK", "hello"));
  Names names;
  names.known = {{"rebind.example", {"127.0.0.1"}}};  // nobody else knows this name
  HttpOptions options = local(names);
  const auto answer = client(options)->run(get(peer.url("/", "rebind.example")));
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(*names.asked, 1);
  EXPECT_EQ(peer.heard().at(0).headers.at("host"), "rebind.example:" + std::to_string(peer.port()));
}

TEST(HttpClient, OnePrivateAnswerAmongPublicOnesRefusesAll) {
  HttpPeer canary(http_answer("200 OK"));
  Names names;
  std::vector<std::string> many;
  for (int i = 0; i < 999; ++i) many.push_back("93.184." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  many.push_back("10.0.0.1");
  names.known = {{"both.example", {"93.184.216.34", "127.0.0.1"}},
                 {"other.example", {"127.0.0.1", "93.184.216.34"}},
                 {"many.example", many},
                 {"none.example", {}}};
  HttpOptions options;
  options.resolve = names;
  options.ports = {canary.port()};
  const auto http = client(options);
  for (const char* host : {"both.example", "other.example", "many.example"}) {
    const auto answer = http->run(get(canary.url("/", host)));
    ASSERT_FALSE(answer) << host;
    EXPECT_EQ(answer.error().kind, Kind::invalid) << host;
  }
  EXPECT_EQ(http->run(get(canary.url("/", "none.example"))).error().kind, Kind::unavailable);
  EXPECT_EQ(http->run(get(canary.url("/", "unknown.example"))).error().kind, Kind::unavailable);
  EXPECT_EQ(canary.connections(), 0);
}

TEST(HttpClient, AThousandAllowedAnswersAreNoTrouble) {
  HttpPeer peer(http_answer("200 OK", "hello"));
  Names names;
  std::vector<std::string> many;
  for (int i = 0; i < 1000; ++i) many.push_back("127.0.0.1");
  names.known = {{"many.example", many}};
  EXPECT_TRUE(client(local(names))->run(get(peer.url("/", "many.example"))));
}

// The first answer is fine, the one at the redirect is not; and the other way round a kept connection needs no name.
TEST(HttpClient, EveryHopIsCheckedAnew) {
  HttpPeer canary(http_answer("200 OK", "inside"));
  std::atomic<int> asked = 0;
  const Resolve turns = [&](const std::string&, Deadline, const Interrupt*) -> Result<std::vector<Address>> {
    return std::vector<Address>{*Address::parse(++asked == 1 ? "127.0.0.1" : "169.254.169.254")};
  };
  HttpPeer first([&](Peer& p, const HeardRequest&) { p.write(http_answer("302 Found", "", {"Location: /again"})); });
  HttpOptions options = local();
  options.resolve = turns;
  const auto http = *HttpClient::make(options);
  HttpRequest request = get(first.url("/", "turns.example"));
  request.follow = 3;
  const auto answer = http->run(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::invalid);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(first.heard().size(), 1u);
  EXPECT_EQ(canary.connections(), 0);
}

struct Redirect {
  const char* location;
  Kind kind;  // what is answered instead of following
};

// Hostile rows 91 and 96.
TEST(HttpClient, FollowsNoRedirectOutOfWhatIsAllowed) {
  HttpPeer canary(http_answer("200 OK", "inside"));
  const Redirect rows[] = {
      {"http://169.254.169.254/latest/meta-data/", Kind::invalid},
      {"http://10.0.0.1/", Kind::invalid},
      {"//192.168.0.1/x", Kind::invalid},
      {"http://[fe80::1]/", Kind::invalid},
      {"http://2130706433/", Kind::invalid},
      {"http://user@public.example/", Kind::invalid},
      {"http://public.example\\@127.0.0.1/", Kind::invalid},
      {"http://public.example:22/", Kind::invalid},
      {"https://named.example/", Kind::invalid},
      {"file:///etc/passwd", Kind::invalid},
      {"gopher://public.example/", Kind::invalid},
      {"ftp://public.example/", Kind::invalid},
      {"dict://public.example/", Kind::invalid},
      {"javascript:alert(1)", Kind::invalid},
      {"/a b", Kind::invalid},
      {"/loop", Kind::rejected},
  };
  for (const Redirect& row : rows) {
    HttpPeer peer([&](Peer& p, const HeardRequest&) {
      p.write(http_answer("302 Found", "", {"Location: " + std::string(row.location)}));
    });
    Names names;
    names.known = {{"named.example", {"127.0.0.1"}}, {"public.example", {"93.184.216.34"}}};
    HttpOptions options;
    options.resolve = names;
    ASSERT_TRUE(options.guard.allow("named.example"));  // this host alone may be local
    const auto http = *HttpClient::make(options);
    HttpRequest request = get(peer.url("/", "named.example"));
    request.follow = 3;
    const auto answer = http->run(request);
    ASSERT_FALSE(answer) << row.location;
    EXPECT_EQ(answer.error().kind, row.kind) << row.location << ": " << answer.error().what;
  }
  EXPECT_EQ(canary.connections(), 0);
}

TEST(HttpClient, ARedirectIsAnAnswerUnlessFollowingWasAskedFor) {
  HttpPeer peer(http_answer("301 Moved", "", {"Location: /x"}));
  const auto http = client(local());
  EXPECT_EQ(http->run(get(peer.url()))->status, 301);
  HttpRequest request = post(peer.url());
  request.follow = 3;
  EXPECT_EQ(http->run(request)->status, 301) << "a POST is never sent somewhere else";
  EXPECT_EQ(peer.heard().size(), 2u);
}

TEST(HttpClient, CredentialsStayWithTheHostTheyAreFor) {
  HttpPeer target(http_answer("200 OK", "there"));
  HttpPeer peer([&](Peer& p, const HeardRequest& r) {
    p.write(http_answer("302 Found", "", {"Location: " + (r.target == "/" ? "/same" : target.url("/t", "b.example"))}));
  });
  Names names;
  names.known = {{"a.example", {"127.0.0.1"}}, {"b.example", {"127.0.0.1"}}};
  HttpRequest request = get(peer.url("/", "a.example"));
  request.follow = 3;
  request.headers = {{"Authorization", "Bearer t"}, {"Cookie", "c=1"}, {"X-Api-Key", "k"}, {"Accept", "text/html"}};
  const auto answer = client(local(names))->run(request);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->body, "there");
  EXPECT_EQ(answer->url, target.url("/t", "b.example"));
  ASSERT_EQ(peer.heard().size(), 2u);
  EXPECT_EQ(peer.heard()[1].headers.at("authorization"), "Bearer t") << "the same host";
  const auto there = target.heard().at(0);
  EXPECT_FALSE(there.has("authorization"));
  EXPECT_FALSE(there.has("cookie"));
  EXPECT_FALSE(there.has("x-api-key"));
  EXPECT_EQ(there.headers.at("accept"), "text/html");
}

TEST(HttpClient, ProxiesOfTheEnvironmentAreIgnored) {
  HttpPeer proxy(http_answer("200 OK", "proxy"));
  HttpPeer peer(http_answer("200 OK", "peer"));
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}) {
    ::setenv(name, address.c_str(), 1);
  }
  const auto answer = client(local())->run(get(peer.url()));
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}) ::unsetenv(name);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "peer");
  EXPECT_EQ(proxy.connections(), 0);
}

TEST(HttpClient, AKeptConnectionServesAgainButNeverForAChange) {
  HttpPeer peer(http_answer("200 OK", "x"));
  const auto http = client(local());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(http->run(get(peer.url())));
  EXPECT_EQ(peer.connections(), 1);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(http->run(post(peer.url())));
  EXPECT_EQ(peer.connections(), 3);
  HttpRequest repeatable = post(peer.url());
  repeatable.repeatable = true;
  ASSERT_TRUE(http->run(repeatable));
  EXPECT_EQ(peer.connections(), 3);
}

TEST(HttpClient, ManyThreadsShareOneClient) {
  HttpPeer peer(http_answer("200 OK", "x"));
  const auto http = client(local());
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 10; ++i) good += http->run(i % 2 == 0 ? get(peer.url()) : post(peer.url())) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(good, 80);
}

}  // namespace
}  // namespace amends::net
