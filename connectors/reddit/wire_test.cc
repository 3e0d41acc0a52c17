#include "connectors/reddit/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/support.h"

namespace amends::connectors::reddit {
namespace {

using channel::Json;
using testing::ElementsAre;

Json listing(const std::string& file) {
  const auto json = channel::parse_json(test::read_file(std::string(AMENDS_TEST_FOLDER "/testdata/") + file));
  EXPECT_TRUE(json) << file;
  return json ? *json : Json();
}

model::Content content_of(const Json& thing) {
  const auto content = parse_item(item_of(thing, kind_of(thing, "user3"), {}).raw);
  EXPECT_TRUE(content);
  return content ? *content : model::Content{};
}

TEST(RedditWire, AnInboxAsRedditGaveIt) {
  const Json inbox = listing("inbox_with_mention_replies_and_message.json");
  const Json& things = things_of(inbox);
  ASSERT_EQ(things.size(), 4u);
  const auto mention = content_of(things[0]);
  EXPECT_EQ(mention.kind, model::MessageKind::mention);
  EXPECT_EQ(mention.message_id, "t1_ekftbox");
  EXPECT_THAT(mention.in_reply_to, ElementsAre("t3_bb24k7"));
  EXPECT_EQ(mention.location, "r/RemovedByBotter");
  EXPECT_EQ(mention.subject, "Just a normal girl going for her 10th class exam in India");
  EXPECT_EQ(mention.author, (model::Party{"user2", "user2"}));
  EXPECT_EQ(mention.permalink,
            "https://www.reddit.com/r/RemovedByBotter/comments/bb24k7/just_a_normal_girl_going_for_her_10th_class_exam/"
            "ekftbox/");
  EXPECT_EQ(mention.date, from_rfc3339("2019-04-09T01:45:08Z"));
  EXPECT_EQ(content_of(things[1]).kind, model::MessageKind::comment);
  EXPECT_EQ(content_of(things[2]).kind, model::MessageKind::comment);
  const auto message = content_of(things[3]);
  EXPECT_EQ(message.kind, model::MessageKind::direct_message);
  EXPECT_EQ(message.visibility, model::Visibility::private_);
}

TEST(RedditWire, VotesMakeNoNewVersion) {
  Json thing = {{"kind", "t1"}, {"data", {{"name", "t1_a"}, {"author", "a"}, {"body", "x"}, {"score", 1}}}};
  const std::string before = item_of(thing, "reply", {}).raw;
  thing["data"]["score"] = 99;
  thing["data"]["edited"] = false;
  EXPECT_EQ(item_of(thing, "reply", {}).raw, before);
}

TEST(RedditWire, WhoeverTookItAwayItIsGone) {
  const auto gone = [](const Json& data) { return is_gone(Json{{"kind", "t1"}, {"data", data}}); };
  EXPECT_TRUE(gone({{"body", "[deleted]"}, {"author", "[deleted]"}}));
  EXPECT_TRUE(gone({{"body", "[removed]"}, {"author", "a"}}));
  EXPECT_TRUE(gone({{"selftext", ""}, {"removed_by_category", "moderator"}}));
  EXPECT_FALSE(gone({{"body", "I deleted it"}, {"author", "[deleted]"}}));
}

TEST(RedditWire, WhoDeletedTheirAccountHasNoHandle) {
  const auto c =
      content_of(Json{{"kind", "t1"}, {"data", {{"name", "t1_a"}, {"author", "[deleted]"}, {"body", "still here"}}}});
  EXPECT_EQ(c.author.handle, "");
  EXPECT_EQ(c.text, "still here");
  EXPECT_FALSE(c.auth.from_verified);
}

TEST(RedditWire, APostLinksToWhatItShows) {
  const auto c = content_of(Json{{"kind", "t3"},
                                 {"data",
                                  {{"name", "t3_a"},
                                   {"author", "A"},
                                   {"title", "Look at this box"},
                                   {"selftext", ""},
                                   {"is_self", false},
                                   {"url", "https://i.redd.it/x.jpg"},
                                   {"created_utc", 1767258000.0},
                                   {"permalink", "/r/shops/comments/a/look/"}}}});
  EXPECT_EQ(c.text, "Look at this box");
  EXPECT_THAT(c.media, ElementsAre(model::Media{model::MediaKind::image, "https://i.redd.it/x.jpg", ""}));
  EXPECT_EQ(c.version, "1767258000");
}

TEST(RedditWire, WhatIsNoThingIsCorruptAndOddNumbersAreNoTimes) {
  for (const char* raw : {"", "{}", "[]", R"({"kind":"reply","thing":{}})"}) EXPECT_FALSE(parse_item(raw)) << raw;
  for (const double odd : {-1.0, 1e300, 0.0}) {
    EXPECT_EQ(version_of(Json{{"data", {{"created_utc", odd}}}}), "");
  }
}

}  // namespace
}  // namespace amends::connectors::reddit
