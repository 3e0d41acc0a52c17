#include "connectors/mastodon/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/mastodon/limits.h"
#include "tests/support/support.h"

namespace amends::connectors::mastodon {
namespace {

using channel::Json;
using testing::ElementsAre;

model::Content parsed(const std::string& file, std::string_view host = "m.example") {
  auto content = parse_item(test::read_file(std::string(AMENDS_TEST_FOLDER "/testdata/") + file), host);
  EXPECT_TRUE(content) << file;
  return content ? *content : model::Content{};
}

TEST(MastodonWire, AStatusWithEverythingKeepsEverything) {
  const auto c = parsed("edited_with_warning_poll_and_media.json");
  EXPECT_EQ(c.kind, model::MessageKind::comment);
  EXPECT_EQ(c.visibility, model::Visibility::public_);
  EXPECT_EQ(c.message_id, "m.example/113456789012345678");
  EXPECT_THAT(c.in_reply_to, ElementsAre("m.example/113456789012345000"));
  EXPECT_EQ(c.version, "2026-01-02T04:00:00.000Z");
  EXPECT_EQ(c.author, (model::Party{"Gerda", "gerda@far.example"}));
  EXPECT_EQ(c.author_url, "https://far.example/@Gerda");
  EXPECT_TRUE(c.auth.from_verified);
  EXPECT_EQ(c.subject, "shop complaint");
  EXPECT_EQ(c.language, "en");
  EXPECT_EQ(c.permalink, "https://far.example/@Gerda/1");
  EXPECT_THAT(c.to, ElementsAre(model::Party{"shop", "shop@m.example"}));
  EXPECT_EQ(c.text,
            "@shop broken on day 3 & no answer, see https://gerda.example/posts/very/long/path/of/mine\n\n#fail\n"
            "[ ] refund\n[ ] repair");
  using K = model::MediaKind;
  EXPECT_THAT(c.media, ElementsAre(model::Media{K::image, "https://m.example/media/1.jpg", "a torn box"},
                                   model::Media{K::video, "https://far.example/2.mp4", ""},
                                   model::Media{K::link, "https://gerda.example/posts/very/long/path/of/mine",
                                                "My shop story"}));
  EXPECT_THAT(c.notes, ElementsAre("an attachment without an address"));
}

TEST(MastodonWire, OnlyLinksTheServerVerifiedAreTheAuthors) {
  EXPECT_THAT(parsed("edited_with_warning_poll_and_media.json").author_links,
              ElementsAre("https://gerda.example/?a=1&b=2"));
}

TEST(MastodonWire, SmallServersLeaveOutWhatTheyLike) {
  const auto c = parsed("mention_of_a_small_server.json", "snac.example");
  EXPECT_EQ(c.kind, model::MessageKind::mention);
  EXPECT_EQ(c.author.handle, "guest@snac.example");
  EXPECT_EQ(c.text, "@shop@snac.example Lieferung kam zu spät");
  EXPECT_EQ(c.date, from_rfc3339("2026-11-21T21:32:16Z"));
  const auto own = parsed("own_reply_of_a_small_server.json", "snac.example");
  EXPECT_EQ(own.kind, model::MessageKind::comment);
  EXPECT_THAT(own.in_reply_to, ElementsAre(c.message_id));
}

TEST(MastodonWire, NothingPrivateIsTakenForPublic) {
  for (const char* visibility : {"direct", "private", "mutuals_only", ""}) {
    const Json item = {{"me", "1"}, {"status", {{"id", "5"}, {"visibility", visibility}}}};
    const auto c = parse_item(item.dump(), "m.example");
    ASSERT_TRUE(c);
    EXPECT_EQ(c->visibility, model::Visibility::private_) << visibility;
    EXPECT_EQ(c->kind, model::MessageKind::direct_message) << visibility;
  }
}

TEST(MastodonWire, CountersAndOurOwnDoingsDoNotMakeANewVersion) {
  Json status = {{"id", "5"},
                 {"visibility", "public"},
                 {"created_at", "2026-01-01T09:00:00Z"},
                 {"favourites_count", 1},
                 {"account", {{"id", "2"}, {"acct", "a"}, {"followers_count", 7}}}};
  const auto before = item_of(status, "1", "m.example", {});
  status["favourites_count"] = 99;
  status["bookmarked"] = true;
  status["account"]["followers_count"] = 8;
  EXPECT_EQ(item_of(status, "1", "m.example", {}).raw, before.raw);
  EXPECT_FALSE(before.own);
  EXPECT_TRUE(item_of(status, "2", "m.example", {}).own);
}

TEST(MastodonWire, ATombstoneHasTheMessagesName) {
  const auto item = tombstone("5", "m.example", false, {});
  const auto c = parse_item(item.raw, "m.example");
  ASSERT_TRUE(c);
  EXPECT_TRUE(c->deleted);
  EXPECT_EQ(c->message_id, "m.example/5");
  EXPECT_EQ(item.external_id, "m.example/5");
}

TEST(MastodonWire, WhatIsNoStatusIsCorruptAndWhatIsOddIsNot) {
  for (const char* raw : {"", "[]", "{}", R"({"status":{}})", R"({"status":[1,2]})", R"({"status":{"id":null}})"}) {
    EXPECT_FALSE(parse_item(raw, "m.example")) << raw;
  }
  const auto odd = parse_item(
      R"({"me":7,"status":{"id":5,"account":"x","mentions":{"a":1},"media_attachments":[3,null],"poll":[],"visibility":"public","created_at":"yesterday","url":"javascript:1"}})",
      "m.example");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->permalink, "");
  EXPECT_FALSE(odd->date);
}

TEST(MastodonWire, AnAnswerIsNeverWiderThanWhatItAnswers) {
  using V = model::Visibility;
  const auto with = [](const char* theirs, V wanted) { return reply_visibility(Json{{"visibility", theirs}}, wanted); };
  EXPECT_EQ(with("public", V::public_), "public");
  EXPECT_EQ(with("unlisted", V::public_), "unlisted");
  EXPECT_EQ(with("private", V::public_), "direct");
  EXPECT_EQ(with("direct", V::public_), "direct");
  EXPECT_EQ(with("something new", V::public_), "direct");
  EXPECT_EQ(with("public", V::private_), "direct");
  EXPECT_EQ(reply_visibility(Json(), V::public_), "public");
}

TEST(MastodonWire, CountsAsTheServerDoes) {
  EXPECT_EQ(as_counted("a https://x.example/very/long?q=1. b", 5), "a xxxxx. b");
  EXPECT_EQ(as_counted("@guest@far.example, hi a@b.example @x", 23), "@guest, hi a@b.example @x");
}

TEST(MastodonWire, FindsItsWordsAgainHoweverTheServerDressesThem) {
  EXPECT_TRUE(
      same_words("<p><span><a href=\"https://far.example/@guest\" class=\"u-url mention\">@<span>guest</span></a>"
                 "</span> sorry!<br>We&#39;ll mend it</p>",
                 "@guest@far.example sorry!\nWe'll mend it"));
  EXPECT_FALSE(same_words("<p>@guest sorry</p>", "@guest@far.example sorry!"));
}

TEST(MastodonWire, TheAuthorIsMentionedOnceAndOnlyOnce) {
  EXPECT_EQ(with_mention("sorry", "guest@far.example", ""), "@guest@far.example sorry");
  EXPECT_EQ(with_mention("sorry", "guest@far.example", "guest@far.example"), "@guest@far.example sorry");
  EXPECT_EQ(with_mention("sorry @Guest!", "guest@far.example", ""), "sorry @Guest!");
  EXPECT_EQ(with_mention("ask @guesthouse", "guest@far.example", ""), "@guest@far.example ask @guesthouse");
  EXPECT_EQ(with_mention("news", "", ""), "news");
}

TEST(MastodonWire, NamesOfServers) {
  EXPECT_EQ(host_of("https://M.Example/"), "m.example");
  EXPECT_EQ(host_of("http://127.0.0.1:8080"), "127.0.0.1:8080");
  EXPECT_EQ(bare_id("127.0.0.1:8080/123"), "123");
}

}  // namespace
}  // namespace amends::connectors::mastodon
