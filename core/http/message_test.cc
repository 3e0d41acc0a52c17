#include "core/http/message.h"

#include <gtest/gtest.h>

#include "core/http/answer.h"
#include "core/http/url.h"

namespace amends::http {
namespace {

TEST(Fields, NamesCompareWithoutCaseAndOrderStays) {
  Fields fields{{"Accept", "a"}, {"X-One", "1"}, {"ACCEPT", "b"}};
  EXPECT_EQ(fields.get("accept"), "a");
  EXPECT_EQ(fields.get("absent"), "");
  EXPECT_FALSE(fields.has("absent"));
  ASSERT_EQ(fields.get_all("Accept").size(), 2u);
  EXPECT_EQ(fields.get_all("Accept")[1], "b");
  fields.set("accept", fields.get("ACCEPT"));
  EXPECT_EQ(fields.get_all("Accept").size(), 1u);
  EXPECT_EQ(fields.get("Accept"), "a");
  fields.remove("X-ONE");
  EXPECT_EQ(fields.all().size(), 1u);
}

TEST(Fields, NoValueBreaksOutOfItsLine) {
  Fields fields;
  fields.add("Location", "/x\r\nSet-Cookie: a=1");
  fields.add(std::string_view("X\r\nY: \0z", 8), "v");
  fields.add("\r\n", "v");
  ASSERT_EQ(fields.all().size(), 2u);
  EXPECT_EQ(fields.all()[0].value, "/x  Set-Cookie: a=1");
  EXPECT_EQ(fields.all()[1].name, "XYz");
}

TEST(Request, CookiesAreFoundByTheirWholeName) {
  Request request;
  request.headers.add("Cookie", "session=abc; theme=\"dark\";empty=; session=second");
  request.headers.add("Cookie", "late=1");
  EXPECT_EQ(request.cookie("session"), "abc");
  EXPECT_EQ(request.cookie("theme"), "dark");
  EXPECT_EQ(request.cookie("empty"), "");
  EXPECT_EQ(request.cookie("late"), "1");
  EXPECT_EQ(request.cookie("sess"), std::nullopt);
  EXPECT_EQ(Request{}.cookie("session"), std::nullopt);
}

TEST(Request, AParameterIsTheFirstOfItsName) {
  Request request;
  request.parameters = parse_query("a=1&a=2&b").value();
  ASSERT_NE(request.parameter("a"), nullptr);
  EXPECT_EQ(*request.parameter("a"), "1");
  ASSERT_NE(request.parameter("b"), nullptr);
  EXPECT_EQ(*request.parameter("b"), "");
  EXPECT_EQ(request.parameter("c"), nullptr);
}

TEST(Url, PathsAreDecodedOnce) {
  EXPECT_EQ(decode_path("/"), "/");
  EXPECT_EQ(decode_path("/a/b%20c"), "/a/b c");
  EXPECT_EQ(decode_path("/a/"), "/a/");
  EXPECT_EQ(decode_path("/%2541"), "/%41");
  EXPECT_EQ(decode_path("/gr%C3%BC%C3%9fe"), "/grüße");
  EXPECT_EQ(decode_path("/a+b"), "/a+b");
  EXPECT_EQ(decode_path("/.hidden/..."), "/.hidden/...");
}

TEST(Url, PathsThatCouldMeanTwoThingsAreNone) {
  for (const char* path : {"",
                           "a",
                           "/..",
                           "/../etc/passwd",
                           "/a/../b",
                           "/a/.",
                           "/./a",
                           "/%2e%2e/a",
                           "/%2e%2e%2fetc",
                           "/a%2fb",
                           "/a%2Fb",
                           "/a%00b",
                           "/a%0d%0ab",
                           "/%c0%af",
                           "/%e0%80%af",
                           "/%ed%a0%80",
                           "/%ff",
                           "/%",
                           "/%4",
                           "/%zz",
                           "/%u0041",
                           "//a",
                           "/a//b",
                           "/a\\b",
                           "/a%5cb",
                           "/a\x01",
                           "/a%7f"}) {
    EXPECT_EQ(decode_path(path), std::nullopt) << path;
  }
  EXPECT_EQ(decode_path(std::string_view("/a\0b", 4)), std::nullopt);
}

TEST(Url, QueriesAreForms) {
  const auto some = parse_query("q=caf%C3%A9+noir&&x=1=2&%26=&flag").value();
  ASSERT_EQ(some.size(), 4u);
  EXPECT_EQ(some[0].value, "café noir");
  EXPECT_EQ(some[1].value, "1=2");
  EXPECT_EQ(some[2].name, "&");
  EXPECT_EQ(some[3].name, "flag");
  EXPECT_TRUE(parse_query("")->empty());
  for (const char* bad : {"a=%", "a=%0", "a=%g0", "%00=1", "a=%c0%af", "a=%ff"}) {
    EXPECT_FALSE(parse_query(bad).has_value()) << bad;
  }
  std::string many;
  for (int i = 0; i < 257; ++i) many += "a=1&";
  EXPECT_FALSE(parse_query(many).has_value());
}

TEST(Url, WhatIsEncodedDecodesToItself) {
  std::string all;
  for (int c = 1; c < 128; ++c) all.push_back(static_cast<char>(c));
  all += "üñ漢";
  const auto back = parse_query("v=" + percent_encode(all));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->at(0).value, all);
}

TEST(Answer, DatesAreAsInTheStandardsExample) {
  EXPECT_EQ(http_date(std::chrono::system_clock::from_time_t(784111777)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Answer, FramingIsTheFrontsOwn) {
  Response response;
  response.headers = {{"Content-Length", "999"}, {"Connection", "upgrade"}, {"X-Kept", "yes"}};
  response.body = "hello";
  const AnswerHead head = write_head(response, {}, "now");
  EXPECT_EQ(head.bytes, "HTTP/1.1 200 OK\r\nDate: now\r\nX-Kept: yes\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(head.delimiter, Delimiter::length);
  EXPECT_TRUE(head.keep_alive);
}

TEST(Answer, NoBodyIsPromisedWhereNoneMayBe) {
  Response response;
  response.body = "never sent";
  for (const int status : {204, 304}) {
    response.status = status;
    const AnswerHead head = write_head(response, {}, "now");
    EXPECT_EQ(head.bytes.find("Content-Length"), head.bytes.npos);
    EXPECT_EQ(head.delimiter, Delimiter::none);
  }
  response.status = 200;
  const AnswerHead head = write_head(response, {true, 1, true}, "now");
  EXPECT_NE(head.bytes.find("Content-Length: 10\r\n"), head.bytes.npos);
  EXPECT_EQ(head.delimiter, Delimiter::none);
}

TEST(Answer, AnOldClientIsToldThatTheConnectionStays) {
  Response response;
  EXPECT_NE(write_head(response, {false, 0, true}, "now").bytes.find("Connection: keep-alive\r\n"), std::string::npos);
  EXPECT_NE(write_head(response, {false, 0, false}, "now").bytes.find("Connection: close\r\n"), std::string::npos);
}

TEST(Answer, RefusalsAreProblemsThatSayWhenToComeBack) {
  const Response busy = refusal_answer({503, "later"}, {{"X-Safe", "1"}}, std::chrono::seconds(7));
  EXPECT_EQ(busy.headers.get("Retry-After"), "7");
  EXPECT_EQ(busy.headers.get("X-Safe"), "1");
  EXPECT_EQ(busy.headers.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(busy.body, R"({"type":"about:blank","title":"Service Unavailable","status":503,"detail":"later"})");
  EXPECT_TRUE(refusal_answer({405, "no"}, {}, {}).headers.has("Allow"));
  EXPECT_FALSE(refusal_answer({400, "no"}, {}, {}).headers.has("Retry-After"));
}

}  // namespace
}  // namespace amends::http
