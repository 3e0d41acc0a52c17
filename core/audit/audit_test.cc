#include "core/audit/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sqlite3.h>

#include "core/audit/anchor.h"
#include "core/crypto/digest.h"
#include "tests/support/schema.h"

namespace amends::audit {
namespace {

using ::testing::HasSubstr;

class Audit : public ::testing::Test {
 protected:
  Audit() { db_ = *store::Database::open({folder_ / "amends.db", migrations_, 1, true}); }

  void append_some(int count) {
    ASSERT_TRUE(db_->write([&](store::Tx& tx) -> Result<Done> {
      for (int i = 0; i < count; ++i) {
        clock_.advance(std::chrono::seconds(1));
        append(tx, {clock_.now(), UserId{i % 3}, i % 2 == 0 ? "user.added" : "role.changed", BrandId{i % 2}, "user",
                    i + 1, detail({{"role", "agent"}}), "203.0.113.9"});
      }
      return Done{};
    }));
  }
  Verdict verdict() {
    return *db_->read(
        [&](store::Reader& reader) -> Result<Verdict> { return verify(reader, anchors(folder_.path()).value_or({})); });
  }
  void note_head() {
    const Head now = *db_->read([](store::Reader& reader) -> Result<Head> { return head(reader); });
    ASSERT_TRUE(anchor(folder_.path(), now, clock_.now()));
  }
  // As somebody does who has the file: with another program, past our triggers.
  void behind_our_back(const std::string& sql) {
    db_.reset();
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "amends.db").c_str(), &raw), SQLITE_OK);
    char* error = nullptr;
    sqlite3_exec(raw,
                 ("DROP TRIGGER IF EXISTS audit_entry_refuses_UPDATE;"
                  "DROP TRIGGER IF EXISTS audit_entry_refuses_DELETE;" +
                  sql)
                     .c_str(),
                 nullptr, nullptr, &error);
    EXPECT_EQ(error, nullptr) << error;
    sqlite3_free(error);
    sqlite3_close(raw);
    db_ = *store::Database::open({folder_ / "amends.db", migrations_, 1, true});
  }

  const test::TempFolder folder_;
  test::FakeClock clock_;
  std::vector<store::Migration> migrations_ = test::all_migrations();
  std::unique_ptr<store::Database> db_;
};

TEST_F(Audit, AnEmptyChainAndALongOneAreWhole) {
  EXPECT_FALSE(verdict().fault);
  EXPECT_EQ(verdict().entries, 0);
  append_some(40);
  note_head();
  const Verdict whole = verdict();
  EXPECT_FALSE(whole.fault);
  EXPECT_EQ(whole.entries, 40);
  EXPECT_EQ(whole.head.number, 40);
  EXPECT_EQ(whole.anchors, 1);
}

TEST_F(Audit, TheDatabaseItselfRefusesToChangeOrRemoveAnEntry) {
  append_some(3);
  for (const char* sql : {"UPDATE audit_entry SET action = 'x' WHERE number = 2", "DELETE FROM audit_entry"}) {
    const auto refused = db_->write([&](store::Tx& tx) -> Result<std::int64_t> { return tx.run(sql); });
    ASSERT_FALSE(refused) << sql;
    EXPECT_THAT(refused.error().what, HasSubstr("only ever added to"));
  }
  EXPECT_FALSE(verdict().fault);
}

TEST_F(Audit, EveryChangedFieldIsFoundAndNamed) {
  append_some(9);
  const char* changes[] = {"at = at + 1",        "actor_id = 77",   "actor_id = NULL",       "action = 'user.removed'",
                           "brand_id = 9",       "object = 'team'", "object_id = 99",        "detail = '{}'",
                           "peer = '127.0.0.1'", "digest = x'00'",  "action = action || 'x'"};
  for (const char* change : changes) {
    behind_our_back(
        "CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM audit_entry;"
        "UPDATE audit_entry SET " +
        std::string(change) + " WHERE number = 5");
    const Verdict broken = verdict();
    ASSERT_TRUE(broken.fault) << change;
    EXPECT_EQ(broken.fault->number, 5) << change;
    behind_our_back("DELETE FROM audit_entry; INSERT INTO audit_entry SELECT * FROM kept");
    ASSERT_FALSE(verdict().fault) << change;
  }
}

TEST_F(Audit, ARemovedEntryIsNamed) {
  append_some(9);
  behind_our_back("DELETE FROM audit_entry WHERE number = 4");
  EXPECT_EQ(verdict().fault->number, 4);
  behind_our_back("UPDATE audit_entry SET number = number - 1 WHERE number > 4");
  EXPECT_EQ(verdict().fault->number, 4);
}

TEST_F(Audit, SwappedEntriesAreNamedByTheFirst) {
  append_some(9);
  behind_our_back(
      "UPDATE audit_entry SET number = -3 WHERE number = 3; UPDATE audit_entry SET number = 3 WHERE number = 6;"
      "UPDATE audit_entry SET number = 6 WHERE number = -3");
  EXPECT_EQ(verdict().fault->number, 3);
}

TEST_F(Audit, ACutEndShowsAgainstTheHeadNotedEarlier) {
  append_some(9);
  note_head();
  behind_our_back("DELETE FROM audit_entry WHERE number > 6");
  const Verdict broken = verdict();
  ASSERT_TRUE(broken.fault);
  EXPECT_EQ(broken.fault->number, 7);
  EXPECT_THAT(broken.fault->what, HasSubstr("entry 9 was there"));
  behind_our_back("DELETE FROM audit_entry");
  EXPECT_EQ(verdict().fault->number, 1);
}

// Somebody who knows the format changes an entry and computes all digests after it anew.
TEST_F(Audit, AChainMadeAnewFromTheMiddleShowsAgainstTheHeadsNotedEarlier) {
  append_some(3);
  note_head();
  append_some(3);
  note_head();
  append_some(3);
  note_head();
  const auto all = *db_->read([](store::Reader& reader) -> Result<std::vector<Row>> {
    Asked asked;
    asked.limit = 100;
    return rows(reader, asked);
  });
  behind_our_back("DELETE FROM audit_entry WHERE number >= 5");
  ASSERT_TRUE(db_->write([&](store::Tx& tx) -> Result<Done> {
    for (auto row = all.rbegin(); row != all.rend(); ++row) {
      if (row->number < 5) continue;
      append(tx, {row->at, row->actor, row->number == 5 ? "nothing.happened" : std::string_view(row->action),
                  row->brand, row->object, row->object_id, row->detail, row->peer});
    }
    return Done{};
  }));
  const Verdict broken = verdict();
  ASSERT_TRUE(broken.fault);
  EXPECT_EQ(broken.fault->number, 6);
  EXPECT_THAT(broken.fault->what, HasSubstr("after 3 up to 6"));
  std::filesystem::remove(anchor_file(folder_.path()));
  EXPECT_FALSE(verdict().fault) << "without the heads it can't be told: that is what they are for";
}

TEST_F(Audit, ListsNewestFirstByBrandActionAndActor) {
  append_some(6);
  const auto asked = [&](Asked what) {
    std::vector<std::int64_t> numbers;
    const auto found =
        *db_->read([&](store::Reader& reader) -> Result<std::vector<Row>> { return rows(reader, what); });
    for (const Row& row : found) numbers.push_back(row.number);
    return numbers;
  };
  const auto with = [](auto change) {
    Asked out;
    change(out);
    return out;
  };
  EXPECT_EQ(asked({}), (std::vector<std::int64_t>{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(asked(with([](Asked& a) { a.brand = BrandId{1}; })), (std::vector<std::int64_t>{6, 4, 2}));
  EXPECT_EQ(asked(with([](Asked& a) { a.action = "user.added"; })), (std::vector<std::int64_t>{5, 3, 1}));
  EXPECT_EQ(asked(with([](Asked& a) { a.action = "role."; })), (std::vector<std::int64_t>{6, 4, 2}));
  EXPECT_EQ(asked(with([](Asked& a) { a.actor = UserId{2}; })), (std::vector<std::int64_t>{6, 3}));
  EXPECT_EQ(asked(with([](Asked& a) {
              a.before = 4;
              a.limit = 2;
            })),
            (std::vector<std::int64_t>{3, 2}));
}

TEST_F(Audit, AnAppendThatIsUndoneLeavesNoGap) {
  append_some(2);
  EXPECT_FALSE(db_->write([&](store::Tx& tx) -> Result<Done> {
    append(tx, {clock_.now(), UserId{1}, "user.added", {}, "user", 1});
    return fail(Kind::invalid, "no");
  }));
  append_some(2);
  EXPECT_FALSE(verdict().fault);
  EXPECT_EQ(verdict().entries, 4);
}

// No two entries are the same bytes, wherever the borders of their fields lie.
TEST(AuditEntry, MovingBytesOverAFieldsBorderChangesTheDigest) {
  const auto digest = [](std::string action, std::string object, std::string detail_text, std::string peer) {
    Row row;
    row.number = 1;
    row.action = std::move(action);
    row.object = std::move(object);
    row.detail = std::move(detail_text);
    row.peer = std::move(peer);
    return digest_of(row, "");
  };
  rc::check([&](const std::string& bytes) {
    const auto cut = [&] { return *rc::gen::inRange<std::size_t>(0, bytes.size() + 1); };
    const auto parts = [&](std::size_t a, std::size_t b) {
      return digest(bytes.substr(0, a), bytes.substr(a, b - a), "", bytes.substr(b));
    };
    std::size_t a = cut(), b = cut(), c = cut(), d = cut();
    if (a > b) std::swap(a, b);
    if (c > d) std::swap(c, d);
    RC_ASSERT((parts(a, b) == parts(c, d)) == (a == c && b == d));
  });
}

TEST(AuditEntry, EveryFieldAndTheEntryBeforeAreCovered) {
  Row plain;
  plain.number = 2;
  const std::string digest = digest_of(plain, "before");
  EXPECT_EQ(digest, digest_of(plain, "before"));
  EXPECT_NE(digest, digest_of(plain, "befora"));
  const auto with = [&](auto change) {
    Row row = plain;
    change(row);
    return digest_of(row, "before");
  };
  EXPECT_NE(digest, with([](Row& r) { r.number = 3; }));
  EXPECT_NE(digest, with([](Row& r) { r.at.ms = 1; }));
  EXPECT_NE(digest, with([](Row& r) { r.actor = UserId{1}; }));
  EXPECT_NE(digest, with([](Row& r) { r.action = "x"; }));
  EXPECT_NE(digest, with([](Row& r) { r.brand = BrandId{1}; }));
  EXPECT_NE(digest, with([](Row& r) { r.object = "x"; }));
  EXPECT_NE(digest, with([](Row& r) { r.object_id = 1; }));
  EXPECT_NE(digest, with([](Row& r) { r.detail = "{}"; }));
  EXPECT_NE(digest, with([](Row& r) { r.peer = "x"; }));
}

TEST(AuditDetail, IsJsonWhateverTheWordsHold) {
  EXPECT_EQ(detail({}), "{}");
  EXPECT_EQ(detail({{"role", "agent"}, {"by", "a\"b\\c\nd\x1b"}}),
            "{\"role\":\"agent\",\"by\":\"a\\\"b\\\\c\\nd\xEF\xBF\xBD\"}");
}

class AuditAnchor : public ::testing::Test {
 protected:
  Head head_at(std::int64_t number) { return {number, crypto::sha256_hex(std::to_string(number))}; }
  const test::TempFolder folder_;
  const Timestamp now_{1'767'258'000'000};
};

TEST_F(AuditAnchor, HeadsAreKeptOnceEachForTheOwnerAlone) {
  EXPECT_TRUE(anchors(folder_.path())->empty());
  for (const std::int64_t number : {3, 3, 7, 7, 9}) ASSERT_TRUE(anchor(folder_.path(), head_at(number), now_));
  EXPECT_EQ(*anchors(folder_.path()), (std::vector<Head>{head_at(3), head_at(7), head_at(9)}));
  ASSERT_TRUE(anchor(folder_.path(), Head{}, now_));
  EXPECT_EQ(anchors(folder_.path())->size(), 3u);
  EXPECT_EQ(std::filesystem::status(anchor_file(folder_.path())).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(AuditAnchor, StaysSmallAndKeepsTheNewestAndTheOldest) {
  std::string full = "amends audit heads 1\n";
  for (std::size_t i = 1; i <= kMostAnchors; ++i) {
    const Head head = head_at(static_cast<std::int64_t>(i));
    full += std::to_string(head.number) + " " + head.digest + " 2026-01-01T09:00:00Z\n";
  }
  test::write_file(anchor_file(folder_.path()), full);
  ASSERT_EQ(anchors(folder_.path())->size(), kMostAnchors);
  ASSERT_TRUE(anchor(folder_.path(), head_at(static_cast<std::int64_t>(kMostAnchors) + 1), now_));
  const auto kept = *anchors(folder_.path());
  EXPECT_LT(kept.size(), kMostAnchors);
  EXPECT_GE(kept.size(), kMostAnchors / 2);
  EXPECT_EQ(kept.front().number, 1);
  EXPECT_EQ(kept.back().number, static_cast<std::int64_t>(kMostAnchors + 1));
}

TEST_F(AuditAnchor, ALineThatWasCutIsSkippedAndAnotherFileIsRefused) {
  ASSERT_TRUE(anchor(folder_.path(), head_at(3), now_));
  ASSERT_TRUE(anchor(folder_.path(), head_at(7), now_));
  const std::string path = anchor_file(folder_.path());
  const std::string whole = test::read_file(path);
  test::write_file(path, whole.substr(0, whole.size() - 60));
  EXPECT_EQ(*anchors(folder_.path()), std::vector<Head>{head_at(3)});
  test::write_file(path, "something else\n");
  EXPECT_EQ(anchors(folder_.path()).error().kind, Kind::corrupt);
}

TEST_F(AuditAnchor, AfterARestoreTheOldHeadsLieAside) {
  ASSERT_TRUE(anchor(folder_.path(), head_at(9), now_));
  ASSERT_TRUE(anchor_anew(folder_.path(), head_at(4), now_));
  EXPECT_EQ(*anchors(folder_.path()), std::vector<Head>{head_at(4)});
  EXPECT_TRUE(std::filesystem::exists(anchor_file(folder_.path()) + ".until-9"));
}

}  // namespace
}  // namespace amends::audit
