#include "core/search/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/text.h"
#include "tests/support/schema.h"

namespace amends::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Timestamp kStart{1'767'258'000'000};  // 2026-01-01T09:00:00Z

class SearchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto migrations = test::all_migrations();
    auto opened = store::Database::open({.path = folder_ / "amends.db", .migrations = migrations});
    ASSERT_TRUE(opened) << opened.error().what;
    database_ = *std::move(opened);
  }

  struct Mail {
    std::string text;
    std::string subject = {};
    std::string channel = "email";
    std::int64_t brand = 1;
    Timestamp at = kStart;
    std::int64_t identity = 1;
    std::optional<double> rating = {};
    model::Direction direction = model::Direction::in;
    std::string quoted = {};
    bool index_quoted = false;
  };
  static void add(store::Tx& tx, std::int64_t id, const Mail& mail) {
    tx.run(
        "INSERT INTO message (id, brand_id, account_id, raw_id, thread_id, identity_id, channel, at, direction, kind, "
        "origin, "
        "visibility, flags, content_key, digest, author, subject, preview, rating) VALUES (?, ?, 1, ?, 1, ?, ?, ?, ?, "
        "?, 0, 0, "
        "0, ?, x'00', '', ?, '', ?)",
        id, mail.brand, id, mail.identity, mail.channel, mail.at, mail.direction,
        mail.rating ? model::MessageKind::review : model::MessageKind::mail, id, mail.subject, mail.rating);
    model::Content content;
    content.author = {"Ann Lee", "ann.lee@mail.example"};
    content.subject = mail.subject;
    content.text = mail.text + "\n> " + mail.quoted;
    content.reply_text = mail.text;
    content.quoted_text = mail.quoted;
    index(tx, MessageId(id), content, mail.index_quoted);
  }
  void has(const std::vector<Mail>& mails) {
    auto done = database_->write([&](store::Tx& tx) -> Result<Done> {
      for (const auto& mail : mails) add(tx, ++last_, mail);
      return Done{};
    });
    ASSERT_TRUE(done) << done.error().what;
  }
  Page page(Query query) {
    if (!query.brand) query.brand = BrandId(1);
    query.budget = {};
    auto found = database_->read([&](store::Reader& r) { return find(r, query); });
    EXPECT_TRUE(found) << found.error().what;
    return std::move(found).value_or({});
  }
  std::vector<std::int64_t> ids(const Query& query) {
    std::vector<std::int64_t> all;
    for (const auto& hit : page(query).hits) all.push_back(hit.message.value);
    return all;
  }
  std::vector<std::int64_t> ids(const std::string& words) { return ids(Query{.brand = {}, .words = words}); }

  test::TempFolder folder_;
  std::unique_ptr<store::Database> database_;
  std::int64_t last_ = 0;
};

TEST_F(SearchTest, FindsInEveryPartOfAMessageNewestFirst) {
  has({{.text = "where is my refund"}, {.text = "nothing here", .subject = "Refund"}, {.text = "else"}});
  EXPECT_THAT(ids("refund"), ElementsAre(2, 1));
  EXPECT_THAT(ids("ann.lee@mail.example"), ElementsAre(3, 2, 1));
  EXPECT_THAT(ids("refund where"), ElementsAre(1));
  EXPECT_THAT(ids("\"my refund\""), ElementsAre(1));
  EXPECT_THAT(ids("\"refund my\""), IsEmpty());
  EXPECT_THAT(ids("re*"), ElementsAre(2, 1));
  EXPECT_THAT(ids("refund -where"), ElementsAre(2));
  EXPECT_THAT(ids(""), ElementsAre(3, 2, 1));
}

TEST_F(SearchTest, QuotedTextIsFoundWhereItCameFromUnlessWeNeverSawThat) {
  has({{.text = "the kettle leaks"},
       {.text = "sorry to hear", .quoted = "the kettle leaks"},
       {.text = "see below", .quoted = "an older toaster", .index_quoted = true}});
  EXPECT_THAT(ids("kettle"), ElementsAre(1));
  EXPECT_THAT(ids("toaster"), ElementsAre(3));
}

TEST_F(SearchTest, PagesGoOnWhereTheLastEnded) {
  std::vector<Mail> mails(25, Mail{.text = "kettle"});
  has(mails);
  Query query{.brand = {}, .words = "kettle", .limit = 10};
  std::vector<std::int64_t> all;
  int pages = 0;
  do {
    const Page p = page(query);
    for (const auto& hit : p.hits) all.push_back(hit.message.value);
    query.before = p.next;
    ++pages;
  } while (query.before && pages < 9);
  ASSERT_THAT(all, SizeIs(25));
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], 25 - static_cast<std::int64_t>(i));
}

TEST_F(SearchTest, FiltersNarrowExactly) {
  using namespace std::chrono_literals;
  has({{.text = "kettle", .channel = "email", .at = kStart, .identity = 7},
       {.text = "kettle", .channel = "google_business", .at = kStart + 24h * 40, .rating = 2.5},
       {.text = "kettle", .channel = "google_business", .at = kStart + 24h * 400, .rating = 5.0},
       {.text = "kettle", .at = kStart + 24h * 401, .identity = 8, .direction = model::Direction::out}});
  const auto with = [&](Filter filter) {
    return ids(Query{.brand = {}, .words = "kettle", .filter = std::move(filter)});
  };
  EXPECT_THAT(with({.channel = "google_business"}), ElementsAre(3, 2));
  EXPECT_THAT(with({.channel = "google"}), IsEmpty());
  EXPECT_THAT(with({.channel = "x y"}), IsEmpty());
  EXPECT_THAT(with({.direction = model::Direction::out}), ElementsAre(4));
  EXPECT_THAT(with({.kind = model::MessageKind::review}), ElementsAre(3, 2));
  EXPECT_THAT(with({.from = kStart + 1ms}), ElementsAre(4, 3, 2));
  EXPECT_THAT(with({.until = kStart + 24h * 400}), ElementsAre(2, 1));
  EXPECT_THAT(with({.from = kStart, .until = kStart + 24h * 400 + 1ms}), ElementsAre(3, 2, 1));
  EXPECT_THAT(with({.from = kStart + 1h, .until = kStart}), IsEmpty());
  EXPECT_THAT(with({.rating_from = 2.6}), ElementsAre(3));
  EXPECT_THAT(with({.rating_to = 2.5}), ElementsAre(2));
  EXPECT_THAT(with({.identities = {IdentityId(7), IdentityId(8)}}), ElementsAre(4, 1));
}

TEST_F(SearchTest, OneBrandNeverSeesAnothers) {
  has({{.text = "kettle", .brand = 1},
       {.text = "kettle", .brand = 2},
       {.text = "\x01"
                "b1 kettle",
        .brand = 2}});
  EXPECT_THAT(ids("kettle"), ElementsAre(1));
  EXPECT_THAT(ids(Query{.brand = BrandId(2), .words = "kettle"}), ElementsAre(3, 2));
  EXPECT_THAT(ids(Query{.brand = BrandId(3), .words = "kettle"}), IsEmpty());
}

TEST_F(SearchTest, AnEditReplacesTheWordsAndARemovalForgetsThem) {
  has({{.text = "kettle"}, {.text = "toaster"}});
  ASSERT_TRUE(database_->write([](store::Tx& tx) -> Result<Done> {
    model::Content edited;
    edited.text = edited.reply_text = "samovar";
    remove(tx, MessageId(1));
    index(tx, MessageId(1), edited, false);
    remove(tx, MessageId(2));
    return Done{};
  }));
  EXPECT_THAT(ids("kettle"), IsEmpty());
  EXPECT_THAT(ids("samovar"), ElementsAre(1));
  EXPECT_THAT(ids("toaster"), IsEmpty());
}

TEST_F(SearchTest, ByRelevanceTheBetterMatchComesFirst) {
  has({{.text = "kettle kettle kettle"},
       {.text = "a kettle among many other words that say nothing about it at all and go on and on"},
       {.text = "unrelated"}});
  EXPECT_THAT(ids(Query{.brand = {}, .words = "kettle", .order = Order::relevance}), ElementsAre(1, 2));
}

// The score by its definition: SQLite's own bm25 over everything, times the weight for age.
TEST_F(SearchTest, ByRelevanceStopsEarlyAndYetFindsWhatTheWholeListWouldGive) {
  ASSERT_TRUE(database_->write([](store::Tx& tx) -> Result<Done> {
    std::uint64_t dice = 1;
    for (int i = 1; i <= 3000; ++i) {
      std::string text;
      for (int w = 0; w < 40; ++w) {
        dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
        const auto roll = static_cast<double>(dice >> 40) / static_cast<double>(1 << 24);
        text += "w" + std::to_string(static_cast<int>(std::pow(500.0, roll))) + " ";
      }
      add(tx, i, {.text = text});
    }
    return Done{};
  }));
  for (const char* words : {"w3", "w77", "w5 w9", "\"w2 w4\"", "w150 w2"}) {
    const Page best = page({.brand = {}, .words = words, .order = Order::relevance, .limit = 20});
    const auto exact = database_->read([&](store::Reader& r) -> Result<std::vector<std::int64_t>> {
      std::string match;
      for (const auto& term : best.terms)
        match += (match.empty() ? "\"" : " AND \"") + text::join(term.words, " ") + "\"";
      std::vector<std::pair<double, std::int64_t>> all;
      for (auto q = r.query("SELECT rowid, -bm25(message_index) FROM message_index WHERE message_index MATCH ?", match);
           q.next();) {
        const auto id = q.row().integer(0);
        all.emplace_back(q.row().real(1) * std::exp2(-static_cast<double>(3000 - id) / kHalfLife), id);
      }
      std::sort(all.rbegin(), all.rend());
      std::vector<std::int64_t> top;
      for (std::size_t i = 0; i < all.size() && i < 20; ++i) top.push_back(all[i].second);
      return top;
    });
    ASSERT_TRUE(exact);
    std::size_t same = 0;
    for (const auto& hit : best.hits) same += std::count((*exact).begin(), (*exact).end(), hit.message.value);
    EXPECT_EQ(best.hits.size(), (*exact).size()) << words;
    EXPECT_GE(same, (*exact).size() * 9 / 10) << words;
  }
}

TEST_F(SearchTest, AShortPrefixStandsForItsMostCommonWords) {
  std::vector<Mail> mails;
  for (int i = 0; i < 400; ++i)
    mails.push_back({.text = "kettle k" + std::to_string(i) + " " + std::string(3000, 'x')});
  has(mails);
  EXPECT_THAT(ids(Query{.brand = {}, .words = "ket*", .limit = 200}), SizeIs(200));
  EXPECT_THAT(ids("k39*"), SizeIs(11));
  EXPECT_THAT(ids("zzz*"), IsEmpty());
}

TEST_F(SearchTest, APageThatRanOutOfTimeSaysSoAndTheNextGoesOn) {
  std::vector<Mail> mails(600, Mail{.text = "kettle"});
  mails[10].at = kStart + std::chrono::hours(1);
  has(mails);
  Query query{.brand = BrandId(1), .words = "kettle", .filter = {.from = kStart + std::chrono::minutes(1)}};
  query.budget = std::chrono::microseconds(1);
  std::vector<std::int64_t> all;
  int pages = 0;
  bool complete = false;
  for (; pages < 20 && !complete; ++pages) {
    auto found = database_->read([&](store::Reader& r) { return find(r, query); });
    ASSERT_TRUE(found);
    for (const auto& hit : (*found).hits) all.push_back(hit.message.value);
    complete = (*found).complete;
    EXPECT_NE(complete, static_cast<bool>((*found).next));
    query.before = (*found).next;
  }
  EXPECT_TRUE(complete);
  EXPECT_GT(pages, 1);
  EXPECT_THAT(all, ElementsAre(11));
}

}  // namespace
}  // namespace amends::search
