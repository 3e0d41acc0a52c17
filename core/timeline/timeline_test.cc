#include "core/timeline/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/schema.h"

namespace amends::timeline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Timeline : public ::testing::Test {
 protected:
  Timeline() {
    db_ = *store::Database::open({folder_ / "amends.db", migrations_, 1, true});
    EXPECT_TRUE(db_->write([&](store::Tx& tx) -> Result<Done> {
      tx.run("INSERT INTO brand (key, name, created_at) VALUES ('cafe', 'Café', 0)");
      tx.run("INSERT INTO account (brand_id, channel, name, created_at) VALUES (1, 'email', 'support', 0)");
      return Done{};
    }));
  }

  MessageId arrives(IdentityId who, const std::string& subject, Timestamp at, std::vector<IdentityId> also = {},
                    model::Content content = {}) {
    content.subject = subject;
    content.author.handle = "ada@example.org";
    NewMessage message;
    message.brand = BrandId{1};
    message.account = AccountId{1};
    message.raw = RawItemId{next_raw_++};
    message.thread = ThreadId{1};
    message.identity = who;
    message.also = std::move(also);
    message.channel = "email";
    message.at = at;
    message.content_key = next_raw_;
    message.digest = "0123456789abcdef";
    return *db_->write([&](store::Tx& tx) -> Result<MessageId> { return append(tx, message, content); });
  }
  void happens(CustomerId customer, const std::string& kind, Timestamp at) {
    ASSERT_TRUE(db_->write([&](store::Tx& tx) -> Result<Done> {
      add_event(tx, {BrandId{1}, {}, customer, {}, at, kind, "amends", "{}"});
      return Done{};
    }));
  }
  // The subjects of messages and kinds of events, newest first, read in pages of `size`.
  std::vector<std::string> reads(const Streams& streams, int size) {
    std::vector<std::string> out;
    std::optional<Before> before = Before{};
    while (before) {
      const Page p = *db_->read([&](store::Reader& r) -> Result<Page> { return page(r, streams, *before, size); });
      EXPECT_LE(static_cast<int>(p.entries.size()), size);
      for (const Entry& entry : p.entries) out.push_back(entry.message ? entry.message->subject : entry.event->kind);
      before = p.next;
    }
    return out;
  }

  test::TempFolder folder_;
  test::FakeClock clock_;
  std::vector<store::Migration> migrations_ = test::all_migrations();
  std::unique_ptr<store::Database> db_;
  std::int64_t next_raw_ = 1;
};

TEST_F(Timeline, AllIdentitiesOfACustomerReadAsOneStream) {
  arrives(IdentityId{1}, "mail", clock_.now());
  arrives(IdentityId{2}, "review", clock_.now() + hours(1));
  arrives(IdentityId{3}, "somebody else", clock_.now() + hours(2));
  happens(CustomerId{1}, "merged", clock_.now() + hours(3));
  const Streams both{{IdentityId{1}, IdentityId{2}}, {CustomerId{1}}};
  EXPECT_EQ(reads(both, 10), (std::vector<std::string>{"merged", "review", "mail"}));
  EXPECT_EQ(reads({{IdentityId{1}}, {}}, 10), (std::vector<std::string>{"mail"}));
}

TEST_F(Timeline, PagesOfAnySizeGiveEveryEntryOnceAndInOrder) {
  std::mt19937 random(7);
  std::vector<std::pair<std::int64_t, std::string>> expected;
  for (int i = 0; i < 60; ++i) {
    // Many share a time, as the entries of a bulk import do.
    const Timestamp at = clock_.now() + minutes(random() % 12);
    const std::string name = "m" + std::to_string(i);
    arrives(IdentityId{1 + static_cast<std::int64_t>(random() % 3)}, name, at);
    expected.emplace_back(at.ms, name);
  }
  std::stable_sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::reverse(expected.begin(), expected.end());
  std::vector<std::string> names;
  for (const auto& [at, name] : expected) names.push_back(name);
  const Streams all{{IdentityId{1}, IdentityId{2}, IdentityId{3}}, {}};
  for (const int size : {1, 2, 7, 50, 100}) EXPECT_EQ(reads(all, size), names) << "pages of " << size;
}

TEST_F(Timeline, AMailToTwoCustomersStandsInBothStreamsAndOnceInTheirMergedOne) {
  arrives(IdentityId{1}, "to both", clock_.now(), {IdentityId{2}});
  EXPECT_EQ(reads({{IdentityId{1}}, {}}, 10).size(), 1u);
  EXPECT_EQ(reads({{IdentityId{2}}, {}}, 10).size(), 1u);
  EXPECT_EQ(reads({{IdentityId{1}, IdentityId{2}}, {}}, 10).size(), 1u);
}

TEST_F(Timeline, ALateArrivalStandsWhereItBelongs) {
  arrives(IdentityId{1}, "second", clock_.now() + hours(2));
  arrives(IdentityId{1}, "first", clock_.now());
  EXPECT_EQ(reads({{IdentityId{1}}, {}}, 10), (std::vector<std::string>{"second", "first"}));
}

TEST_F(Timeline, AnEditShowsTheNewWordsAndKeepsTheOldItem) {
  const MessageId id = arrives(IdentityId{1}, "3 stars", clock_.now());
  model::Content edited;
  edited.subject = "5 stars";
  edited.rating = 5;
  ASSERT_TRUE(db_->write([&](store::Tx& tx) -> Result<Done> {
    replace_content(tx, id, RawItemId{99}, "fedcba9876543210", edited);
    return Done{};
  }));
  const auto message = *db_->read([&](store::Reader& r) -> Result<Message> { return *find(r, id); });
  EXPECT_EQ(message.subject, "5 stars");
  EXPECT_EQ(message.raw, RawItemId{99});
  EXPECT_TRUE(message.flags & kEdited);
  const auto copies = *db_->read([&](store::Reader& r) -> Result<std::int64_t> {
    return r.count("SELECT COUNT(*) FROM message_copy WHERE message_id = ? AND kind = 'version'", id);
  });
  EXPECT_EQ(copies, 1);
}

TEST_F(Timeline, AttachmentsAreListedInOrder) {
  model::Content content;
  content.attachments = {{"receipt.pdf", "application/pdf", 1200, std::string(64, 'a'), "", false, 2},
                         {"cup.jpg", "image/jpeg", 48000, std::string(64, 'b'), "cup@1", true, 1}};
  const MessageId id = arrives(IdentityId{1}, "with files", clock_.now(), {}, content);
  const auto files =
      *db_->read([&](store::Reader& r) -> Result<std::vector<model::Attachment>> { return attachments(r, id); });
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].filename, "cup.jpg");
  EXPECT_TRUE(files[0].is_inline);
  EXPECT_EQ(files[1].sha256, std::string(64, 'a'));
}

TEST(EffectiveTime, AnImpossibleDateGivesWayToTheArrival) {
  const Timestamp arrived{1'767'258'000'000};
  EXPECT_EQ(effective_time({}, arrived), arrived);
  EXPECT_EQ(effective_time(Timestamp{0}, arrived), arrived);
  EXPECT_EQ(effective_time(arrived + hours(24 * 365), arrived), arrived);
  EXPECT_EQ(effective_time(arrived - hours(5), arrived), arrived - hours(5));
  EXPECT_EQ(effective_time(arrived + hours(3), arrived), arrived + hours(3));  // a clock that is a little off
}

}  // namespace
}  // namespace amends::timeline
