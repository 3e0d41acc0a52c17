#include <gtest/gtest.h>

#include "core/channel/api.h"

namespace amends::channel {
namespace {

TEST(Words, WhatIsReservedIsEncoded) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode(" /?#[]@!$&'()*+,;=%\n\xC3\xA4"),
            "%20%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25%0A%C3%A4");
  EXPECT_EQ(encode_fields({{"a b", "1&2"}, {"types[]", "mention"}}), "a%20b=1%262&types%5B%5D=mention");
  EXPECT_EQ(path_of("a/{}/b/{}:reply", {"x/y", "1"}), "a/x%2Fy/b/1:reply");
}

TEST(Words, TheNextLinkIsFoundAmongOthers) {
  EXPECT_EQ(next_link(R"(<https://a.example/?page=2>; rel="next")"), "https://a.example/?page=2");
  EXPECT_EQ(next_link(R"(<https://a.example/?p=1>; rel="prev", <https://a.example/?p=3>; rel=next)"),
            "https://a.example/?p=3");
  EXPECT_EQ(next_link(R"(<https://a.example/x,y;z>; title="a, b; rel=\"next"; REL="Last NEXT")"),
            "https://a.example/x,y;z");
  EXPECT_EQ(next_link(R"(</a>; rel="prev"; rel="next", </b>;rel = "next")"), "/b");
  for (const char* none :
       {"", "<", "<x", "<x>", "<x>; rel=\"prev\"", "<x>; rel=\"nextish\"", "rel=next", "<x>; title=\"rel=next\""}) {
    EXPECT_EQ(next_link(none), "") << none;
  }
}

TEST(Words, AResetIsReadInItsSpellings) {
  const Timestamp now{1'767'258'000'000};
  EXPECT_EQ(read_reset("1767258060", now)->ms, now.ms + 60'000);
  EXPECT_EQ(read_reset("1767258060123", now)->ms, now.ms + 60'123);
  EXPECT_EQ(read_reset("2026-01-01T09:01:00Z", now)->ms, now.ms + 60'000);
  EXPECT_EQ(read_reset(" 60 ", now)->ms, now.ms + 60'000);
  for (const char* bad : {"", "soon", "-1", "nan", "inf", "1e3", "999999999999999999999", "0x10"}) {
    EXPECT_EQ(read_reset(bad, now), std::nullopt) << bad;
  }
}

TEST(Words, ASitesErrorIsFoundWhereSitesPutIt) {
  EXPECT_EQ(site_words(R"({"error":{"message":"m"}})"), "m");
  EXPECT_EQ(site_words(R"({"error":"e"})"), "e");
  EXPECT_EQ(site_words(R"({"error":"invalid_grant","error_description":"d"})"), "d");
  EXPECT_EQ(site_words(R"({"errors":[{"title":"t"}]})"), "t");
  EXPECT_EQ(site_words(R"({"errors":["first"]})"), "first");
  EXPECT_EQ(site_words("<html>"), "");
  EXPECT_EQ(site_words(R"({"message":"two\nlines\u0007 and more"})").find('\n'), std::string::npos);
  EXPECT_LE(site_words("{\"message\":\"" + std::string(5000, 'x') + "\"}").size(), 300u);
}

}  // namespace
}  // namespace amends::channel
