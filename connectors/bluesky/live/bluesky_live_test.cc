// The connector against a real data server, AppView and directory, as tests/peers/bluesky/with-peer starts them. Every
// test has accounts of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "connectors/bluesky/record.h"
#include "connectors/bluesky/wire.h"
#include "core/channel/connector.h"
#include "core/channel/json.h"
#include "core/channel/post.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::bluesky {
extern const channel::Descriptor descriptor;

namespace {

using channel::Json;
using channel::text_at;
using testing::ElementsAre;
using testing::IsEmpty;

std::string server() {
  const char* given = std::getenv("AMENDS_BLUESKY_PDS");
  if (given == nullptr) {
    std::fprintf(stderr, "AMENDS_BLUESKY_PDS names no server: run this by tests/peers/bluesky/with-peer\n");
    std::exit(1);
  }
  return given;
}

std::string unique(const std::string& name) {
  static int count = 0;
  return name + std::to_string(SystemClock().now().ms / 10 % 100'000'000) + std::to_string(++count);
}

// Somebody with an account, acting by hand.
class Person {
 public:
  Person(net::HttpClient& http, const std::string& name) : http_(http), handle(unique(name) + ".test") {
    const Json account = post("com.atproto.server.createAccount",
                              {{"handle", handle}, {"email", handle + "@shop.test"}, {"password", "password-1"}});
    did = text_at(account, "did");
    token_ = text_at(account, "accessJwt");
    EXPECT_NE(did, "");
  }

  Json post(const std::string& method, const Json& body) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = server() + "/xrpc/" + method;
    request.headers = {{"Content-Type", "application/json"}};
    if (!token_.empty()) request.headers.push_back({"Authorization", "Bearer " + token_});
    request.body = channel::dump(body);
    return read(request);
  }
  Json get(const std::string& target) {
    net::HttpRequest request;
    request.url = server() + "/xrpc/" + target;
    request.headers = {{"Authorization", "Bearer " + token_}};
    return read(request);
  }

  std::string mentions(const Person& whom, const std::string& words) {
    const std::string text = "@" + whom.handle + " " + words;
    const Json facet = {{"index", {{"byteStart", 0}, {"byteEnd", whom.handle.size() + 1}}},
                        {"features", Json::array({{{"$type", "app.bsky.richtext.facet#mention"}, {"did", whom.did}}})}};
    return text_at(post("com.atproto.repo.createRecord", {{"repo", did},
                                                          {"collection", kPostType},
                                                          {"record",
                                                           {{"$type", kPostType},
                                                            {"text", text},
                                                            {"langs", Json::array({"de"})},
                                                            {"createdAt", to_rfc3339(SystemClock().now())},
                                                            {"facets", Json::array({facet})}}}}),
                   "uri");
  }
  void takes_back(const std::string& uri) {
    post("com.atproto.repo.deleteRecord", {{"repo", did}, {"collection", kPostType}, {"rkey", address_of(uri).rkey}});
  }
  std::string app_password() {
    return text_at(post("com.atproto.server.createAppPassword", {{"name", "Amends"}}), "password");
  }

 private:
  Json read(const net::HttpRequest& request) {
    const auto answer = http_.run(request);
    EXPECT_TRUE(answer);
    if (!answer) return {};
    EXPECT_EQ(answer->status, 200) << answer->body;
    const auto json = channel::parse_json(answer->body);
    return json ? *json : Json();
  }

  net::HttpClient& http_;
  std::string token_;

 public:
  std::string handle, did;
};

class BlueskyLive : public testing::Test {
 protected:
  BlueskyLive() {
    auto made = net::HttpClient::make(options());
    if (!made) std::abort();
    http_ = *std::move(made);
    shop_ = std::make_unique<Person>(*http_, "shop");
    guest_ = std::make_unique<Person>(*http_, "guest");
    const auto settings = channel::check_settings(
        descriptor, {{"server", server()}, {"account", shop_->handle}, {"app_password", shop_->app_password()}});
    auto opened = descriptor.open(*settings, {*http_, clock_, tokens_, brakes_});
    if (!opened) std::abort();
    connector_ = *std::move(opened);
  }
  static net::HttpOptions options() {
    net::HttpOptions out;
    out.guard.allow_local();
    return out;
  }

  std::vector<model::Item> pull() {
    std::vector<model::Item> out;
    for (bool more = true; more;) {
      auto page = connector_->pull(cursor_);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) break;
      cursor_ = page->cursor;
      more = page->more;
      for (auto& item : page->items) out.push_back(std::move(item));
    }
    return out;
  }
  // Until something comes: the AppView follows the data server by a stream.
  std::vector<model::Item> pull_until_news() {
    for (int i = 0; i < 300; ++i) {
      if (auto items = pull(); !items.empty()) return items;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "nothing came in 15 seconds";
    return {};
  }
  static model::Content parse(const model::Item& item) {
    const channel::Settings none;
    auto content = descriptor.parse(item, {none, "shop"});
    EXPECT_TRUE(content);
    return content ? *content : model::Content{};
  }
  channel::Outbound answer(const std::string& uri, std::string_view text) const {
    channel::Post post;
    post.text = text;
    post.language = "de";
    post.in_reply_to = post.answers_id = uri;
    channel::Outbound out;
    out.key = "live-" + shop_->did;
    out.recipients = {guest_->did};
    out.in_reply_to = uri;
    out.payload = channel::write_post(post);
    return out;
  }

  SystemClock clock_;
  test::MemoryTokens tokens_;
  channel::Brakes brakes_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<Person> shop_, guest_;
  std::unique_ptr<channel::Connector> connector_;
  std::string cursor_;
};

TEST_F(BlueskyLive, AMentionArrivesIsAnsweredIsSeenByItsAuthorAndItsEndIsNoticed) {
  const std::string mention = guest_->mentions(*shop_, "Lieferung kam 3 Tage zu spät 😕");
  auto items = pull_until_news();
  ASSERT_EQ(items.size(), 1u);
  const auto content = parse(items[0]);
  EXPECT_EQ(content.message_id, mention);
  EXPECT_EQ(content.text, "@" + shop_->handle + " Lieferung kam 3 Tage zu spät 😕");
  EXPECT_EQ(content.author.handle, guest_->did);
  EXPECT_EQ(content.language, "de");

  const auto receipt =
      connector_->send(answer(mention, "Das tut uns leid, @" + guest_->handle + "! https://shop.example/x"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->recipients[0].state, model::RecipientState::accepted);
  items = pull_until_news();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, receipt->external_id);
  EXPECT_TRUE(items[0].own);
  EXPECT_THAT(parse(items[0]).in_reply_to, ElementsAre(mention));

  Json seen;
  for (int i = 0; i < 300 && text_at(seen, "notifications.0.uri").empty(); ++i) {
    seen = guest_->get("app.bsky.notification.listNotifications?limit=10");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(text_at(seen, "notifications.0.uri"), receipt->external_id);
  EXPECT_EQ(text_at(seen, "notifications.0.record.reply.root.uri"), mention);

  guest_->takes_back(mention);
  items = pull_until_news();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, mention);
  EXPECT_TRUE(parse(items[0]).deleted);
}

TEST_F(BlueskyLive, CreatedTwiceUnderOneNameIsOnePost) {
  const auto out = answer(guest_->mentions(*shop_, "hallo"), "Guten Tag");
  pull_until_news();
  EXPECT_EQ(*connector_->find(out, {}), channel::Found::no);
  const auto first = connector_->send(out), second = connector_->send(out);
  ASSERT_TRUE(first) << first.error().what;
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_EQ(second->recipients[0].state, model::RecipientState::accepted);
  EXPECT_EQ(second->external_id, first->external_id);
  EXPECT_EQ(*connector_->find(out, {}), channel::Found::yes);
  const Json records = shop_->get("com.atproto.repo.listRecords?repo=" + shop_->did + "&collection=app.bsky.feed.post");
  EXPECT_EQ(channel::list_at(records, "records").size(), 1u);
}

TEST_F(BlueskyLive, ATokenThatIsNoneIsRenewed) {
  channel::TokenSet broken;
  broken.access = broken.refresh = Secret("no-token");
  tokens_.connect(std::move(broken));
  const auto health = connector_->check();
  ASSERT_TRUE(health) << health.error().what;
  EXPECT_THAT(health->warnings, IsEmpty());
  EXPECT_EQ(tokens_.renewals, 1);
}

TEST_F(BlueskyLive, WhatIsTooLongIsRefusedByUsAsItWouldBeByTheServer) {
  const std::string mention = guest_->mentions(*shop_, "hallo");
  EXPECT_TRUE(connector_->send(answer(mention, std::string(300, 'x'))));
  EXPECT_FALSE(connector_->send(answer(mention, std::string(301, 'x'))));
}

}  // namespace
}  // namespace amends::connectors::bluesky
