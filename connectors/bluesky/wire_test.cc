#include "connectors/bluesky/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "connectors/bluesky/record.h"
#include "tests/support/support.h"

namespace amends::connectors::bluesky {
namespace {

using channel::Json;
using testing::ElementsAre;

model::Content parsed(const std::string& file) {
  auto content = parse_item(test::read_file(std::string(AMENDS_TEST_FOLDER "/testdata/") + file));
  EXPECT_TRUE(content) << file;
  return content ? *content : model::Content{};
}

TEST(BlueskyWire, AMentionAsTheNetworkGaveIt) {
  const auto c = parsed("mention_with_emoji.json");
  EXPECT_EQ(c.kind, model::MessageKind::mention);
  EXPECT_EQ(c.visibility, model::Visibility::public_);
  EXPECT_EQ(c.text, "@shop.test hi 😕");
  EXPECT_EQ(c.language, "en");
  EXPECT_EQ(c.author, (model::Party{"guest.test", "did:plc:tqq4ajphkmqe46cku67p5lk4"}));
  EXPECT_EQ(c.permalink, "https://bsky.app/profile/did:plc:tqq4ajphkmqe46cku67p5lk4/post/3n2uywl3n7c2w");
  EXPECT_THAT(c.author_links, ElementsAre("https://guest.test"));
  EXPECT_EQ(c.date, from_rfc3339("2026-11-22T06:38:19Z"));
}

TEST(BlueskyWire, AReplyWithPicturesLinksAndAQuoteKeepsThemAll) {
  const auto c = parsed("reply_with_links_pictures_and_quote.json");
  EXPECT_EQ(c.kind, model::MessageKind::comment);
  EXPECT_THAT(c.in_reply_to, ElementsAre("at://did:plc:shop/app.bsky.feed.post/3parent"));
  EXPECT_THAT(c.references, ElementsAre("at://did:plc:other/app.bsky.feed.post/3root",
                                        "at://did:plc:shop/app.bsky.feed.post/3parent"));
  EXPECT_EQ(c.text, "Kaputt 😕 https://guest.example/a/very/long/path und hier <https://guest.example/b>");
  EXPECT_EQ(c.language, "de");
  using K = model::MediaKind;
  EXPECT_THAT(
      c.media,
      ElementsAre(model::Media{K::image, "https://cdn.bsky.app/img/feed_fullsize/plain/did:plc:guest/bafkone@jpeg",
                               "a torn box"},
                  model::Media{K::link, "https://bsky.app/profile/did:plc:shop/post/3quoted", "quoted post"}));
  EXPECT_EQ(c.author.name, "Gerda Gast");
  EXPECT_TRUE(c.author_links.empty());  // guest.bsky.social proves nothing
}

TEST(BlueskyWire, TheSamePostIsTheSameBytesHoweverItCame) {
  Json seen = {{"uri", "at://did:plc:a/app.bsky.feed.post/3a"},
               {"cid", "c"},
               {"record", {{"text", "x"}}},
               {"author", {{"did", "did:plc:a"}, {"handle", "a.example"}, {"viewer", {{"muted", true}}}}},
               {"reason", "mention"},
               {"isRead", false},
               {"indexedAt", "2026-01-01T09:00:00Z"}};
  const auto notification = item_of(seen, "did:plc:me", {});
  seen.erase("reason");
  seen.erase("isRead");
  seen["likeCount"] = 12;
  EXPECT_EQ(item_of(seen, "did:plc:me", {}).raw, notification.raw);
}

TEST(BlueskyWire, FacetsThatLieAboutTheirBytesChangeNothing) {
  for (const char* index : {R"({"byteStart":-1,"byteEnd":3})", R"({"byteStart":3,"byteEnd":1})",
                            R"({"byteStart":0,"byteEnd":9999})", R"({"byteStart":"a"})", "7"}) {
    const auto record =
        channel::parse_json(std::string(R"({"text":"häßlich","facets":[{"index":)") + index +
                            R"(,"features":[{"$type":"app.bsky.richtext.facet#link","uri":"https://x.example"}]}]})");
    ASSERT_TRUE(record);
    EXPECT_EQ(text_of(*record), "häßlich") << index;
  }
  const Json feature = {{"$type", "app.bsky.richtext.facet#link"}, {"uri", "javascript:alert(1)"}};
  const Json facet = {{"index", {{"byteStart", 0}, {"byteEnd", 5}}}, {"features", Json::array({feature})}};
  const Json script = {{"text", "click"}, {"facets", Json::array({facet})}};
  EXPECT_EQ(text_of(script), "click");
}

TEST(BlueskyWire, WhatIsNoPostIsCorrupt) {
  for (const char* raw : {"", "{}", R"({"post":{"uri":"at://x/y/z"}})", R"({"post":{"uri":"https://bsky.app"}})",
                          R"({"post":{"uri":"at://did:plc:a/app.bsky.feed.like/3a"}})"}) {
    EXPECT_FALSE(parse_item(raw)) << raw;
  }
}

TEST(BlueskyRecord, TheNameIsATidAndTheSameOnEveryTry) {
  EXPECT_EQ(record_key("update-17"), record_key("update-17"));
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) {
    const std::string key = record_key("update-" + std::to_string(i));
    EXPECT_EQ(key.size(), 13u);
    EXPECT_EQ(key.find_first_not_of("234567abcdefghijklmnopqrstuvwxyz"), key.npos);
    EXPECT_EQ(key[0], '3');  // between 2023 and 2026
    names.insert(key);
  }
  EXPECT_EQ(names.size(), 1000u);
}

TEST(BlueskyRecord, LinksAndHandlesByTheirBytes) {
  const std::string text = "Größe: https://shop.example/a?b=1. Gruß @guest.bsky.social, mail a@b.example @nobody";
  const auto links = links_in(text);
  ASSERT_EQ(links.size(), 1u);
  EXPECT_EQ(links[0].value, "https://shop.example/a?b=1");
  EXPECT_EQ(text.substr(links[0].from, links[0].to - links[0].from), links[0].value);
  const auto handles = handles_in(text);
  ASSERT_EQ(handles.size(), 1u);
  EXPECT_EQ(handles[0].value, "guest.bsky.social");
  EXPECT_EQ(text.substr(handles[0].from, handles[0].to - handles[0].from), "@guest.bsky.social");
}

}  // namespace
}  // namespace amends::connectors::bluesky
