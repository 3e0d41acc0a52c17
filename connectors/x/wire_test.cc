#include "connectors/x/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/support.h"

namespace amends::connectors::x {
namespace {

using channel::Json;
using testing::ElementsAre;

model::Content first_of(const std::string& file) {
  const auto json = channel::parse_json(test::read_file(std::string(AMENDS_TEST_FOLDER "/testdata/") + file));
  EXPECT_TRUE(json) << file;
  const auto item = item_of(channel::at(*json, "data.0"), channel::at(*json, "includes"), "100", {});
  const auto content = parse_item(item.raw);
  EXPECT_TRUE(content);
  return content ? *content : model::Content{};
}

TEST(XWire, ALongEditedReplyWithPictureLinksAndQuote) {
  const auto c = first_of("long_edited_reply_with_picture_and_links.json");
  EXPECT_EQ(c.kind, model::MessageKind::comment);
  EXPECT_EQ(c.message_id, "1999999999999999001");
  EXPECT_EQ(c.version, "1999999999999999007");
  EXPECT_THAT(c.in_reply_to, ElementsAre("1999999999999998000"));
  EXPECT_THAT(c.references, ElementsAre("1999999999999997000", "1999999999999998000"));
  EXPECT_EQ(c.text, "@shop this is the whole long story, 3 < 5 & more: https://gerda.example/a?b=1&c=2");
  EXPECT_EQ(c.author, (model::Party{"Gerda Gast", "200"}));
  EXPECT_EQ(c.author_url, "https://x.com/gerda");
  EXPECT_EQ(c.permalink, "https://x.com/gerda/status/1999999999999999007");
  EXPECT_EQ(c.language, "en");
  using K = model::MediaKind;
  EXPECT_THAT(c.media,
              ElementsAre(model::Media{K::image, "https://pbs.twimg.com/media/a.jpg", "a torn box"},
                          model::Media{K::video, c.permalink + "/video/2", ""},
                          model::Media{K::link, "https://x.com/i/web/status/1999999999999990000", "quoted post"}));
}

TEST(XWire, LikesMakeNoNewVersion) {
  Json post = {{"id", "5"}, {"author_id", "2"}, {"text", "x"}, {"public_metrics", {{"like_count", 1}}}};
  const std::string before = item_of(post, Json(), "1", {}).raw;
  post["public_metrics"]["like_count"] = 9;
  EXPECT_EQ(item_of(post, Json(), "1", {}).raw, before);
}

TEST(XWire, IdsAreComparedAsNumbers) {
  EXPECT_TRUE(older_id("999", "1000"));
  EXPECT_FALSE(older_id("1000", "999"));
  EXPECT_TRUE(older_id("", "1"));
  EXPECT_EQ(last_id(Json{{"id", "5"}, {"edit_history_tweet_ids", {"5", "7", "10"}}}), "10");
  EXPECT_EQ(first_id(Json{{"id", "7"}, {"edit_history_tweet_ids", {"5", "7"}}}), "5");
}

TEST(XWire, NamesInFrontAndShortenedLinksDoNotHideTheSameWords) {
  const Json link = {{"url", "https://t.co/a"}, {"expanded_url", "https://shop.example/long?x=1"}};
  const Json post = {{"id", "5"},
                     {"text", "@gerda @other Sorry &amp; see https://t.co/a"},
                     {"entities", {{"urls", Json::array({link})}}}};
  EXPECT_TRUE(same_words(post, "Sorry & see https://shop.example/long?x=1"));
  EXPECT_TRUE(same_words(post, "@gerda Sorry & see https://shop.example/long?x=1"));
  EXPECT_FALSE(same_words(post, "Sorry & see"));
}

TEST(XWire, WhatIsNoPostIsCorrupt) {
  for (const char* raw : {"", "{}", "[]", R"({"post":{}})", R"({"post":{"text":"x"}})"})
    EXPECT_FALSE(parse_item(raw)) << raw;
}

}  // namespace
}  // namespace amends::connectors::x
