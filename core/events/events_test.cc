#include "core/events/events.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/schema.h"

namespace amends::events {
namespace {

using std::chrono::hours;

class Log : public ::testing::Test {
 protected:
  Log() { db_ = *store::Database::open({folder_ / "amends.db", migrations_, 2, true}); }

  template <class Work>
  void does(Work work) {
    ASSERT_TRUE(db_->write([&](store::Tx& tx) -> Result<Done> {
      work(tx);
      return Done{};
    }));
  }
  Change change(BrandId brand, std::int64_t thread, std::string detail = {}) {
    Change c;
    c.brand = brand;
    c.at = clock_.now();
    c.thread = ThreadId{thread};
    c.actor = "ann";
    c.detail = std::move(detail);
    return c;
  }
  void append_some(int count, BrandId brand = BrandId{1}) {
    does([&](store::Tx& tx) {
      for (int i = 0; i < count; ++i) append(tx, change(brand, i + 1));
    });
  }
  Span now() {
    return *db_->read([](store::Reader& reader) -> Result<Span> { return span(reader); });
  }
  // The log begins with a row of its own, 1.
  std::vector<Change> all(const Filter& filter = everything(), std::int64_t position = 1) {
    return *db_->read([&](store::Reader& reader) -> Result<std::vector<Change>> {
      return after(reader, position, filter, 1'000'000);
    });
  }
  static Filter everything() { return {true, {}, true}; }
  std::int64_t trimmed(const Keep& keep, std::int64_t limit = 5000) {
    return *db_->write([&](store::Tx& tx) -> Result<std::int64_t> { return trim(tx, keep, clock_.now(), limit); });
  }

  test::TempFolder folder_;
  test::FakeClock clock_;
  const std::vector<store::Migration> migrations_ = test::all_migrations();
  std::unique_ptr<store::Database> db_;
};

TEST_F(Log, GivesBackWhatWasAppendedInOrder) {
  does([&](store::Tx& tx) {
    Change c = change(BrandId{1}, 7, R"({"how":"assigned"})");
    c.customer = CustomerId{3};
    c.subject = 9;
    EXPECT_EQ(append(tx, c), 2);
    EXPECT_EQ(append(tx, change(BrandId{2}, 8)), 3);
  });
  const auto rows = all();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].thread, ThreadId{7});
  EXPECT_EQ(rows[0].customer, CustomerId{3});
  EXPECT_EQ(rows[0].subject, 9);
  EXPECT_EQ(rows[0].actor, "ann");
  EXPECT_EQ(rows[0].detail, R"({"how":"assigned"})");
  EXPECT_EQ(rows[0].at, clock_.now());
  EXPECT_EQ(rows[1].id, 3);
}

TEST_F(Log, AFilterLetsNothingThroughUnlessItIsSaid) {
  append_some(1, BrandId{1});
  append_some(1, BrandId{2});
  append_some(1, BrandId{});
  EXPECT_EQ(all(Filter{}).size(), 0u);
  EXPECT_EQ(all(Filter{false, {BrandId{2}}, false}).size(), 1u);
  EXPECT_EQ(all(Filter{true, {}, false}).size(), 2u);
  EXPECT_EQ(all(Filter{false, {}, true}).size(), 1u);
  EXPECT_EQ(all(Filter{true, {}, true}).size(), 3u);
}

TEST_F(Log, SaysHowFarItLookedEvenWhenNothingPassedTheFilter) {
  append_some(10, BrandId{1});
  std::int64_t scanned = 0;
  const auto found = db_->read([&](store::Reader& reader) -> Result<std::vector<Change>> {
    return after(reader, 2, Filter{false, {BrandId{5}}, false}, 4, &scanned);
  });
  EXPECT_TRUE(found->empty());
  EXPECT_EQ(scanned, 6);
}

TEST_F(Log, AnUndoneChangeIsNeverSeenAndItsNumberIsNoGap) {
  append_some(2);
  const auto undone = db_->write([&](store::Tx& tx) -> Result<Done> {
    append(tx, change(BrandId{1}, 99));
    return fail(Kind::conflict, "no");
  });
  ASSERT_FALSE(undone);
  append_some(1);
  const auto rows = all();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows.back().id, 4);
  EXPECT_EQ(rows.back().thread, ThreadId{1});
}

// Writers in several threads share commits; a reader that polls from its last position sees each id once, in order.
TEST_F(Log, AReaderThatPollsWhileOthersWriteSeesEachChangeOnceInOrder) {
  constexpr int kWriters = 4, kEach = 50;
  std::atomic<int> running = kWriters;
  std::vector<std::jthread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i) {
        (void)db_->write([&](store::Tx& tx) -> Result<Done> {
          append(tx, change(BrandId{1}, w * 1000 + i + 1));
          if (i % 7 == 3) return fail(Kind::conflict, "undone");  // its number goes to the next
          return Done{};
        });
      }
      --running;
    });
  }
  std::vector<std::int64_t> seen;
  std::int64_t position = 1;
  for (bool last = false;;) {
    const bool ended = running == 0;
    for (const Change& c : all(everything(), position)) {
      seen.push_back(c.thread.value);
      EXPECT_GT(c.id, position);
      position = c.id;
    }
    if (last) break;
    last = ended;
  }
  std::vector<std::int64_t> stored;
  for (const Change& c : all()) stored.push_back(c.thread.value);
  EXPECT_EQ(seen, stored);
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kWriters * (kEach - 7)));
}

TEST_F(Log, HoldsFromJustBeforeTheOldestUpToTheNewest) {
  EXPECT_TRUE(holds({0, 0}, 0));
  EXPECT_FALSE(holds({0, 0}, 1));
  EXPECT_TRUE(holds({1, 5}, 0));
  EXPECT_TRUE(holds({1, 5}, 5));
  EXPECT_FALSE(holds({1, 5}, 6));
  EXPECT_TRUE(holds({3, 5}, 2));
  EXPECT_FALSE(holds({3, 5}, 1));
}

TEST_F(Log, IsNeverEmptySoThatEveryReaderHasAPosition) {
  EXPECT_EQ(now().newest, 1);
  EXPECT_EQ(all(everything(), 0).front().what, What::log_restarted);
}

TEST_F(Log, TrimDropsOnlyWhatIsOldAndSpare) {
  does([&](store::Tx& tx) { tx.run("UPDATE change SET at = ?", clock_.now()); });
  append_some(9);
  clock_.advance(hours(24));
  append_some(10);
  EXPECT_EQ(trimmed({hours(48), 5, 1000}), 0) << "nothing is old";
  EXPECT_EQ(trimmed({hours(12), 50, 1000}), 0) << "nothing is spare";
  EXPECT_EQ(trimmed({hours(12), 15, 1000}), 5) << "old and spare";
  EXPECT_EQ(now().oldest, 6);
  EXPECT_EQ(trimmed({hours(12), 1, 1000}), 5) << "the young stay";
  EXPECT_EQ(now().oldest, 11);
  EXPECT_EQ(trimmed({hours(12), 1, 3}), 7) << "past the most, age doesn't count";
  EXPECT_EQ(now().oldest, 18);
}

TEST_F(Log, TrimTakesStepsAndLeavesTheNewest) {
  append_some(9);
  clock_.advance(hours(24));
  EXPECT_EQ(trimmed({hours(1), 0, 0}, 4), 4);
  EXPECT_EQ(trimmed({hours(1), 0, 0}, 4), 4);
  EXPECT_EQ(trimmed({hours(1), 0, 0}, 4), 1);
  EXPECT_EQ(trimmed({hours(1), 0, 0}, 4), 0);
  EXPECT_EQ(now().oldest, 10);
  append_some(1);
  EXPECT_EQ(now().newest, 11);
}

TEST_F(Log, AfterARestoreEveryOlderPositionIsGone) {
  append_some(5);
  does([&](store::Tx& tx) { restart(tx, clock_.now()); });
  const Span begun = now();
  EXPECT_EQ(begun.oldest, begun.newest);
  // 3 was in the backup, 5 its end, 50 was given out after it was made.
  for (const std::int64_t before : {3, 5, 50}) EXPECT_FALSE(holds(begun, before)) << before;
  append_some(1);
  EXPECT_EQ(now().newest, begun.newest + 1);
  const Span second = now();
  clock_.step(-hours(1000));
  does([&](store::Tx& tx) { restart(tx, clock_.now()); });
  EXPECT_GT(now().oldest, second.newest) << "whatever the clock says";
}

TEST_F(Log, ADetailThatIsTooLongIsLeftOut) {
  does([&](store::Tx& tx) { append(tx, change(BrandId{1}, 1, std::string(kMaxDetail + 1, 'x'))); });
  EXPECT_EQ(all().front().detail, "");
}

TEST(ChangeJson, SaysEverythingAndNullForWhatIsAbsent) {
  Change c;
  c.id = 7;
  c.at = {1'767'258'000'000};
  c.what = What::update_changed;
  c.thread = ThreadId{3};
  c.subject = 12;
  c.actor = "ann";
  c.detail = R"({"state":"sent"})";
  EXPECT_EQ(json_of(c, "acme"),
            R"({"id":7,"kind":"update.changed","brand":"acme","at":"2026-01-01T09:00:00.000Z","thread":3,)"
            R"("customer":null,"subject":12,"actor":"ann","detail":{"state":"sent"}})");
  c.detail = "no json";
  c.at = {1'767'258'000'017};
  EXPECT_NE(json_of(c, "").find(R"("brand":null,"at":"2026-01-01T09:00:00.017Z")"), std::string::npos);
  EXPECT_NE(json_of(c, "").find(R"("detail":{})"), std::string::npos);
}

TEST(ChangeWords, EveryKindHasAWordOfItsOwn) {
  for (const auto& word : kWhats) {
    EXPECT_EQ(model::value_in(kWhats, word.name), word.value);
    EXPECT_EQ(name_of(word.value), word.name);
  }
}

}  // namespace
}  // namespace amends::events
