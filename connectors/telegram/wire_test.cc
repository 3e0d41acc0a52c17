#include "connectors/telegram/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/support.h"

namespace amends::connectors::telegram {
namespace {

using channel::Json;
using testing::ElementsAre;

model::Content of_update(const std::string& file, model::Item* kept = nullptr) {
  const auto update = channel::parse_json(test::read_file(std::string(AMENDS_TEST_FOLDER "/testdata/") + file));
  EXPECT_TRUE(update) << file;
  const auto item = item_of(*update, "4242", {});
  EXPECT_TRUE(item) << file;
  if (!item) return {};
  if (kept != nullptr) *kept = *item;
  const auto content = parse_item(item->raw);
  EXPECT_TRUE(content) << file;
  return content ? *content : model::Content{};
}

TEST(TelegramWire, APhotoWithACaptionInAGroupAnsweringOurBot) {
  const auto c = of_update("photo_in_group_answers_bot.json");
  EXPECT_EQ(c.kind, model::MessageKind::comment);
  EXPECT_EQ(c.visibility, model::Visibility::private_);  // the group has no public name
  EXPECT_EQ(c.message_id, "4242/-1009001/17");
  EXPECT_THAT(c.in_reply_to, ElementsAre("4242/-1009001/16"));
  EXPECT_EQ(c.text, "Kaputt 😕 siehe hier <https://guest.example/x>");
  EXPECT_THAT(c.notes, ElementsAre("with a photo: see it in Telegram"));
  EXPECT_EQ(c.author, (model::Party{"Gerda Gast", "7001"}));
  EXPECT_EQ(c.author_url, "https://t.me/gerda_gast");
  EXPECT_EQ(c.location, "Shop talk");
  EXPECT_EQ(c.version, "1767258060");
}

TEST(TelegramWire, AChannelsPostAndItsCopyInTheGroupAreOurs) {
  model::Item item;
  of_update("channel_post_copied_into_group.json", &item);
  EXPECT_TRUE(item.own);
}

TEST(TelegramWire, AnUpdateWeDoNotKnowIsKeptWithoutWords) {
  const auto item = item_of(Json{{"update_id", 9}, {"callback_query", {{"id", "1"}}}}, "4242", {});
  ASSERT_TRUE(item);
  EXPECT_EQ(item->external_id, "4242/update/9");
  const auto c = parse_item(item->raw);
  ASSERT_TRUE(c);
  EXPECT_EQ(c->text, "");
  EXPECT_THAT(c->notes, ElementsAre("unknown event"));
}

TEST(TelegramWire, EntitiesThatLieChangeNothing) {
  const auto with = [](const Json& entity) { return with_links("häß 😕 ok", Json::array({entity})); };
  for (const std::int64_t offset : {-1LL, 99LL, 9'000'000'000'000'000'000LL}) {
    EXPECT_EQ(with({{"type", "text_link"}, {"offset", offset}, {"length", 2}, {"url", "https://x.example"}}),
              "häß 😕 ok");
  }
  EXPECT_EQ(with({{"type", "text_link"}, {"offset", 0}, {"length", 3}, {"url", "javascript:alert"}}), "häß 😕 ok");
  EXPECT_EQ(with({{"type", "text_link"}, {"offset", 4}, {"length", 2}, {"url", "https://x.example"}}),
            "häß 😕 <https://x.example> ok");
}

TEST(TelegramWire, TokensAndNames) {
  EXPECT_EQ(bot_id_of("4242:AA-b_c"), "4242");
  for (const char* token : {"", "4242", ":x", "4242:", "4242:a/b", "x:abc", "42:a b"}) EXPECT_EQ(bot_id_of(token), "");
  EXPECT_EQ(name_of("4242/-100/17")->chat, "-100");
  EXPECT_FALSE(name_of("4242/-100"));
  EXPECT_FALSE(name_of("4242//17"));
}

TEST(TelegramWire, WhatIsNoMessageIsCorrupt) {
  for (const char* raw :
       {"", "{}", R"({"bot":"1","kind":"message"})", R"({"kind":"message","message":{"message_id":1}})"}) {
    EXPECT_FALSE(parse_item(raw)) << raw;
  }
}

}  // namespace
}  // namespace amends::connectors::telegram
