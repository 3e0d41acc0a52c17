// Both samples play the same channel, so the same tests run over both.
#include "core/channel/plugin_channel.h"

#include <gtest/gtest.h>

#include "core/channel/json.h"
#include "core/channel/post.h"
#include "core/channel/registry.h"
#include "tests/support/channel_world.h"
#include "tests/support/site_fake.h"

namespace amends {
namespace {

using channel::Json;

struct Sample {
  const char* name;
  const char* path;
};

const channel::Descriptor* added(const Sample& sample) {
  if (const auto* known = channel::find_channel(sample.name)) return known;
  auto made = channel::add_plugin(sample.path, AMENDS_PLUGIN_HOST);
  EXPECT_TRUE(made) << made.error().what;
  return made ? *made : nullptr;
}

// A guest book with `count` entries, three to a page, that takes a reply once a key.
class GuestBook {
 public:
  explicit GuestBook(int count) : site_(std::string(AMENDS_TEST_FOLDER) + "/testdata/guest_book.json") {
    site_.lets_in([](const test::SiteRequest& r) { return r.header("authorization") == "Bearer let me in"; });
    site_.on("GET", "/entries", [count](const test::SiteRequest& r) {
      const int after = r.q("after").empty() ? 0 : std::stoi(r.q("after"));
      Json entries = Json::array();
      int next = after;
      for (int i = after + 1; i <= count && i <= after + 3; ++i, ++next) {
        entries.push_back({{"id", std::to_string(i)},
                           {"name", "Maya \"M\" Lind"},
                           {"guest", "maya"},
                           {"stars", 4},
                           {"text", "Zimmer " + std::to_string(i) + " war schön"},
                           {"at", "2026-11-20T10:00:00Z"},
                           {"version", "1"},
                           {"deleted", false}});
      }
      return test::SiteAnswer{
          200, Json{{"entries", entries}, {"next", std::to_string(next)}, {"more", next < count}}.dump()};
    });
    site_.on("GET", "/count", [count](const test::SiteRequest&) {
      return test::SiteAnswer{200, Json{{"count", count}}.dump()};
    });
    site_.on("POST", "/replies", [this](const test::SiteRequest& r) {
      const std::string key = r.header("idempotency-key");
      const auto body = Json::parse(r.body);
      if (keys_.insert(key).second)
        words_.push_back(body["entry"].get<std::string>() + ": " + body["text"].get<std::string>());
      return test::SiteAnswer{201, Json{{"id", "r" + std::to_string(keys_.size())}}.dump()};
    });
  }
  test::SiteFake& site() { return site_; }
  const std::vector<std::string>& words() const { return words_; }

 private:
  std::set<std::string> keys_;
  std::vector<std::string> words_;
  test::SiteFake site_;  // its thread ends before what it reads
};

channel::Outbound answer_to(std::string id, std::string text, std::string key) {
  channel::Post post;
  post.text = std::move(text);
  post.in_reply_to = std::move(id);
  channel::Outbound out;
  out.key = std::move(key);
  out.payload = channel::write_post(post);
  return out;
}

class Samples : public testing::TestWithParam<Sample> {
 protected:
  std::unique_ptr<channel::Connector> open(GuestBook& book, const char* token = "let me in") {
    const auto* found = added(GetParam());
    if (found == nullptr) return nullptr;
    auto account = world_.open(*found, {{"server", book.site().base()}, {"token", token}});
    EXPECT_TRUE(account) << account.error().what;
    return account ? *std::move(account) : nullptr;
  }
  test::ChannelWorld world_;
};

TEST_P(Samples, ArePulledPageByPageAndUnderstood) {
  GuestBook book(7);
  const auto account = open(book);
  ASSERT_TRUE(account);
  std::vector<model::Item> items;
  std::string cursor;
  for (bool more = true; more;) {
    const auto page = account->pull(cursor);
    ASSERT_TRUE(page) << page.error().what;
    items.insert(items.end(), page->items.begin(), page->items.end());
    cursor = page->cursor;
    more = page->more;
  }
  ASSERT_EQ(items.size(), 7u);
  EXPECT_EQ(items[6].external_id, "7");
  const channel::Settings none;
  const auto content = added(GetParam())->parse(items[6], {none, ""});
  ASSERT_TRUE(content) << content.error().what;
  EXPECT_EQ(content->text, "Zimmer 7 war schön");
  EXPECT_EQ(content->author.name, "Maya \"M\" Lind");
  EXPECT_EQ(content->author.handle, "maya");
  EXPECT_TRUE(content->auth.from_verified);
  EXPECT_EQ(content->rating, 4.0);
  EXPECT_EQ(content->date, from_rfc3339("2026-11-20T10:00:00Z"));
  EXPECT_EQ(book.site().violations(), std::vector<std::string>{});
}

TEST_P(Samples, AnswerOnceHoweverOftenTheyAreTried) {
  GuestBook book(1);
  const auto account = open(book);
  ASSERT_TRUE(account);
  for (int i = 0; i < 2; ++i) {
    const auto receipt = account->send(answer_to("1", "Danke, \"Maya\"!\nBis bald", "key-1"));
    ASSERT_TRUE(receipt) << receipt.error().what;
    EXPECT_EQ(receipt->external_id, "r1");
  }
  EXPECT_EQ(book.words(), std::vector<std::string>{"1: Danke, \"Maya\"!\nBis bald"});
  EXPECT_EQ(book.site().violations(), std::vector<std::string>{});
}

TEST_P(Samples, TextOverTheLimitIsRefusedBeforeAnythingIsAsked) {
  GuestBook book(1);
  const auto account = open(book);
  ASSERT_TRUE(account);
  const auto refused = account->send(answer_to("1", std::string(501, 'a'), "key-1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::invalid);
  EXPECT_TRUE(book.words().empty());
}

TEST_P(Samples, AnAnswerNobodyHeardIsInDoubt) {
  GuestBook book(1);
  const auto account = open(book);
  ASSERT_TRUE(account);
  test::SiteFault fault;
  fault.what = test::SiteFault::What::cut_after;
  fault.method = "POST";
  fault.times = 9;
  book.site().fail_next(fault);
  bool passed = false;
  channel::Outbound outbound = answer_to("1", "Danke", "key-1");
  outbound.point_of_no_return = [&]() -> Result<Done> {
    passed = true;
    return Done{};
  };
  const auto receipt = account->send(outbound);
  EXPECT_TRUE(passed);
  // The samples say of their requests that they may be repeated, so the hub calls them unanswered, not in doubt.
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::unavailable);
}

TEST_P(Samples, SayInOurWordsWhatTheSiteSays) {
  GuestBook book(1);
  const auto account = open(book);
  ASSERT_TRUE(account);
  test::SiteFault fault;
  fault.answer = {429, R"({"error": "slow down"})", {{"Retry-After", "90"}}};
  book.site().fail_next(fault);
  const auto limited = account->pull("");
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().kind, Kind::rate_limited);
  EXPECT_EQ(limited.error().retry_after, std::chrono::seconds(90));

  const auto health = account->check();
  ASSERT_TRUE(health) << health.error().what;
  EXPECT_EQ(health->remote_count, 1);

  const auto stranger = open(book, "another");
  const auto refused = stranger->pull("");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::unauthorized);
}

INSTANTIATE_TEST_SUITE_P(Plugins, Samples,
                         testing::Values(Sample{"guest_book_py",
                                                AMENDS_SOURCE_FOLDER "/plugins/sample_python/guest_book.py"},
                                         Sample{"guest_book_c", AMENDS_SAMPLE_C}),
                         [](const auto& sample) { return std::string(sample.param.name); });

}  // namespace
}  // namespace amends
