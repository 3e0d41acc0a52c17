#include <gtest/gtest.h>

#include "core/net/http_client.h"

namespace amends::net {
namespace {

using std::chrono::seconds;

TEST(HttpUrl, IsNormalisedToWhatIsDialled) {
  const struct {
    const char *given, *text, *host;
    int port;
  } rows[] = {
      {"https://Example.COM", "https://example.com/", "example.com", 443},
      {"HTTP://example.com:80/a?b=c#d", "http://example.com/a?b=c", "example.com", 80},
      {"https://example.com.:8443/x", "https://example.com:8443/x", "example.com", 8443},
      {"https://example.com?q=1", "https://example.com/?q=1", "example.com", 443},
      {"https://b\u00fccher.example/\u00fc", "https://xn--bcher-kva.example/%C3%BC", "xn--bcher-kva.example", 443},
      {"https://[2606:4700::1111]:444/", "https://[2606:4700::1111]:444/", "2606:4700::1111", 444},
      {"http://[::ffff:127.0.0.1]/", "http://127.0.0.1/", "127.0.0.1", 80},
      {"http://\uff11\uff12\uff17.0.0.1/", "http://127.0.0.1/", "127.0.0.1", 80},
      {"https://example.com/a@b", "https://example.com/a@b", "example.com", 443},
      {"https://example.com/%0d%0aX", "https://example.com/%0d%0aX", "example.com", 443},
      {"https://example.com/{a}|\"<b>`^", "https://example.com/%7Ba%7D%7C%22%3Cb%3E%60%5E", "example.com", 443},
  };
  for (const auto& row : rows) {
    const auto url = parse_http_url(row.given);
    ASSERT_TRUE(url) << row.given << ": " << url.error().what;
    EXPECT_EQ(url->text, row.text);
    EXPECT_EQ(url->host, row.host) << row.given;
    EXPECT_EQ(url->port, row.port) << row.given;
    const auto again = parse_http_url(url->text);
    ASSERT_TRUE(again) << url->text;
    EXPECT_EQ(again->text, url->text) << "a second time changes nothing";
  }
}

TEST(HttpUrl, WhatIsReadDifferentlyByDifferentProgramsIsRefused) {
  const char* rows[] = {
      "",
      "example.com",
      "//example.com/",
      "https:/example.com/",
      "https:example.com",
      "https://",
      "https:///x",
      "file:///etc/passwd",
      "gopher://example.com/",
      "ftp://example.com/",
      "dict://example.com:11211/",
      "jar:https://example.com!/",
      "javascript:alert(1)",
      "https://good@evil.example/",
      "https://good:pw@evil.example/",
      "https://evil.example#@good.example",
      "https://evil.example?@good.example",
      "https://evil.example\\@good.example",
      "https://evil.example/\\x",
      "https://example.com/a\r\nHost: b",
      "https://example.com/a b",
      "https://example.com/a\tb",
      " https://example.com/",
      "https://exa\x7fmple.com/",
      "https://example.com:/",
      "https://example.com:0/",
      "https://example.com:65536/",
      "https://example.com:443x/",
      "https://example.com:+443/",
      "https://example.com:80:80/",
      "https://127.1/",
      "https://0/",
      "https://0x7f000001/",
      "https://017700000001/",
      "https://2130706433/",
      "https://0x7f.0.0.1/",
      "https://[::1/",
      "https://::1/",
      "https://[fe80::1%25eth0]/",
      "https://[127.0.0.1]/",
      "https://127%2e0%2e0%2e1/",
      "https://a,b.example/",
      "https://a;b.example/",
      "https://.example.com/",
      "https://exa mple.com/",
      "https://[example.com]/",
  };
  for (const char* row : rows) {
    const auto url = parse_http_url(row);
    EXPECT_FALSE(url) << row << " -> " << url->text;
    if (!url) {
      EXPECT_EQ(url.error().kind, Kind::invalid) << row;
    }
  }
  EXPECT_FALSE(parse_http_url("https://example.com/" + std::string(9000, 'a')));
}

TEST(RetryAfter, IsBelievedBetweenASecondAndADay) {
  const Timestamp now{784'111'777'000};  // Sun, 06 Nov 1994 08:49:37 GMT
  const struct {
    const char* value;
    int seconds;
  } rows[] = {
      {"120", 120},
      {" 7 ", 7},
      {"0", 1},
      {"-1", 0},
      {"-5", 0},
      {"1e12", 0},
      {"1000000000000", 86'400},
      {"99999999999999999999999999", 86'400},
      {"1.5", 0},
      {"soon", 0},
      {"", 0},
      {"Sun, 06 Nov 1994 08:51:37 GMT", 120},
      {"Sunday, 06-Nov-94 08:50:37 GMT", 60},
      {"Sun Nov  6 08:49:47 1994", 10},
      {"Sun, 06 Nov 1994 08:49:37 GMT", 1},
      {"Sat, 05 Nov 1994 08:49:37 GMT", 1},
      {"Mon, 06 Nov 2094 08:49:37 GMT", 86'400},
      {"Sun, 99 Foo 1994", 0},
      {"tomorrow", 0},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_retry_after(row.value, now), seconds(row.seconds)) << row.value;
}

TEST(HttpStatus, SaysWhatTheCallerDoes) {
  const struct {
    int status;
    bool acts;
    Kind kind;
  } rows[] = {
      {400, false, Kind::rejected},    {401, false, Kind::unauthorized}, {403, true, Kind::unauthorized},
      {404, false, Kind::not_found},   {409, false, Kind::conflict},     {422, false, Kind::rejected},
      {429, true, Kind::rate_limited}, {500, false, Kind::unavailable},  {500, true, Kind::uncertain},
      {502, true, Kind::uncertain},    {503, true, Kind::unavailable},   {504, true, Kind::uncertain},
      {504, false, Kind::unavailable}, {302, false, Kind::rejected},     {507, true, Kind::unavailable},
  };
  for (const auto& row : rows) {
    HttpResponse response;
    response.status = row.status;
    response.retry_after = seconds(9);
    const Error error = error_of(response, row.acts);
    EXPECT_EQ(error.kind, row.kind) << row.status;
    EXPECT_EQ(error.retry_after, seconds(9));
  }
}

}  // namespace
}  // namespace amends::net
