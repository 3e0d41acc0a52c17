#include "core/http/framing.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace amends::http {
namespace {

using Step = RequestReader::Step;

struct Outcome {
  int status = 0;  // of the refusal; 0 when the request is whole, -1 when it waits for more
  std::string method, path, query, host, lines, body;
  bool keep_alive = false;
  std::size_t left = 0;  // bytes that were not taken

  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::size_t piece, std::size_t max_body = 1024, HeadLimits limits = {}) {
  RequestReader reader(limits);
  Step step = Step::more;
  std::size_t used = 0;
  while (used < bytes.size() && (step == Step::more || step == Step::head)) {
    std::string_view some = bytes.substr(used, piece);
    const std::size_t before = some.size();
    step = reader.feed(some);
    if (step == Step::head) step = reader.allow_body(max_body);
    used += before - some.size();
  }
  Outcome out;
  out.status = step == Step::done ? 0 : step == Step::refused ? reader.refusal().status : -1;
  if (step == Step::refused) return out;  // where it stopped may differ by the pieces
  out.left = bytes.size() - used;
  const Head& head = reader.head();
  out = {out.status,       head.method,   head.path,       head.query, head.host,
         head.field_lines, reader.body(), head.keep_alive, out.left};
  return out;
}

// The same whatever the pieces are.
Outcome read(std::string_view bytes, std::size_t max_body = 1024, HeadLimits limits = {}) {
  const Outcome whole = read(bytes, bytes.size() + 1, max_body, limits);
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 64u}) {
    EXPECT_EQ(read(bytes, piece, max_body, limits), whole) << "in pieces of " << piece;
  }
  return whole;
}

int refusal_of(std::string_view bytes, std::size_t max_body = 1024, HeadLimits limits = {}) {
  return read(bytes, max_body, limits).status;
}

std::string with(std::string_view fields, std::string_view rest = "") {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(rest);
}

TEST(Framing, ReadsARequestAndLeavesTheNext) {
  const Outcome out = read("GET /a%20b?q=1?2 HTTP/1.1\r\nHost: Shop.Example:80\r\nAccept:  x\t\r\n\r\nGET /next");
  EXPECT_EQ(out.status, 0);
  EXPECT_EQ(out.method, "GET");
  EXPECT_EQ(out.path, "/a b");
  EXPECT_EQ(out.query, "q=1?2");
  EXPECT_EQ(out.host, "shop.example:80");
  EXPECT_EQ(out.lines, "Host: Shop.Example:80\r\nAccept: x\r\n");
  EXPECT_TRUE(out.keep_alive);
  EXPECT_EQ(out.left, 9u);
}

TEST(Framing, ReadsABodyOfKnownLength) {
  const Outcome out = read(with("Content-Length: 5\r\n", "helloGET"));
  EXPECT_EQ(out.status, 0);
  EXPECT_EQ(out.body, "hello");
  EXPECT_EQ(out.left, 3u);
  EXPECT_EQ(out.lines, "Host: a\r\n");
  EXPECT_EQ(read(with("Content-Length: 0\r\n")).status, 0);
  EXPECT_EQ(read(with("Content-Length: 5\r\n", "hell")).status, -1);
}

TEST(Framing, ReadsChunksWithExtensionsAndTrailers) {
  const Outcome out =
      read(with("Transfer-Encoding: Chunked\r\n", "5\r\nhello\r\n006;a=\"b\"\r\n world\r\n0\r\nX-Sum: 1\r\n\r\nrest"));
  EXPECT_EQ(out.status, 0);
  EXPECT_EQ(out.body, "hello world");
  EXPECT_EQ(out.left, 4u);
}

TEST(Framing, RefusesWhatTwoReadersCouldFrameDifferently) {
  const std::vector<std::string> smuggled = {
      with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
      with("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
      with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
      with("Content-Length: 5, 5\r\n", "hello"),
      with("Content-Length: +5\r\n", "hello"),
      with("Content-Length: -1\r\n"),
      with("Content-Length: 0x5\r\n", "hello"),
      with("Content-Length: 9e18\r\n"),
      with("Content-Length: 5 \t5\r\n"),
      with("Content-Length:\r\n"),
      with("Content-Length : 5\r\n", "hello"),
      with("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
      with("Transfer-Encoding:\vchunked\r\n"),
      with("Transfer-Encoding: xchunked\r\n"),
      with("Transfer-Encoding: chunked, identity\r\n"),
      with("Transfer-Encoding: gzip, chunked\r\n"),
      with("Transfer-Encoding: identity\r\n"),
      with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
      with("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n"),
      with("Transfer-Encoding:\r\n chunked\r\n"),
      with(" Content-Length: 5\r\n"),
      with("X: a\r\n folded\r\n"),
      with("X: a\r\n\tfolded\r\n"),
      with("X: a\rY: b\r\n"),
      with("X: a\nContent-Length: 5\r\n"),
      with("X; a\r\n"),
      with(": a\r\n"),
      with("X\r\n"),
      with("X(: a\r\n"),
      with("X\x80: a\r\n"),
      "POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  };
  for (const auto& request : smuggled) EXPECT_EQ(refusal_of(request), 400) << request;
  EXPECT_EQ(refusal_of(with(std::string_view("X: a\0b\r\n", 8))), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\nHost: a\n\n"), 400);
}

TEST(Framing, RefusesChunksThatAreNone) {
  for (const char* chunks :
       {"\r\n", "x\r\n", "-1\r\n", "0x5\r\nhello\r\n", "5\nhello\r\n", "5\r\nhelloX\r\n", "5\r\nhello\n", "5 5\r\n",
        " 5\r\nhello\r\n", "5 \r\nhello\r\n", ";a\r\n", "00000000000000005\r\nhello\r\n", "5;a\rb\r\n",
        "0\r\nX : 1\r\n\r\n", "0\r\n X: 1\r\n\r\n", "0\r\nbad\r\n\r\n", "0\r\n\n", "5\r\nhello\r\r\n"}) {
    EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n", chunks)), 400) << chunks;
  }
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n", "7fffffffffffffff\r\n")), 413);
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n")), 413);
}

TEST(Framing, RefusesBodiesBeyondTheRule) {
  EXPECT_EQ(refusal_of(with("Content-Length: 11\r\n"), 10), 413);
  EXPECT_EQ(refusal_of(with("Content-Length: 99999999999999999999999999\r\n"), 10), 413);
  EXPECT_EQ(refusal_of(with("Content-Length: 18446744073709551617\r\n", "x"), 10), 413);
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n", "6\r\n123456\r\n6\r\n"), 10), 413);
  EXPECT_EQ(refusal_of(with("Content-Length: 1\r\n"), 0), 413);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0), 0);
}

TEST(Framing, RefusesACodingThatIsMostlyOverhead) {
  std::string chunks;
  for (int i = 0; i < 20'000; ++i) chunks += "1;" + std::string(50, 'x') + "\r\na\r\n";
  EXPECT_EQ(read(with("Transfer-Encoding: chunked\r\n", chunks), 100'000, 100'000).status, 400);
  const std::string endless = "1;" + std::string(20'000, 'x');
  EXPECT_EQ(read(with("Transfer-Encoding: chunked\r\n", endless), 100'000, 100'000).status, 400);
  std::string honest;
  for (int i = 0; i < 20'000; ++i) honest += "1\r\na\r\n";
  EXPECT_EQ(read(with("Transfer-Encoding: chunked\r\n", honest + "0\r\n\r\n"), 100'000, 100'000).status, 0);
}

TEST(Framing, RefusesRequestLinesByTheirFault) {
  const std::vector<std::pair<int, std::string>> rows = {
      {405, "TRACE / HTTP/1.1\r\n"},   {405, "CONNECT a:443 HTTP/1.1\r\n"}, {501, "BREW / HTTP/1.1\r\n"},
      {501, "get / HTTP/1.1\r\n"},     {400, "G@T / HTTP/1.1\r\n"},         {400, "GET /\r\n"},
      {400, "GET  / HTTP/1.1\r\n"},    {400, "GET / HTTP/1.1 \r\n"},        {400, "GET /a b HTTP/1.1\r\n"},
      {400, "GET / http/1.1\r\n"},     {400, "GET / HTTP/11\r\n"},          {400, "GET / HTTP/1.10\r\n"},
      {505, "GET / HTTP/2.0\r\n"},     {505, "PRI * HTTP/2.0\r\n"},         {505, "GET / HTTP/0.9\r\n"},
      {400, "GET /#a HTTP/1.1\r\n"},   {400, "GET /\x80 HTTP/1.1\r\n"},     {400, "GET a HTTP/1.1\r\n"},
      {400, "GET * HTTP/1.1\r\n"},     {400, "GET ftp://a/ HTTP/1.1\r\n"},  {400, "GET /%00 HTTP/1.1\r\n"},
      {400, "GET /../x HTTP/1.1\r\n"}, {400, "GET /?a=%zz HTTP/1.1\r\n"},   {400, "\r\n\r\nGET / HTTP/1.1\r\n"},
      {400, "\x16\x03\x01"},           {400, " GET / HTTP/1.1\r\n"},
  };
  for (const auto& [status, line] : rows) EXPECT_EQ(refusal_of(line + "Host: a\r\n\r\n"), status) << line;
  EXPECT_EQ(refusal_of("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 0) << "one empty line is forgiven";
  EXPECT_EQ(refusal_of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(refusal_of("GET / HTTP/1.9\r\nHost: a\r\n\r\n"), 0);
}

TEST(Framing, TakesOneHostAndNoOther) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\n\r\n"), 0);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n"), 400);
  for (const char* host : {"", "a b", "a/b", "u@a", "a,b", "a?b", "a%41", "a\\b"}) {
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), 400) << host;
  }
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n"), 0);
  EXPECT_EQ(refusal_of("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  const Outcome same = read("GET http://A?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(same.status, 0);
  EXPECT_EQ(same.path, "/");
  EXPECT_EQ(same.query, "x=1");
}

TEST(Framing, HoldsItsLimits) {
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "X: 1\r\n";
  EXPECT_EQ(refusal_of(with(fields)), 0);
  EXPECT_EQ(refusal_of(with(fields + "X: 1\r\n")), 431);
  EXPECT_EQ(refusal_of(with("X: " + std::string(8'200, 'x') + "\r\n")), 431);
  EXPECT_EQ(refusal_of(with("X: " + std::string(3'000, '%') + "\r\n")), 431);
  EXPECT_EQ(refusal_of(with("X: " + std::string(8'000, 'x') + "\r\nY: " + std::string(8'000, 'x') +
                            "\r\nZ: " + std::string(600, 'x') + "\r\n")),
            431);
  EXPECT_EQ(refusal_of(with("X: " + std::string(17'000, 'x'))), 431);
  EXPECT_EQ(refusal_of("GET /" + std::string(9'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
  EXPECT_EQ(refusal_of("GET /" + std::string(100'000, 'x')), 414);
  EXPECT_EQ(refusal_of("GET /" + std::string(8'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
}

TEST(Framing, RefusesCodingsAndExpectationsItDoesNotKnow) {
  EXPECT_EQ(refusal_of(with("Content-Encoding: gzip\r\nContent-Length: 3\r\n", "abc")), 415);
  EXPECT_EQ(refusal_of(with("Content-Encoding: identity\r\nContent-Length: 3\r\n", "abc")), 0);
  EXPECT_EQ(refusal_of(with("Expect: 200-maybe\r\n")), 417);
  EXPECT_EQ(refusal_of(with("Expect: 100-Continue\r\n")), 0);
}

TEST(Framing, SaysWhoWantsTheConnectionKept) {
  EXPECT_FALSE(read(with("Connection: close\r\n")).keep_alive);
  EXPECT_FALSE(read(with("Connection: keep-alive, Close\r\n")).keep_alive);
  EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST(Framing, KeepsBackWhatOnlyTheFrontMayBelieve) {
  RequestReader reader{HeadLimits{}};
  const std::string request = with(
      "X-Forwarded-For: 1.1.1.1\r\nx-forwarded-for: 2.2.2.2\r\nX-Forwarded-Proto: HTTPS\r\nForwarded: for=x\r\n"
      "REMOTE_ADDR: 6.6.6.6\r\nLOCAL_PORT: 1\r\nX-Real-IP: 6.6.6.6\r\nUpgrade: h2c\r\nTE: trailers\r\nX-Mine: 1\r\n");
  std::string_view bytes = request;
  ASSERT_EQ(reader.feed(bytes), Step::head);
  EXPECT_EQ(reader.head().forwarded_for, "1.1.1.1, 2.2.2.2");
  EXPECT_EQ(reader.head().forwarded_proto, "https");
  EXPECT_EQ(reader.head().field_lines, "Host: a\r\nX-Mine: 1\r\n");
}

}  // namespace
}  // namespace amends::http
