#include "core/app/live.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <random>
#include <set>
#include <thread>

#include "tests/support/schema.h"

namespace amends::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Got {
  std::int64_t id = 0;
  std::string kind, data;
};

// A client: keeps what it is given, may stop reading, may hang up.
class Client final : public Sink {
 public:
  bool push(const LiveEvent& event) override {
    const std::lock_guard lock(mutex_);
    if (closed_ || hung_up_) return false;
    got_.push_back({event.id, std::string(event.kind), std::string(event.data)});
    if (!reading_) pending_ += event.data.size();
    if (hang_up_after_ != 0 && got_.size() >= hang_up_after_) hung_up_ = true;
    changed_.notify_all();
    if (on_push_) on_push_();
    return true;
  }
  std::size_t pending() const override {
    const std::lock_guard lock(mutex_);
    return pending_;
  }
  void close() override {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    ++closes_;
    changed_.notify_all();
  }

  void read(bool on) {
    const std::lock_guard lock(mutex_);
    reading_ = on;
    if (on) pending_ = 0;
  }
  void hang_up_after(std::size_t count) { hang_up_after_ = count; }
  void on_push(std::function<void()> work) { on_push_ = std::move(work); }

  template <class Until>
  bool wait(Until until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(10), [&] { return until(got_); });
  }
  bool wait_for_id(std::int64_t id) {
    return wait([&](const std::vector<Got>& got) { return !got.empty() && got.back().id >= id; });
  }
  bool wait_for_close() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(10), [&] { return closed_; });
  }
  std::vector<Got> got() const {
    const std::lock_guard lock(mutex_);
    return got_;
  }
  int closes() const {
    const std::lock_guard lock(mutex_);
    return closes_;
  }
  // Ids of changes, without hello and resync.
  std::vector<std::int64_t> ids() const {
    std::vector<std::int64_t> out;
    for (const Got& one : got()) {
      if (one.kind.find('.') != one.kind.npos) out.push_back(one.id);
    }
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Got> got_;
  bool closed_ = false, reading_ = true, hung_up_ = false;
  std::atomic<std::size_t> hang_up_after_ = 0;
  int closes_ = 0;
  std::size_t pending_ = 0;
  std::function<void()> on_push_;
};

class LiveTest : public ::testing::Test {
 protected:
  LiveTest() { db_ = *store::Database::open({folder_ / "amends.db", migrations_, 4, true}); }

  Live& live(LiveOptions options = {}) {
    if (!live_) {
      live_ = std::make_unique<Live>(
          *db_, clock_, [](BrandId brand) { return "brand" + std::to_string(brand.value); }, options);
    }
    return *live_;
  }
  std::int64_t change(BrandId brand = BrandId{1}, std::int64_t thread = 1) {
    return *db_->write([&](store::Tx& tx) -> Result<std::int64_t> {
      events::Change c;
      c.brand = brand;
      c.at = clock_.now();
      c.thread = ThreadId{thread};
      c.actor = "ann";
      return events::append(tx, c);
    });
  }
  std::int64_t change_many(int count, BrandId brand = BrandId{1}) {
    return *db_->write([&](store::Tx& tx) -> Result<std::int64_t> {
      std::int64_t last = 0;
      for (int i = 0; i < count; ++i) {
        events::Change c;
        c.brand = brand;
        c.thread = ThreadId{i + 1};
        last = events::append(tx, c);
      }
      return last;
    });
  }
  static Live::Wish wish(std::string last_event_id = {}, std::vector<BrandId> brands = {BrandId{1}}) {
    return {{false, std::move(brands), false}, std::move(last_event_id), {"session:1"}};
  }
  std::shared_ptr<Client> connect(Live::Wish w = wish()) {
    auto client = std::make_shared<Client>();
    auto ticket = live().subscribe(std::move(w), client);
    EXPECT_TRUE(ticket);
    ticket_ = ticket ? *ticket : 0;
    return client;
  }
  static bool greeted(const std::vector<Got>& got) { return !got.empty(); }

  test::TempFolder folder_;
  test::FakeClock clock_;
  const std::vector<store::Migration> migrations_ = test::all_migrations();
  std::unique_ptr<store::Database> db_;
  std::unique_ptr<Live> live_;
  Live::Ticket ticket_ = 0;
};

TEST_F(LiveTest, AStreamIsGreetedWithItsPositionAndThenHearsOfEveryChangeItMaySee) {
  change();
  const auto client = connect();
  ASSERT_TRUE(client->wait(greeted));
  const auto first = client->got().front();
  EXPECT_EQ(first.kind, "hello");
  EXPECT_EQ(first.id, 2);
  EXPECT_EQ(first.data, R"({"position":2})");
  const std::int64_t mine = change(BrandId{1}, 7);
  change(BrandId{2}, 8);
  change(BrandId{}, 9);
  const std::int64_t last = change(BrandId{1}, 10);
  ASSERT_TRUE(client->wait_for_id(last));
  EXPECT_EQ(client->ids(), (std::vector<std::int64_t>{mine, last}));
  EXPECT_EQ(client->got()[1].kind, "thread.changed");
  EXPECT_NE(client->got()[1].data.find(R"("brand":"brand1")"), std::string::npos);
  EXPECT_NE(client->got()[1].data.find(R"("thread":7)"), std::string::npos);
}

// The heart of it: whatever the last event a client has seen, it goes on behind it, each id once and in order, while
// changes are being written all the time.
TEST_F(LiveTest, AClientThatComesBackAtAnyEventMissesNothingAndHearsNothingTwice) {
  constexpr int kChanges = 120;
  live();
  std::jthread writer([&] {
    for (int i = 0; i < kChanges; ++i) change(BrandId{1 + i % 3}, i + 1);
  });
  // One client after the other, each hanging up after a few events, until everything was seen.
  std::mt19937 random(7);
  std::vector<std::int64_t> seen;
  std::string last_event_id = "1";
  const std::vector<BrandId> brands = {BrandId{1}, BrandId{3}};
  while (seen.size() < kChanges / 3 * 2) {
    auto client = std::make_shared<Client>();
    client->hang_up_after(1 + random() % 4);
    const auto ticket = live().subscribe(wish(last_event_id, brands), client);
    ASSERT_TRUE(ticket);
    ASSERT_TRUE(client->wait([](const std::vector<Got>& got) { return !got.empty(); }));
    live().unsubscribe(*ticket);
    // A push that was under way may still have arrived: it is part of what the client has.
    for (const Got& one : client->got()) {
      EXPECT_NE(one.kind, "resync");
      if (one.kind.find('.') != one.kind.npos) seen.push_back(one.id);
      last_event_id = std::to_string(one.id);
    }
  }
  writer.join();
  const auto stored = *db_->read([&](store::Reader& reader) -> Result<std::vector<events::Change>> {
    return events::after(reader, 1, {false, brands, false}, 100'000);
  });
  std::vector<std::int64_t> expected;
  for (const auto& c : stored) expected.push_back(c.id);
  EXPECT_EQ(seen, expected);
}

TEST_F(LiveTest, FromEveryPositionOfTheLogTheRestComesOnce) {
  const std::int64_t last = change_many(40);
  live();
  for (std::int64_t from = 1; from <= last; ++from) {
    const auto client = connect(wish(std::to_string(from)));
    ASSERT_TRUE(client->wait_for_id(last)) << from;
    std::vector<std::int64_t> expected;
    for (std::int64_t id = from + 1; id <= last; ++id) expected.push_back(id);
    EXPECT_EQ(client->ids(), expected) << from;
    live().unsubscribe(ticket_);
  }
}

// Hostile row 22: never a crash, never another brand's events.
TEST_F(LiveTest, APositionThatWasNeverGivenOutIsToldToStartAnew) {
  change_many(20, BrandId{1});
  change_many(20, BrandId{2});
  ASSERT_TRUE(
      db_->write([&](store::Tx& tx) -> Result<std::int64_t> { return tx.run("DELETE FROM change WHERE id <= 10"); }));
  live();
  const struct {
    const char* id;
    const char* reason;
  } rows[] = {{"-1", "unknown"},
              {"9223372036854775807", "unknown"},
              {"9223372036854775808", "unknown"},
              {"9007199254740993", "unknown"},
              {"text", "unknown"},
              {"12x", "unknown"},
              {" 12", "unknown"},
              {"+12", "unknown"},
              {"0x10", "unknown"},
              {"1e1", "unknown"},
              {"4200", "unknown"},
              {"0", "too_old"},
              {"5", "too_old"},
              {"9", "too_old"}};
  for (const auto& row : rows) {
    const auto client = connect(wish(row.id));
    ASSERT_TRUE(client->wait(greeted)) << row.id;
    const Got first = client->got().front();
    EXPECT_EQ(first.kind, "resync") << row.id;
    EXPECT_EQ(first.id, 41) << row.id;
    EXPECT_NE(first.data.find("\"reason\":\"" + std::string(row.reason) + "\""), std::string::npos) << first.data;
    live().unsubscribe(ticket_);
  }
  const auto oldest = connect(wish("10", {BrandId{2}}));
  ASSERT_TRUE(oldest->wait_for_id(41));
  EXPECT_EQ(oldest->got().front().kind, "hello");
  EXPECT_EQ(oldest->ids().size(), 20u) << "a position among another brand's events is only a position";
  const auto again = connect(wish("nonsense"));
  ASSERT_TRUE(again->wait(greeted));
  const std::int64_t next = change();
  ASSERT_TRUE(again->wait_for_id(next));
  EXPECT_EQ(again->ids(), std::vector<std::int64_t>{next}) << "it goes on live after the resync";
}

TEST_F(LiveTest, WhoSeesNoBrandSeesNothing) {
  const auto client = connect({{}, "1", {}});
  ASSERT_TRUE(client->wait(greeted));
  change();
  change(BrandId{});
  const auto other = connect({{true, {}, true}, "1", {}});
  ASSERT_TRUE(other->wait_for_id(3));
  EXPECT_TRUE(client->ids().empty());
  EXPECT_EQ(other->ids(), (std::vector<std::int64_t>{2, 3}));
}

// The table is the buffer: a client that doesn't read is left behind, and brought forward once it does.
TEST_F(LiveTest, AClientThatDoesNotReadIsNotPushedToAndMissesNothing) {
  LiveOptions options;
  options.most_pending = 2000;
  options.page = 7;
  live(options);
  const auto slow = connect();
  const auto quick = connect();
  ASSERT_TRUE(slow->wait(greeted) && quick->wait(greeted));
  slow->read(false);
  std::int64_t last = 0;
  for (int i = 0; i < 10; ++i) last = change_many(50);
  ASSERT_TRUE(quick->wait_for_id(last));
  const auto bytes = [](const std::vector<Got>& got) {
    std::size_t sum = 0;
    for (const Got& one : got) sum += one.data.size();
    return sum;
  };
  EXPECT_LT(bytes(slow->got()), options.most_pending + 500) << "a full sink and the one that filled it";
  EXPECT_GT(bytes(quick->got()), 10 * options.most_pending);
  slow->read(true);
  ASSERT_TRUE(slow->wait_for_id(last));
  EXPECT_EQ(slow->ids(), quick->ids());
  EXPECT_EQ(slow->ids().size(), 500u);
  EXPECT_EQ(slow->closes(), 0);
}

TEST_F(LiveTest, AClientThatNeverReadsIsClosedAfterAWhile) {
  LiveOptions options;
  options.most_pending = 10;
  live(options);
  const auto dead = connect();
  ASSERT_TRUE(dead->wait(greeted));
  dead->read(false);
  change();
  change();
  // The clock moves only when the pushing thread has noticed, so let it look in between.
  for (int i = 0; i < 200 && live().figures().behind == 0; ++i) {
    change();
    live().wake();
  }
  const auto started = std::chrono::steady_clock::now();
  while (dead->closes() == 0 && std::chrono::steady_clock::now() - started < seconds(10)) {
    clock_.advance(seconds(40));
    live().wake();
    std::this_thread::yield();
  }
  EXPECT_EQ(dead->closes(), 1);
  EXPECT_EQ(live().figures().lagging_closed, 1u);
  EXPECT_EQ(live().figures().streams, 0u);
}

TEST_F(LiveTest, ACutStreamGetsNothingMoreOnceCutHasReturned) {
  live();
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    while (!done) change();
  });
  for (int round = 0; round < 30; ++round) {
    Live::Wish mine = wish();
    mine.keys = {"session:7", "user:ann"};
    const auto client = connect(mine);
    Live::Wish others = wish();
    others.keys = {"session:8"};
    const auto other = connect(others);
    const Live::Ticket other_ticket = ticket_;
    ASSERT_TRUE(client->wait([](const auto& got) { return got.size() > 1; }));
    EXPECT_EQ(live().cut(round % 2 == 0 ? "session:7" : "user:ann"), 1u);
    const std::size_t count = client->got().size();
    EXPECT_EQ(client->closes(), 1);
    const std::size_t others_count = other->got().size();
    ASSERT_TRUE(other->wait([&](const auto& got) { return got.size() > others_count + 1; }));
    EXPECT_EQ(client->got().size(), count);
    EXPECT_EQ(other->closes(), 0);
    live().unsubscribe(other_ticket);
  }
  EXPECT_EQ(live().cut("session:7"), 0u);
  done = true;
}

TEST_F(LiveTest, ASinkMayCallBackFromItsPush) {
  live();
  auto client = std::make_shared<Client>();
  std::atomic<Live::Ticket> ticket = 0;
  client->on_push([&] {
    live().unsubscribe(ticket);
    live().cut("nobody");
  });
  const auto made = live().subscribe(wish(), client);
  ticket = *made;
  const auto other = connect();
  change();
  ASSERT_TRUE(other->wait_for_id(2));

  // One that cuts itself doesn't wait for itself.
  struct Suicide final : Sink {
    bool push(const LiveEvent&) override {
      live->cut("session:9");
      return false;
    }
    void close() override { ++closed; }
    Live* live = nullptr;
    std::atomic<int> closed = 0;
  };
  auto sink = std::make_shared<Suicide>();
  sink->live = &live();
  ASSERT_TRUE(live().subscribe({{true, {}, false}, "", {"session:9"}}, sink));
  const std::int64_t last = change();
  ASSERT_TRUE(other->wait_for_id(last));
  EXPECT_EQ(sink->closed, 1);
}

TEST_F(LiveTest, TooManyStreamsAreRefusedAndStoppingClosesAll) {
  LiveOptions options;
  options.most_subscribers = 2;
  live(options);
  const auto one = connect();
  const auto two = connect();
  const auto three = live().subscribe(wish(), std::make_shared<Client>());
  ASSERT_FALSE(three);
  EXPECT_EQ(three.error().kind, Kind::busy);
  live().stop();
  EXPECT_EQ(one->closes(), 1);
  EXPECT_EQ(two->closes(), 1);
  EXPECT_EQ(live().subscribe(wish(), std::make_shared<Client>()).error().kind, Kind::unavailable);
  change();
}

TEST_F(LiveTest, AThousandStreamsHearOfAChange) {
  live();
  std::vector<std::shared_ptr<Client>> clients;
  for (int i = 0; i < 1000; ++i) clients.push_back(connect());
  for (const auto& client : clients) ASSERT_TRUE(client->wait(greeted));
  const std::int64_t last = change_many(3);
  for (const auto& client : clients) ASSERT_TRUE(client->wait_for_id(last));
  for (const auto& client : clients) EXPECT_EQ(client->ids().size(), 3u);
  EXPECT_GE(live().figures().pushed, 4000u);
}

class PassingTest : public LiveTest {
 protected:
  PassingTest() {
    LiveOptions options;
    options.gather = milliseconds(100);
    live(options);
  }
  static Passing typing(const std::string& who, const std::string& state = "writing", BrandId brand = BrandId{1}) {
    return {brand, "typing", ThreadId{5}, who, state};
  }
  void later(milliseconds by) {
    clock_.advance(by);
    live().wake();
  }
  static std::vector<std::string> states(const Client& client) {
    std::vector<std::string> out;
    for (const Got& one : client.got()) {
      if (one.kind == "typing") out.push_back(one.data);
    }
    return out;
  }
  static auto count(std::size_t n) {
    return [n](const std::vector<Got>& got) {
      std::size_t seen = 0;
      for (const Got& one : got) seen += one.kind == "typing" ? 1 : 0;
      return seen >= n;
    };
  }
};

TEST_F(PassingTest, IsToldWithoutAnIdAndEndsByItself) {
  const auto client = connect();
  ASSERT_TRUE(client->wait(greeted));
  live().show(typing("ann"), seconds(6));
  later(milliseconds(100));
  ASSERT_TRUE(client->wait(count(1)));
  EXPECT_EQ(states(*client).front(), R"({"kind":"typing","brand":"brand1","thread":5,"who":"ann","state":"writing"})");
  EXPECT_EQ(client->got().back().id, 0);
  EXPECT_EQ(live().shown(BrandId{1}, ThreadId{5}).size(), 1u);
  EXPECT_TRUE(live().shown(BrandId{2}, ThreadId{5}).empty());
  EXPECT_TRUE(live().shown(BrandId{1}, ThreadId{6}).empty());
  later(seconds(7));
  ASSERT_TRUE(client->wait(count(2)));
  EXPECT_NE(states(*client).back().find("\"gone\""), std::string::npos);
  EXPECT_TRUE(live().shown(BrandId{1}, ThreadId{5}).empty());
}

TEST_F(PassingTest, ManyWithinAMomentAreToldOnceAndRenewalsNotAtAll) {
  const auto client = connect();
  const auto foreign = connect(wish("", {BrandId{2}}));
  ASSERT_TRUE(client->wait(greeted) && foreign->wait(greeted));
  for (int i = 0; i < 50; ++i) live().show(typing("ann", i % 2 == 0 ? "viewing" : "writing"), seconds(6));
  later(milliseconds(100));
  ASSERT_TRUE(client->wait(count(1)));
  for (int i = 0; i < 10; ++i) {
    live().show(typing("ann"), seconds(6));
    later(seconds(3));
  }
  live().show(typing("ann", "gone"), seconds(6));
  later(milliseconds(100));
  ASSERT_TRUE(client->wait(count(2)));
  ASSERT_EQ(states(*client).size(), 2u);
  EXPECT_NE(states(*client)[0].find("writing"), std::string::npos) << "the last one";
  EXPECT_NE(states(*client)[1].find("gone"), std::string::npos);
  EXPECT_TRUE(states(*foreign).empty()) << "another brand's people";
}

TEST_F(PassingTest, WhoComesLaterIsToldWhatIsShown) {
  const auto first = connect();
  ASSERT_TRUE(first->wait(greeted));
  live().show(typing("ann"), seconds(60));
  later(milliseconds(100));
  ASSERT_TRUE(first->wait(count(1)));
  const auto second = connect();
  ASSERT_TRUE(second->wait(count(1)));
}

TEST_F(PassingTest, IsBounded) {
  LiveOptions options;
  options.most_passing = 10;
  live_.reset();
  live(options);
  for (int i = 0; i < 100; ++i) live().show(typing("user" + std::to_string(i)), seconds(6));
  EXPECT_EQ(live().figures().passing, 10u);
}

}  // namespace
}  // namespace amends::app
