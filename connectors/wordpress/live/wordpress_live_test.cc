// The channel against a real WordPress, as tests/peers/wordpress/with-peer starts it. Strangers write by the site's own
// form, the shop's owner moderates by its API; Amends sees both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "connectors/wordpress/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/post.h"
#include "core/crypto/random.h"
#include "tests/support/channel_world.h"

namespace amends::connectors::wordpress {
extern const channel::Descriptor descriptor;

namespace {

std::map<std::string, std::string> read_peer() {
  std::map<std::string, std::string> out;
  const char* path = std::getenv("AMENDS_WORDPRESS_PEER");
  std::ifstream in(path == nullptr ? "" : path);
  for (std::string line; std::getline(in, line);) {
    if (const auto at = line.find('='); at != line.npos) out[line.substr(0, at)] = line.substr(at + 1);
  }
  return out;
}

class LiveWordpress : public testing::Test {
 protected:
  void SetUp() override {
    peer = read_peer();
    ASSERT_FALSE(peer.empty()) << "AMENDS_WORDPRESS_PEER names no env file: run this by tests/peers/wordpress/slice.sh";
    world.clock.step(SystemClock().now() - world.clock.now());
    connector = open({});
    ASSERT_NE(connector, nullptr);
    pull();
  }
  std::unique_ptr<channel::Connector> open(std::map<std::string, std::string> more) {
    more.insert({{"server", peer["AMENDS_PEER_URL"]},
                 {"username", peer["AMENDS_PEER_USER"]},
                 {"application_password", peer["AMENDS_PEER_PASSWORD"]}});
    auto opened = world.open(descriptor, more);
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? *std::move(opened) : nullptr;
  }
  std::vector<model::Item> pull() {
    std::vector<model::Item> out;
    for (bool more = true; more;) {
      auto page = connector->pull(cursor);
      EXPECT_TRUE(page) << page.error().what;
      if (!page) return out;
      cursor = page->cursor;
      more = page->more;
      for (auto& item : page->items) out.push_back(std::move(item));
    }
    return out;
  }
  net::HttpResponse ask(const std::string& method, const std::string& path, const std::string& body, bool signed_in) {
    net::HttpRequest request;
    request.method = method;
    request.url = peer["AMENDS_PEER_URL"] + path;
    request.body = body;
    request.headers = {{"Content-Type", signed_in ? "application/json" : "application/x-www-form-urlencoded"}};
    if (signed_in) {
      request.headers.push_back(
          {"Authorization", "Basic " + text::to_base64(peer["AMENDS_PEER_USER"] + ":" + peer["AMENDS_PEER_PASSWORD"])});
    }
    auto answer = world.http().run(request);
    EXPECT_TRUE(answer) << answer.error().what;
    return answer ? *answer : net::HttpResponse{};
  }
  // A stranger writes by the form below the first post; the item that comes of it.
  model::Item stranger(const std::string& words) {
    const auto answer = ask("POST", "/wp-comments-post.php",
                            channel::encode_fields({{"comment_post_ID", "1"},
                                                    {"comment_parent", "0"},
                                                    {"author", "Stranger"},
                                                    {"email", "stranger@guest.test"},
                                                    {"url", "https://guest.test/"},
                                                    {"comment", words}}),
                            false);
    EXPECT_EQ(answer.status, 302) << answer.body.substr(0, 500);
    auto items = pull();
    EXPECT_EQ(items.size(), 1u);
    return items.empty() ? model::Item{} : items.back();
  }
  channel::Outbound answer_to(const model::Item& item, const std::string& words) {
    channel::Post post;
    post.text = words;
    post.in_reply_to = item.external_id;
    post.place = item.place;
    channel::Outbound out;
    out.key = "update";
    out.recipients = {"stranger@guest.test"};
    out.payload = channel::write_post(post);
    return out;
  }
  static std::string id_of(const model::Item& item) { return std::to_string(*id_in(item.external_id)); }
  static std::string some_words(const std::string& begin) { return begin + " " + crypto::random_token(6); }

  std::map<std::string, std::string> peer;
  test::ChannelWorld world;
  std::unique_ptr<channel::Connector> connector;
  std::string cursor;
};

TEST_F(LiveWordpress, StrangersCommentArrivesOnce) {
  const std::string words = some_words("Is 3 < 4 & \"true\"?\n\nÄ second line");
  const auto item = stranger(words);
  const auto content = parse_item(item);
  ASSERT_TRUE(content);
  EXPECT_EQ(content->text, words);
  EXPECT_EQ(content->author.name, "Stranger");
  EXPECT_EQ(content->author.handle, "stranger@guest.test");
  EXPECT_EQ(content->author_url, "https://guest.test/");
  EXPECT_THAT(content->permalink, testing::HasSubstr("/hello-world/#comment-"));
  EXPECT_FALSE(item.own);
  EXPECT_THAT(pull(), testing::IsEmpty());
}

TEST_F(LiveWordpress, EditAndTrashAreSeenAndSoIsTheWayBack) {
  const auto item = stranger(some_words("Not what I ordered"));
  const std::string path = "/wp-json/wp/v2/comments/" + id_of(item);
  EXPECT_EQ(ask("POST", path, R"({"content":"What I ordered after all"})", true).status, 200);
  auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, item.external_id);
  EXPECT_EQ(parse_item(items[0])->text, "What I ordered after all");

  EXPECT_EQ(ask("DELETE", path, "", true).status, 200);
  items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].external_id, item.external_id);
  EXPECT_TRUE(parse_item(items[0])->deleted);

  EXPECT_EQ(ask("POST", path, R"({"status":"approved"})", true).status, 200);
  items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_FALSE(parse_item(items[0])->deleted);

  EXPECT_EQ(ask("DELETE", path + "?force=true", "", true).status, 200);
  items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(parse_item(items[0])->deleted) << "past the trash";
}

TEST_F(LiveWordpress, ReplyAppearsOnceHoweverOftenItIsSent) {
  const auto item = stranger(some_words("Where is my parcel?"));
  const auto words = answer_to(item, some_words("We are sorry & sent it again: 3 > 2"));
  EXPECT_EQ(*connector->find(words, {}), channel::Found::no);
  const auto first = connector->send(words);
  ASSERT_TRUE(first) << first.error().what;
  EXPECT_EQ(first->moderation, model::Moderation::published);
  EXPECT_EQ(*connector->find(words, {}), channel::Found::yes);
  const auto again = connector->send(words);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(again->external_id, first->external_id);
  const auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(items[0].own);
  EXPECT_EQ(items[0].external_id, first->external_id);
  const auto ours = parse_item(items[0]);
  EXPECT_EQ(ours->in_reply_to, std::vector<std::string>{parse_item(item)->message_id});
  EXPECT_EQ(ours->text, channel::read_post(words.payload)->text);
}

TEST_F(LiveWordpress, SpamAndApprovalAreTheSitesWord) {
  const auto item = stranger(some_words("Buy cheap"));
  const std::string path = "/wp-json/wp/v2/comments/" + id_of(item);
  EXPECT_EQ(ask("POST", path, R"({"status":"hold"})", true).status, 200);
  auto items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_FALSE(parse_item(items[0])->deleted);
  EXPECT_EQ(ask("POST", path, R"({"status":"spam"})", true).status, 200);
  items = pull();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(parse_item(items[0])->deleted);
}

TEST_F(LiveWordpress, CheckSaysWhoWeAreAndHowManyCommentsStandThere) {
  const auto health = connector->check();
  ASSERT_TRUE(health) << health.error().what;
  EXPECT_THAT(health->warnings, testing::IsEmpty());
  EXPECT_GE(*health->remote_count, 1);
}

TEST_F(LiveWordpress, PlainPermalinksWork) {
  auto plain = open({{"api_base", peer["AMENDS_PEER_URL"] + "/?rest_route=/"}});
  const auto page = plain->pull("");
  ASSERT_TRUE(page) << page.error().what;
  EXPECT_THAT(page->items, testing::Not(testing::IsEmpty()));
}

TEST_F(LiveWordpress, WrongPasswordIsUnauthorized) {
  const auto item = stranger(some_words("Anybody there?"));
  auto stranger_to_it = open({{"application_password", "abcd abcd abcd abcd abcd abcd"}});
  EXPECT_EQ(stranger_to_it->pull("").error().kind, Kind::unauthorized);
  EXPECT_EQ(stranger_to_it->check().error().kind, Kind::unauthorized);
  EXPECT_EQ(stranger_to_it->send(answer_to(item, "no")).error().kind, Kind::unauthorized);
  EXPECT_THAT(pull(), testing::IsEmpty());
}

}  // namespace
}  // namespace amends::connectors::wordpress
