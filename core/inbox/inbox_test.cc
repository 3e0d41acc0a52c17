#include "core/inbox/inbox.h"

#include <gtest/gtest.h>

#include "tests/support/schema.h"

namespace amends::inbox {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Inbox : public ::testing::Test {
 protected:
  Inbox() {
    db_ = *store::Database::open({folder_ / "amends.db", migrations_, 1, true});
    does([&](store::Tx& tx) { tx.run("INSERT INTO brand (key, name, created_at) VALUES ('cafe', 'Café', 0)"); });
  }

  template <class Work>
  void does(Work work) {
    ASSERT_TRUE(db_->write([&](store::Tx& tx) -> Result<Done> {
      work(tx);
      return Done{};
    }));
  }
  // A message row to stand for the thread's last one; only what a list shows.
  MessageId message(store::Tx& tx, ThreadId thread, const std::string& subject, Timestamp at) {
    return MessageId{
        tx.insert("INSERT INTO message (brand_id, account_id, raw_id, thread_id, channel, at, direction, kind, origin, "
                  "visibility, "
                  "flags, content_key, digest, author, subject, preview) VALUES (1, 1, 1, ?, 'email', ?, 0, 0, 0, 0, "
                  "0, 0, '', 'Ada', "
                  "?, '')",
                  thread, at, subject)};
  }
  void customer_writes(ThreadId thread, const std::string& subject, Status fresh = Status::open) {
    clock_.advance(minutes(1));
    does([&](store::Tx& tx) {
      const MessageId last = message(tx, thread, subject, clock_.now());
      touch(tx, {thread, BrandId{1}, IdentityId{1}, last, clock_.now(), true, true, false}, fresh);
    });
  }
  void we_write(ThreadId thread) {
    clock_.advance(minutes(1));
    does([&](store::Tx& tx) {
      const MessageId last = message(tx, thread, "answer", clock_.now());
      touch(tx, {thread, BrandId{1}, IdentityId{1}, last, clock_.now(), false, false, true}, Status::open);
    });
  }
  std::vector<std::int64_t> list(View view, const std::string& user = "", const std::string& tag = "", int size = 2) {
    std::vector<std::int64_t> out;
    std::optional<Before> before = Before{};
    while (before) {
      const Page p = *db_->read(
          [&](store::Reader& r) -> Result<Page> { return page(r, BrandId{1}, view, user, tag, *before, size); });
      for (const Row& row : p.rows) out.push_back(row.thread.value);
      before = p.next;
    }
    return out;
  }
  Row row(ThreadId thread) {
    return *db_->read([&](store::Reader& r) -> Result<Row> { return *find(r, thread); });
  }

  test::TempFolder folder_;
  test::FakeClock clock_;
  std::vector<store::Migration> migrations_ = test::all_migrations();
  std::unique_ptr<store::Database> db_;
  const ThreadId one_{1}, two_{2}, three_{3};
};

TEST_F(Inbox, ANewMailWaitsUnownedAndUnreadUntilWeAnswer) {
  customer_writes(one_, "cold coffee");
  EXPECT_EQ(list(View::waiting), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(list(View::unowned), (std::vector<std::int64_t>{1}));
  EXPECT_TRUE(row(one_).unread);
  we_write(one_);
  EXPECT_TRUE(list(View::waiting).empty());
  EXPECT_FALSE(row(one_).unread);
  EXPECT_EQ(list(View::open), (std::vector<std::int64_t>{1}));
}

TEST_F(Inbox, HistoryThatWasImportedDoesNotWait) {
  customer_writes(one_, "three years ago", Status::closed);
  EXPECT_TRUE(list(View::waiting).empty());
  EXPECT_EQ(list(View::closed), (std::vector<std::int64_t>{1}));
  EXPECT_FALSE(row(one_).unread);
}

TEST_F(Inbox, ASleepingThreadWakesWhenItsTimeComesOrTheCustomerWrites) {
  customer_writes(one_, "first");
  customer_writes(two_, "second");
  does([&](store::Tx& tx) {
    EXPECT_TRUE(*snooze(tx, one_, clock_.now() + hours(1)));
    EXPECT_TRUE(*snooze(tx, two_, clock_.now() + hours(9)));
  });
  EXPECT_EQ(list(View::snoozed).size(), 2u);
  customer_writes(two_, "hello?");
  EXPECT_EQ(list(View::waiting), (std::vector<std::int64_t>{2}));
  clock_.advance(hours(2));
  does([&](store::Tx& tx) { EXPECT_EQ(wake_due(tx, clock_.now()), (std::vector<ThreadId>{one_})); });
  EXPECT_EQ(list(View::waiting).size(), 2u);
  does([&](store::Tx& tx) { EXPECT_TRUE(wake_due(tx, clock_.now() + hours(99)).empty()); });
}

TEST_F(Inbox, AClosedThreadIsOpenedAgainByTheCustomer) {
  customer_writes(one_, "cold coffee");
  does([&](store::Tx& tx) {
    EXPECT_TRUE(*close(tx, one_));
    EXPECT_FALSE(*close(tx, one_));  // told once
  });
  EXPECT_TRUE(list(View::open).empty());
  customer_writes(one_, "it was cold again");
  EXPECT_EQ(list(View::waiting), (std::vector<std::int64_t>{1}));
}

TEST_F(Inbox, ViewsPageNewestFirstAndEachThreadOnce) {
  customer_writes(one_, "a");
  customer_writes(two_, "b");
  customer_writes(three_, "c");
  does([&](store::Tx& tx) { EXPECT_TRUE(*assign(tx, two_, "noor")); });
  EXPECT_EQ(list(View::everything, "", "", 1), (std::vector<std::int64_t>{3, 2, 1}));
  EXPECT_EQ(list(View::mine, "noor"), (std::vector<std::int64_t>{2}));
  EXPECT_EQ(list(View::unowned), (std::vector<std::int64_t>{3, 1}));
  const auto counted =
      *db_->read([&](store::Reader& r) -> Result<std::int64_t> { return count(r, BrandId{1}, View::waiting, "", 2); });
  EXPECT_EQ(counted, 2);  // counting stops at the cap
}

TEST_F(Inbox, TagsNotesAndDraftsBelongToTheThread) {
  customer_writes(one_, "a");
  customer_writes(two_, "b");
  does([&](store::Tx& tx) {
    EXPECT_TRUE(*tag(tx, one_, " delivery "));
    EXPECT_FALSE(*tag(tx, one_, "delivery"));
    EXPECT_EQ(tag(tx, one_, "a,b").error().kind, Kind::invalid);
    EXPECT_EQ(tag(tx, ThreadId{77}, "x").error().kind, Kind::not_found);
    EXPECT_TRUE(add_note(tx, one_, "noor", "called her, no answer", clock_.now()));
    EXPECT_EQ(add_note(tx, one_, "noor", "  \n", clock_.now()).error().kind, Kind::invalid);
    EXPECT_TRUE(save_draft(tx, one_, "noor", {"Dear Ada", 3, clock_.now()}));
    EXPECT_TRUE(save_draft(tx, one_, "noor", {"Dear Ada, I am sorry", 4, clock_.now()}));
  });
  EXPECT_EQ(list(View::everything, "", "delivery"), (std::vector<std::int64_t>{1}));
  const auto saved = *db_->read([&](store::Reader& r) -> Result<Draft> { return *draft(r, one_, "noor"); });
  EXPECT_EQ(saved.text, "Dear Ada, I am sorry");
  EXPECT_EQ(saved.thread_version, 3);  // what the thread was when the draft was begun
}

TEST_F(Inbox, AThreadThatWasJoinedIntoAnotherLeavesItsNotesTagsAndOwnerThere) {
  customer_writes(one_, "a");
  customer_writes(two_, "b");
  does([&](store::Tx& tx) {
    EXPECT_TRUE(*tag(tx, two_, "delivery"));
    EXPECT_TRUE(*assign(tx, two_, "noor"));
    EXPECT_TRUE(add_note(tx, two_, "noor", "same as thread 1", clock_.now()));
    replace(tx, two_, one_);
  });
  EXPECT_EQ(list(View::everything), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(row(one_).owner, "noor");
  const auto found = *db_->read([&](store::Reader& r) -> Result<std::vector<Note>> { return notes(r, one_); });
  EXPECT_EQ(found.size(), 1u);
  EXPECT_EQ(list(View::everything, "", "delivery"), (std::vector<std::int64_t>{1}));
}

TEST_F(Inbox, NotesOfSeveralThreadsComeThreadByThread) {
  for (std::int64_t i = 1; i <= 7; ++i) customer_writes(ThreadId{i}, "a");
  does([&](store::Tx& tx) {
    for (const std::int64_t i : {6, 3, 2, 3}) EXPECT_TRUE(add_note(tx, ThreadId{i}, "noor", "called", clock_.now()));
  });
  const auto found_in = [&](const std::vector<ThreadId>& threads) {
    std::vector<std::int64_t> out;
    const auto found = *db_->read(
        [&](store::Reader& r) -> Result<std::vector<std::pair<ThreadId, Note>>> { return notes(r, threads); });
    for (const auto& [thread, note] : found) out.push_back(thread.value * 10 + note.id);
    return out;
  };
  EXPECT_EQ(found_in({ThreadId{1}, ThreadId{3}, ThreadId{4}, ThreadId{6}, ThreadId{7}}),
            (std::vector<std::int64_t>{32, 34, 61}));
  EXPECT_EQ(found_in({ThreadId{1}, ThreadId{2}, ThreadId{5}}), (std::vector<std::int64_t>{23}));
  EXPECT_EQ(found_in({ThreadId{7}}), (std::vector<std::int64_t>{}));
  EXPECT_EQ(found_in({}), (std::vector<std::int64_t>{}));
}

TEST_F(Inbox, QuestionsAndPraiseAreGatheredFromWhoWaits) {
  customer_writes(ThreadId{1}, "Do you open on Sunday?");
  customer_writes(ThreadId{2}, "Cold coffee");
  customer_writes(ThreadId{3}, "The best rolls");
  does([](store::Tx& tx) { tx.run("UPDATE message SET rating = 5 WHERE subject = 'The best rolls'"); });
  customer_writes(ThreadId{4}, "Why so bad?");
  does([](store::Tx& tx) { tx.run("UPDATE message SET rating = 1 WHERE subject = 'Why so bad?'"); });
  EXPECT_EQ(list(View::questions_praise), (std::vector<std::int64_t>{3, 1}));
  EXPECT_EQ(*db_->read([](store::Reader& r) -> Result<std::int64_t> {
    return count(r, BrandId{1}, View::questions_praise, "", 1000);
  }),
            2);
  we_write(ThreadId{1});
  EXPECT_EQ(list(View::questions_praise), (std::vector<std::int64_t>{3}));
}

TEST_F(Inbox, ThreadsThatMayBelongTogetherAreBothListed) {
  for (const int thread : {1, 2, 3}) customer_writes(ThreadId{thread}, "Order 7");
  does([](store::Tx& tx) {
    tx.run("INSERT INTO thread_link (brand_id, thread_id, other_id, reason, message_id) VALUES (1, 1, 3, 0, 1)");
  });
  EXPECT_EQ(list(View::unthreaded), (std::vector<std::int64_t>{3, 1}));
  EXPECT_EQ(*db_->read([](store::Reader& r) -> Result<std::int64_t> {
    return count(r, BrandId{1}, View::unthreaded, "", 1000);
  }),
            2);
}

}  // namespace
}  // namespace amends::inbox
