#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/web_form/form.h"
#include "connectors/web_form/page.h"
#include "core/channel/api.h"
#include "core/html/html.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::web_form {
extern const channel::Descriptor descriptor;

namespace {

using testing::HasSubstr;
using testing::Not;

class WebForm : public testing::Test {
 protected:
  void SetUp() override { open({}); }
  void open(std::map<std::string, std::string> more) {
    more["key"] = "a-key-of-this-form";
    auto opened = world.open(descriptor, more);
    ASSERT_TRUE(opened) << opened.error().what;
    connector = *std::move(opened);
  }
  channel::WebhookReply get(const std::string& query = "", const std::string& accept = "") {
    channel::WebhookRequest request;
    request.method = "GET";
    request.query = query;
    request.headers = {{"Accept-Language", accept}};
    request.received_at = world.clock.now();
    auto reply = connector->webhook(request);
    EXPECT_TRUE(reply) << reply.error().what;
    return reply ? *reply : channel::WebhookReply{};
  }
  // Sends the form of that page, as a browser does.
  Result<channel::WebhookReply> post(const channel::WebhookReply& page, const channel::Fields& fields,
                                     std::chrono::seconds after = std::chrono::seconds(60),
                                     const std::string& peer = "") {
    channel::WebhookRequest request;
    request.method = "POST";
    const std::size_t from = page.body.find("action=\"?") + 9;
    request.query = html::decode_entities(page.body.substr(from, page.body.find('"', from) - from));
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    if (!peer.empty()) request.headers.push_back({"X-Amends-Peer", peer});
    request.body = channel::encode_fields(fields);
    world.clock.advance(after);
    request.received_at = world.clock.now();
    return connector->webhook(request);
  }

  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> connector;
};

TEST_F(WebForm, WhatSomebodyFillsInComesAsAPrivateForm) {
  const auto page = get();
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.items, testing::IsEmpty());
  const auto reply = post(page, {{"text", "The lid broke.\r\nAgain & again: é"},
                                 {"name", "Ann  Other"},
                                 {"mail", "Ann@Example.org"},
                                 {"rating", "2"},
                                 {"order", "4711"},
                                 {"website", ""}});
  ASSERT_TRUE(reply) << reply.error().what;
  EXPECT_EQ(reply->status, 200);
  EXPECT_THAT(reply->body, HasSubstr("Thank you!"));
  ASSERT_EQ(reply->items.size(), 1u);
  const auto form = parse_item(reply->items[0].raw);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->kind, model::MessageKind::form);
  EXPECT_EQ(form->visibility, model::Visibility::private_);
  EXPECT_EQ(form->text, "The lid broke.\nAgain & again: é");
  EXPECT_EQ(form->author.name, "Ann Other");
  EXPECT_EQ(form->author.handle, "ann@example.org");
  EXPECT_FALSE(form->auth.from_verified);
  EXPECT_EQ(form->rating, 2);
  EXPECT_EQ(descriptor.reply_link(*form), "mailto:ann@example.org?subject=%23%204711");
}

TEST_F(WebForm, SpeaksTheVisitorsLanguage) {
  EXPECT_THAT(get("", "fr-CH, fr;q=0.9, en;q=0.8").body, HasSubstr("<html lang=\"fr\">"));
  EXPECT_THAT(get("lang=es", "fr").body, HasSubstr("¿Qué desea decirnos?"));
  EXPECT_THAT(get("lang=<script>", "xx").body, HasSubstr("<html lang=\"en\">"));
  open({{"language", "de"}});
  EXPECT_THAT(get("lang=es", "fr").body, HasSubstr("<html lang=\"de\">"));
}

TEST_F(WebForm, MistakesAreNamedAndNothingTypedIsLost) {
  open({{"privacy_url", "https://shop.example/privacy?a=1&b=2"}});
  const auto page = get();
  EXPECT_THAT(page.body, HasSubstr("https://shop.example/privacy?a=1&amp;b=2"));
  const auto reply =
      post(page, {{"text", "\"><script>alert(1)</script>"}, {"mail", "not an address"}, {"rating", "9"}});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 422);
  EXPECT_THAT(reply->items, testing::IsEmpty());
  EXPECT_THAT(reply->body, HasSubstr("This is no e-mail address."));
  EXPECT_THAT(reply->body, HasSubstr("We need your consent"));
  EXPECT_THAT(reply->body, HasSubstr("aria-describedby=\"mail-wrong\""));
  EXPECT_THAT(reply->body, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(reply->body, Not(HasSubstr("<script")));
  const auto mended = post(*reply, {{"text", "Hello"}, {"consent", "yes"}}, std::chrono::seconds(1));
  ASSERT_TRUE(mended);
  EXPECT_EQ(mended->items.size(), 1u);
}

TEST_F(WebForm, ProgramsAreTurnedAway) {
  const auto page = get();
  const auto trapped = post(page, {{"text", "Buy"}, {"website", "https://spam.example"}});
  ASSERT_TRUE(trapped);
  EXPECT_EQ(trapped->status, 200);
  EXPECT_THAT(trapped->items, testing::IsEmpty());
  const auto fast = post(get(), {{"text", "Buy"}}, std::chrono::seconds(1));
  ASSERT_TRUE(fast);
  EXPECT_EQ(fast->status, 422);
  EXPECT_THAT(fast->items, testing::IsEmpty());
  const auto stale = post(get(), {{"text", "Hello"}}, std::chrono::hours(25));
  ASSERT_TRUE(stale);
  EXPECT_THAT(stale->items, testing::IsEmpty());
  EXPECT_THAT(stale->body, HasSubstr("Hello")) << "who was slow can send it once more";
  channel::WebhookRequest bare;
  bare.method = "POST";
  bare.body = "text=Buy";
  bare.received_at = world.clock.now();
  EXPECT_EQ(connector->webhook(bare).error().kind, Kind::unauthorized);
}

TEST_F(WebForm, OneAddressWaitsAndOthersDoNot) {
  const channel::Fields fields{{"text", "Hello"}};
  EXPECT_EQ(post(get(), fields, std::chrono::seconds(60), "192.0.2.1")->items.size(), 1u);
  const auto again = post(get(), fields, std::chrono::seconds(5), "192.0.2.1");
  EXPECT_EQ(again->status, 429);
  EXPECT_THAT(again->body, HasSubstr("wait half a minute"));
  EXPECT_EQ(post(get(), fields, std::chrono::seconds(5), "192.0.2.2")->items.size(), 1u);
  EXPECT_EQ(post(get(), fields, std::chrono::seconds(31), "192.0.2.1")->items.size(), 1u);
}

TEST_F(WebForm, TheSameFormSentTwiceIsOne) {
  const auto page = get();
  const auto first = post(page, {{"text", "Hello"}}), second = post(page, {{"text", "Hello"}});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->items.at(0).external_id, second->items.at(0).external_id);
  EXPECT_EQ(first->items[0].raw, second->items[0].raw);
}

TEST_F(WebForm, BrandColourIsShownOnlyWhenItIsOne) {
  open({{"color", "#ffee00"}, {"title", "Kettle & Cup <Shop>"}});
  const std::string page = get().body;
  EXPECT_THAT(page, HasSubstr("background:#ffee00;color:#000000"));
  EXPECT_THAT(page, HasSubstr("Kettle &amp; Cup &lt;Shop&gt;"));
  EXPECT_EQ(world.open(descriptor, {{"key", "a-key-of-this-form"}, {"color", "red;}body{"}}).error().kind,
            Kind::invalid);
  EXPECT_EQ(world.open(descriptor, {{"key", "short"}}).error().kind, Kind::invalid);
}

// What a screen reader needs: every field has a label, every word a language, nothing needs a script.
TEST_F(WebForm, EveryFieldHasALabel) {
  for (const Words& words : kWords) {
    const std::string page = get("lang=" + std::string(words.language)).body;
    EXPECT_THAT(page, HasSubstr("<html lang=\"" + std::string(words.language) + "\">"));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    for (const char* id : {"text", "name", "mail", "order", "rating-5", "rating-none"}) {
      EXPECT_THAT(page, HasSubstr("for=\"" + std::string(id) + "\""));
      EXPECT_THAT(page, HasSubstr("id=\"" + std::string(id) + "\""));
    }
  }
}

TEST(Form, TokensAreOursOrNothing) {
  const Secret key("a-key-of-this-form");
  const std::string token = make_token(key, {1'767'258'000'000}, "abc");
  ASSERT_TRUE(read_token(key, token));
  EXPECT_EQ(read_token(key, token)->nonce, "abc");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string wrong = token;
    wrong[i] = wrong[i] == '0' ? '1' : '0';
    EXPECT_FALSE(read_token(key, wrong)) << i;
  }
  EXPECT_FALSE(read_token(Secret("another"), token));
  for (const char* odd : {"", ".", "..", "a.b.c", "1.2"}) EXPECT_FALSE(read_token(key, odd)) << odd;
  EXPECT_FALSE(read_form(std::string(kLongestBody + 1, 'a')));
  EXPECT_EQ(parse_item("{}").error().kind, Kind::corrupt);
}

}  // namespace
}  // namespace amends::connectors::web_form
