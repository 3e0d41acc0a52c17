#include "core/http/server.h"

#include <gtest/gtest.h>

#include <mutex>
#include <numeric>
#include <stdexcept>

#include "core/http/client_fixture.h"

namespace amends::http {
namespace {

using Front = FrontTest;

TEST_F(Front, HandsOverARequestAsItWasMeant) {
  Request seen;
  handler_.answer = [&](const Request& request) {
    seen = request;
    return text_of("done");
  };
  start();
  Client client(port_);
  const Answer answer = client.ask(
      "POST /brands/caf%C3%A9?limit=5&q=a+b HTTP/1.1\r\nHost: Shop.Example\r\nX-Percent: 100%25 %zz "
      "%u0041\r\nX-Empty:\r\n"
      "Cookie: a=%41\r\nRange: bytes=0-1\r\nAccept: x\r\naccept: y\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "done");
  EXPECT_TRUE(answer.has("Content-Type: text/plain\r\n"));
  EXPECT_TRUE(answer.has("\r\nDate: "));
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/brands/café");
  EXPECT_EQ(seen.raw_path, "/brands/caf%C3%A9");
  EXPECT_EQ(seen.query, "limit=5&q=a+b");
  ASSERT_NE(seen.parameter("q"), nullptr);
  EXPECT_EQ(*seen.parameter("q"), "a b");
  EXPECT_EQ(seen.host, "shop.example");
  EXPECT_EQ(seen.body, "hello");
  EXPECT_EQ(seen.peer, "127.0.0.1");
  EXPECT_FALSE(seen.secure);
  EXPECT_EQ(seen.headers.get("X-Percent"), "100%25 %zz %u0041");
  EXPECT_EQ(seen.headers.get("Cookie"), "a=%41");
  EXPECT_TRUE(seen.headers.has("X-Empty"));
  EXPECT_EQ(seen.headers.get("Range"), "bytes=0-1");
  EXPECT_EQ(seen.headers.get_all("accept").size(), 2u);
  EXPECT_FALSE(seen.headers.has("Content-Length"));
  EXPECT_FALSE(seen.headers.has("REMOTE_ADDR"));
}

TEST_F(Front, AnswersPipelinedRequestsInOrder) {
  handler_.answer = [](const Request& request) { return text_of(request.path); };
  start(open_options());
  Client client(port_);
  std::string all;
  for (int i = 0; i < 200; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.answer().body, "/" + std::to_string(i));
}

// Short bodies go out with their head in one piece, long ones beside it; a small window takes both apart anywhere.
TEST_F(Front, AnswersOfEveryLengthComeWhole) {
  const auto body_of = [](std::size_t size) {
    std::string body(size, ' ');
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>('a' + (i ^ (i >> 8)) % 26);
    return body;
  };
  handler_.answer = [&](const Request& request) { return text_of(body_of(std::stoull(request.query))); };
  start(open_options());
  Client client(port_), slow(port_, nullptr, nullptr, 4096);
  for (const std::size_t size : {0, 1, 4095, 4096, 4097, 31'748, 65'535, 65'536, 65'537, 900'001}) {
    for (Client* one : {&client, &slow}) EXPECT_EQ(one->get("/?" + std::to_string(size)).body, body_of(size)) << size;
  }
}

TEST_F(Front, ReadsRequestsThatComeByteByByte) {
  handler_.answer = [](const Request& request) { return text_of(request.body); };
  start();
  Client client(port_);
  const std::string request = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  for (const char c : request) ASSERT_TRUE(client.send(std::string(1, c)));
  EXPECT_EQ(client.answer().body, "abc");
  EXPECT_EQ(client.get("/").status, 200);
}

TEST_F(Front, EndsTheConnectionWhenTheClientWantsIt) {
  start();
  Client modern(port_);
  const Answer closed = modern.get("/", "Connection: close\r\n");
  EXPECT_TRUE(closed.has("Connection: close\r\n"));
  EXPECT_TRUE(modern.ended());
  Client old(port_);
  EXPECT_EQ(old.ask("GET / HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(old.ended());
  Client old_but_fond(port_);
  const Answer kept = old_but_fond.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(kept.has("Connection: keep-alive\r\n"));
  EXPECT_EQ(old_but_fond.get("/").status, 200);
}

TEST_F(Front, AnswersWhoHasShutHisSide) {
  handler_.answer = [](const Request&) { return text_of("still here"); };
  start();
  Client client(port_);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  client.shut();
  EXPECT_EQ(client.answer().body, "still here");
  EXPECT_TRUE(client.ended());
}

TEST_F(Front, SendsNoBodyToHead) {
  handler_.answer = [](const Request&) { return text_of("12345"); };
  start();
  Client client(port_);
  const Answer head = client.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(head.has("Content-Length: 5\r\n"));
  EXPECT_EQ(client.get("/").body, "12345") << "the next answer begins where the head ended";
  handler_.answer = [](const Request&) {
    Response out;
    out.status = 304;
    out.body = "never";
    return out;
  };
  EXPECT_EQ(client.get("/").status, 304);
  EXPECT_EQ(client.get("/").status, 304);
}

TEST_F(Front, LetsAClientWaitForTheGoAhead) {
  handler_.answer = [](const Request& request) { return text_of(request.body); };
  start();
  Client client(port_);
  client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.answer().status, 100);
  client.send("abc");
  EXPECT_EQ(client.answer().body, "abc");
  Client refused(port_);
  EXPECT_EQ(refused.ask("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9999\r\n\r\n").status,
            413);
}

TEST_F(Front, TellsWhatAHandlerThrewToNobody) {
  handler_.answer = [](const Request&) -> Response { throw std::runtime_error("password is hunter2"); };
  start();
  Client client(port_);
  const Answer answer = client.get("/");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ((answer.head + answer.body).find("hunter2"), std::string::npos);
  handler_.answer = [](const Request&) -> Response { throw 7; };
  EXPECT_EQ(client.get("/").status, 500);
}

TEST_F(Front, NeverShowsAHandlerWhatIsMalformed) {
  start(open_options());
  for (const char* request : {"GET / HTTP/1.1\r\n\r\n", "GET /../x HTTP/1.1\r\nHost: a\r\n\r\n",
                              "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: "
                              "chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\n"
                              "Host: a\r\n\r\n",
                              "GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    Client client(port_);
    const Answer answer = client.ask(request);
    EXPECT_EQ(answer.status, 400) << request;
    EXPECT_TRUE(answer.has("Content-Type: application/problem+json\r\n"));
    EXPECT_TRUE(answer.has("Connection: close\r\n"));
    client.shut();
    EXPECT_TRUE(client.ended()) << "one answer, and nothing after it";
  }
  EXPECT_EQ(handler_.asked, 0);
  EXPECT_EQ(server_->figures().rejected_framing, 4u);
}

TEST_F(Front, ABodyOfAGetIsNoSecondRequest) {
  handler_.answer = [](const Request& request) { return text_of(request.method + request.body); };
  start();
  Client client(port_);
  client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 29\r\n\r\n");
  client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n.");
  EXPECT_EQ(client.answer().body, "GETGET /x HTTP/1.1\r\nHost: a\r\n\r\n.");
  EXPECT_EQ(handler_.asked, 1);
}

TEST_F(Front, RefusesALongBodySoThatTheClientHearsIt) {
  start();
  Client client(port_);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n");
  std::thread uploads([&] { client.send(std::string(50'000'000, 'x')); });
  const Answer answer = client.answer();
  uploads.join();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(handler_.asked, 0);
  EXPECT_LT(server_->figures().bodies_held, 1'000u);
}

TEST_F(Front, PutsTheDefaultHeadersOnItsOwnAnswers) {
  ServerOptions options;
  options.default_headers = {{"X-Content-Type-Options", "nosniff"}};
  start(options);
  Client client(port_);
  const Answer answer = client.ask("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer.status, 405);
  EXPECT_TRUE(answer.has("Allow: GET"));
  EXPECT_TRUE(answer.has("X-Content-Type-Options: nosniff\r\n"));
}

TEST_F(Front, BelievesOnlyTrustedProxies) {
  std::string peer;
  bool secure = false;
  std::string field;
  handler_.answer = [&](const Request& request) {
    peer = request.peer;
    secure = request.secure;
    field = request.headers.get("X-Forwarded-For");
    return Response{};
  };
  start();
  const char* fields = "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-Proto: https\r\n";
  Client(port_).get("/", fields);
  EXPECT_EQ(peer, "127.0.0.1");
  EXPECT_FALSE(secure);
  EXPECT_EQ(field, "");
  ServerOptions options;
  options.trusted_proxies = {"127.0.0.0/8"};
  start(options);
  Client(port_).get("/", fields);
  EXPECT_EQ(peer, "203.0.113.9");
  EXPECT_TRUE(secure);
}

TEST_F(Front, RefusesOptionsThatCannotBe) {
  const auto kind_of = [&](auto change) {
    ServerOptions options;
    change(options);
    auto server = Server::listen(options, handler_);
    return server ? Kind::internal : server.error().kind;
  };
  EXPECT_EQ(kind_of([](auto& o) { o.address = "localhost"; }), Kind::invalid);
  EXPECT_EQ(kind_of([](auto& o) { o.port = 70'000; }), Kind::invalid);
  EXPECT_EQ(kind_of([](auto& o) { o.trusted_proxies = {"proxy"}; }), Kind::invalid);
  EXPECT_EQ(kind_of([](auto& o) { o.certificate_file = "only.pem"; }), Kind::invalid);
  EXPECT_EQ(kind_of([](auto& o) { o.certificate_file = o.key_file = "absent.pem"; }), Kind::invalid);
  EXPECT_EQ(kind_of([](auto& o) { o.listen_fd = 0; }), Kind::invalid);
  start();
  EXPECT_EQ(kind_of([&](auto& o) { o.port = port_; }), Kind::busy) << "one port has one server";
}

// Of known size, of unknown size, and failing.
class Letters final : public Source {
 public:
  Letters(std::size_t count, bool says_size, std::size_t breaks_at = SIZE_MAX)
      : count_(count), says_size_(says_size), breaks_at_(breaks_at) {}
  Result<std::string> read(std::size_t most) override {
    if (given_ >= breaks_at_) return fail(Kind::unavailable, "the disk is gone");
    const std::size_t n = std::min({most, count_ - given_, breaks_at_ - given_});
    std::string out(n, ' ');
    for (char& c : out) c = static_cast<char>('a' + given_++ % 26);
    return out;
  }
  std::optional<std::uint64_t> size() const override {
    if (!says_size_) return std::nullopt;
    return count_;
  }

 private:
  std::size_t count_, given_ = 0;
  bool says_size_;
  std::size_t breaks_at_;
};

Response letters(std::size_t count, bool says_size, std::size_t breaks_at = SIZE_MAX) {
  Response out;
  out.source = std::make_shared<Letters>(count, says_size, breaks_at);
  return out;
}

bool are_letters(const std::string& text, std::size_t count) {
  if (text.size() != count) return false;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] != static_cast<char>('a' + i % 26)) return false;
  }
  return true;
}

TEST_F(Front, StreamsABodyAsItIsMade) {
  constexpr std::size_t kCount = 5'000'000;
  start();
  handler_.answer = [](const Request&) { return letters(kCount, true); };
  Client client(port_);
  Answer answer = client.get("/");
  EXPECT_TRUE(answer.has("Content-Length: 5000000\r\n"));
  EXPECT_TRUE(are_letters(answer.body, kCount));
  handler_.answer = [](const Request&) { return letters(kCount, false); };
  answer = client.get("/");
  EXPECT_TRUE(answer.has("Transfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(are_letters(answer.body, kCount));
  EXPECT_EQ(client.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  const Answer old = client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(old.has("Connection: close\r\n"));
  EXPECT_TRUE(are_letters(old.body, kCount));
  handler_.answer = [](const Request&) { return letters(0, true); };
  EXPECT_EQ(Client(port_).get("/").body, "");
}

TEST_F(Front, CutsAStreamThatFailsSoThatItIsSeen) {
  start();
  handler_.answer = [](const Request&) { return letters(200'000, true, 100'000); };
  Client sized(port_);
  EXPECT_LT(sized.get("/").body.size(), 200'000u);
  EXPECT_TRUE(sized.ended());
  handler_.answer = [](const Request&) { return letters(200'000, false, 100'000); };
  Client chunked(port_);
  chunked.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string all = chunked.rest();
  EXPECT_NE(all.substr(all.size() - 5), "0\r\n\r\n");
}

TEST_F(Front, CountsWhatItDoes) {
  handler_.answer = [](const Request& request) {
    Response out = text_of("x");
    if (request.path == "/absent") out.status = 404;
    return out;
  };
  start();
  Client client(port_);
  client.get("/");
  client.get("/absent");
  const auto timed = [&] {
    const Figures figures = server_->figures();
    return std::accumulate(figures.latency.begin(), figures.latency.end(), std::uint64_t{0});
  };
  EXPECT_TRUE(comes_true([&] { return timed() == 2; }));
  const Figures figures = server_->figures();
  EXPECT_EQ(figures.connections, 1u);
  EXPECT_EQ(figures.accepted, 1u);
  EXPECT_EQ(figures.responses[2], 1u);
  EXPECT_EQ(figures.responses[4], 1u);
  EXPECT_GT(figures.bytes_in, 50u);
  EXPECT_GT(figures.bytes_out, 100u);
  EXPECT_EQ(figures.queue_depth, 0u);
}

TEST_F(Front, EventsReachTheClientWhoeverPushesThem) {
  std::shared_ptr<EventStream> stream;
  std::mutex mutex;
  handler_.answer = [&](const Request&) {
    auto made = std::make_shared<EventStream>("event: resync\ndata: \n\n");
    made->push(format({"1", "hello", "first"}));
    const std::lock_guard held(mutex);
    stream = made;
    Response out;
    out.events = made;
    return out;
  };
  start();
  Client client(port_);
  client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = client.until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Type: text/event-stream\r\n"), head.npos);
  EXPECT_NE(head.find("Cache-Control: no-store\r\n"), head.npos);
  EXPECT_EQ(head.find("Content-Length"), head.npos);
  EXPECT_EQ(client.until("\n\n"), "id: 1\nevent: hello\ndata: first\n\n");
  EXPECT_EQ(server_->figures().event_streams, 1u);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(stream->push(format({"", "", std::to_string(i)})));
    ASSERT_EQ(client.until("\n\n"), "data: " + std::to_string(i) + "\n\n");
  }
  stream->push(format({"", "", "last"}));
  stream->close();
  EXPECT_EQ(client.rest(), "data: last\n\n");
}

TEST_F(Front, AStreamWhoseClientLeftIsClosed) {
  auto stream = std::make_shared<EventStream>();
  std::atomic<int> told{0};
  stream->on_close([&] { ++told; });
  handler_.answer = [&](const Request&) {
    Response out;
    out.events = stream;
    return out;
  };
  start();
  {
    Client client(port_);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    client.until("\r\n\r\n");
  }
  EXPECT_TRUE(comes_true([&] { return stream->closed(); }));
  EXPECT_TRUE(comes_true([&] { return told == 1; }));
  EXPECT_TRUE(comes_true([&] { return server_->figures().event_streams == 0; }));
  EXPECT_FALSE(stream->push("late"));
  auto other = std::make_shared<EventStream>();
  handler_.answer = [&](const Request&) {
    Response out;
    out.events = other;
    return out;
  };
  Client head(port_);
  EXPECT_EQ(head.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  EXPECT_TRUE(other->closed()) << "nothing follows a HEAD";
}

}  // namespace
}  // namespace amends::http
