#include "core/channel/json.h"

#include <gtest/gtest.h>

namespace amends::channel {
namespace {

Json read(std::string_view text) {
  auto json = parse_json(text);
  EXPECT_TRUE(json) << text << ": " << json.error().what;
  return json ? *std::move(json) : Json();
}
std::string refused(std::string_view text) {
  const auto json = parse_json(text);
  EXPECT_FALSE(json) << text;
  if (json) return "";
  EXPECT_EQ(json.error().kind, Kind::corrupt);
  return json.error().what;
}

TEST(Json, ValuesAreReadAtTheirPathAndWhatIsAbsentIsEmpty) {
  const Json json =
      read(R"({"a":{"b":[{"c":"text"},7]},"n":"-12","big":18446744073709551615,"f":1.5,"t":true,"z":null})");
  EXPECT_EQ(text_at(json, "a.b.0.c"), "text");
  EXPECT_EQ(number_at(json, "a.b.1"), 7);
  EXPECT_EQ(number_at(json, "n"), -12);
  EXPECT_EQ(number_at(json, "big"), std::nullopt);
  EXPECT_EQ(text_at(json, "big"), "18446744073709551615");
  EXPECT_EQ(decimal_at(json, "f"), 1.5);
  EXPECT_EQ(number_at(json, "f"), std::nullopt);
  EXPECT_TRUE(flag_at(json, "t"));
  for (const char* nowhere : {"a.b.9", "a.b.-1", "a.b.0.c.d", "a.x.y", "z", "z.z", "a", "a.b", "", "."}) {
    EXPECT_EQ(text_at(json, nowhere), "") << nowhere;
    EXPECT_EQ(number_at(json, nowhere), std::nullopt) << nowhere;
    EXPECT_FALSE(flag_at(json, nowhere)) << nowhere;
    EXPECT_EQ(time_at(json, nowhere), std::nullopt) << nowhere;
  }
  EXPECT_EQ(list_at(json, "a.b").size(), 2u);
  EXPECT_TRUE(list_at(json, "a").empty());
}

TEST(Json, TimesAreReadInTheirSpellings) {
  const Json json =
      read(R"({"z":"2026-11-21T09:30:00Z","meta":"2026-11-21T10:30:00+0100","s":1763717400,"st":"1763717400",
                            "f":1763717400.25,"no":"yesterday","huge":1e300,"empty":""})");
  EXPECT_EQ(to_rfc3339(*time_at(json, "z")), "2026-11-21T09:30:00Z");
  EXPECT_EQ(time_at(json, "meta"), time_at(json, "z"));
  EXPECT_EQ(to_rfc3339(*seconds_at(json, "s")), "2025-11-21T09:30:00Z");
  EXPECT_EQ(seconds_at(json, "st"), seconds_at(json, "s"));
  EXPECT_EQ(seconds_at(json, "f")->ms, 1763717400250);
  EXPECT_EQ(time_at(json, "no"), std::nullopt);
  EXPECT_EQ(seconds_at(json, "huge"), std::nullopt);
  EXPECT_EQ(seconds_at(json, "empty"), std::nullopt);
}

TEST(Json, WhatTwoReadersCouldReadDifferentlyIsRefused) {
  EXPECT_NE(refused(R"({"a":1,"a":2})").find("twice"), std::string::npos);
  EXPECT_NE(refused(R"([{"x":{"k":1,"k":1}}])").find("twice"), std::string::npos);
  EXPECT_NE(refused(std::string(100'000, '[')).find("deep"), std::string::npos);
  for (const char* bad : {"", "{", "{\"a\":1}x", "{\"a\":\"\xFF\"}", "\"\\ud800\"", "nan", "1e999", "{a:1}", "'a'"})
    refused(bad);
  EXPECT_EQ(read(std::string(64, '[') + std::string(64, ']')).is_array(), true);
}

TEST(Json, TheSameKeyInDifferentObjectsIsFine) {
  const Json json = read(R"({"a":{"id":1},"b":[{"id":2},{"id":3}],"id":4})");
  EXPECT_EQ(number_at(json, "b.1.id"), 3);
  EXPECT_EQ(dump(json), R"({"a":{"id":1},"b":[{"id":2},{"id":3}],"id":4})");
}

}  // namespace
}  // namespace amends::channel
