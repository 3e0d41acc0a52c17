#include "core/app/changes.h"

#include <gtest/gtest.h>

#include "core/app/desk.h"
#include "core/app/hub.h"
#include "core/app/people.h"
#include "core/app/pipeline.h"
#include "core/app/tidy.h"
#include "core/channel/registry.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class ChangesTest : public ::testing::Test {
 protected:
  ChangesTest() {
    Config config = default_config();
    config.data = folder_.path().string();
    hub_ = *Hub::open(std::move(config), clock_);
    brand_ = hub_->brands().front();
    for (const channel::Descriptor* channel : channel::builtin_channels()) {
      if (channel->can.mail) mail_ = channel;
    }
    account_ = *hub_->import_account(brand_, *mail_, {"shop@example.org"});
    position_ = newest();
  }
  std::int64_t newest() {
    return *hub_->db().read([](store::Reader& r) -> Result<std::int64_t> { return events::span(r).newest; });
  }
  // The changes since the last call, as "kind how".
  std::vector<std::string> told() {
    const auto changes = *hub_->db().read([&](store::Reader& reader) -> Result<std::vector<events::Change>> {
      return events::after(reader, position_, {true, {}, true}, 1000);
    });
    std::vector<std::string> out;
    for (const events::Change& c : changes) {
      position_ = c.id;
      last_ = c;
      std::string how = c.detail;
      if (const std::size_t at = how.find("\"how\":\""); at != how.npos) {
        how = how.substr(at + 7, how.find('"', at + 7) - at - 7);
      }
      out.push_back(std::string(events::name_of(c.what)) + " " + how);
      EXPECT_EQ(c.brand, brand_.id);
    }
    return out;
  }
  static model::Item mail(int number, const std::string& from, const std::string& more = {}) {
    const std::string id = "m" + std::to_string(number);
    return {id,
            "From: " + from + "\r\nTo: shop@example.org\r\nSubject: Order " + id + "\r\nMessage-ID: <" + id +
                "@example.net>\r\nDate: Thu, 1 Jan 2026 08:00:00 +0000\r\n" + more + "\r\nWhere is it?\r\n",
            "inbox", false, Timestamp{1'767'254'400'000}};
  }
  InReport arrives(std::vector<model::Item> items) {
    channel::Page page;
    page.items = std::move(items);
    Pipeline pipeline(*hub_);
    EXPECT_TRUE(pipeline.take(*account_, page));
    return *pipeline.place_waiting(1000);
  }
  ThreadId only_thread() {
    return *hub_->db().read([](store::Reader& r) -> Result<ThreadId> {
      return *r.first("SELECT thread_id FROM inbox_thread", [](store::Row row) { return row.id<ThreadId>(0); });
    });
  }

  test::TempFolder folder_;
  test::FakeClock clock_;
  std::unique_ptr<Hub> hub_;
  Brand brand_;
  const channel::Descriptor* mail_ = nullptr;
  const HubAccount* account_ = nullptr;
  std::int64_t position_ = 0;
  events::Change last_;
};

using Told = std::vector<std::string>;

TEST_F(ChangesTest, AMessageThatArrivesIsToldWithItsThread) {
  ASSERT_EQ(arrives({mail(1, "ada@example.com")}).placed, 1);
  EXPECT_EQ(told(), (Told{"message.created {\"direction\":\"in\",\"channel\":\"" + std::string(mail_->name) + "\"}",
                          "thread.changed message"}));
  EXPECT_TRUE(last_.customer);
  EXPECT_EQ(last_.thread, only_thread());
  arrives({mail(1, "ada@example.com")});
  EXPECT_EQ(told(), Told{}) << "what came twice is no news";
}

TEST_F(ChangesTest, ManyInOneThreadMoveItOnce) {
  arrives({mail(1, "ada@example.com"), mail(2, "ada@example.com", "In-Reply-To: <m1@example.net>\r\n"),
           mail(3, "ada@example.com", "In-Reply-To: <m2@example.net>\r\n")});
  const Told all = told();
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const auto& t) { return t.rfind("message.created", 0) == 0; }), 3);
  EXPECT_EQ(std::count(all.begin(), all.end(), "thread.changed message"), 1);
}

TEST_F(ChangesTest, AnImportTellsOneForItsWholeBatch) {
  Pipeline pipeline(*hub_);
  std::vector<Understood> batch;
  for (int i = 0; i < 50; ++i) batch.push_back(pipeline.understand(*account_, mail(i, "ada@example.com"), 0));
  ASSERT_TRUE(pipeline.take_and_place(*account_, batch, true));
  EXPECT_EQ(told(), Told{"import.progress {\"placed\":50,\"copies\":0,\"versions\":0,\"quarantined\":0}"});
  EXPECT_EQ(last_.subject, account_->id.value);
  ASSERT_TRUE(pipeline.take_and_place(*account_, batch, true));
  EXPECT_EQ(told(), Told{}) << "everything was there already";
}

TEST_F(ChangesTest, EveryActAtTheDeskIsToldOnceAndOnlyWhenItChangedSomething) {
  arrives({mail(1, "ada@example.com")});
  told();
  Desk desk(*hub_, brand_, "ann");
  const ThreadId thread = only_thread();
  ASSERT_TRUE(desk.assign(thread, "bob"));
  EXPECT_EQ(told(), Told{"thread.changed assigned"});
  EXPECT_EQ(last_.actor, "ann");
  EXPECT_EQ(last_.detail, R"({"how":"assigned","owner":"bob"})");
  ASSERT_TRUE(desk.assign(thread, "bob"));
  EXPECT_EQ(told(), Told{});
  ASSERT_TRUE(desk.set_unread(thread, false));
  ASSERT_TRUE(desk.tag(thread, "late"));
  ASSERT_TRUE(desk.untag(thread, "late"));
  ASSERT_TRUE(desk.note(thread, "the driver was ill"));
  EXPECT_EQ(told(), (Told{"thread.changed read", "thread.changed tagged", "thread.changed untagged", "note.created {}",
                          "thread.changed noted"}));
  EXPECT_EQ(last_.detail.find("driver"), std::string::npos);
  ASSERT_TRUE(desk.snooze(thread, clock_.now() + hours(1)));
  EXPECT_EQ(told(), Told{"thread.changed snoozed"});
  clock_.advance(hours(2));
  ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<Done> {
    wake_threads(tx, clock_.now());
    return Done{};
  }));
  EXPECT_EQ(told(), Told{"thread.changed woke"});
  ASSERT_TRUE(desk.close(thread));
  ASSERT_TRUE(desk.reopen(thread));
  EXPECT_EQ(told(), (Told{"thread.changed closed", "thread.changed reopened"}));
  EXPECT_FALSE(desk.close(ThreadId{999}));
  EXPECT_EQ(told(), Told{});
}

TEST_F(ChangesTest, CustomersPutTogetherAndThreadsPutApartAreTold) {
  arrives({mail(1, "ada@example.com"), mail(2, "ada@example.net"),
           mail(3, "ada@example.com", "In-Reply-To: <m1@example.net>\r\n")});
  told();
  People people(*hub_, brand_, "ann");
  const auto merged = people.merge("ada@example.com", "ada@example.net", "same phone");
  ASSERT_TRUE(merged) << merged.error().what;
  EXPECT_EQ(told(), (Told{"customer.changed merged", "customer.changed merged"}));
  EXPECT_EQ(last_.detail.find("phone"), std::string::npos);
  ASSERT_TRUE(people.undo(merged->value));
  EXPECT_EQ(told(), (Told{"customer.changed taken_back", "customer.changed taken_back"}));
  ASSERT_TRUE(people.rethread(MessageId{3}, {}));
  EXPECT_EQ(told(), (Told{"thread.changed moved", "thread.changed moved"}));
}

TEST_F(ChangesTest, OldChangesGoInSmallSteps) {
  ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<Done> {
    for (int i = 0; i < 5'000; ++i) tell_thread(tx, {brand_.id, clock_.now()}, ThreadId{1}, {}, {{"how", "read"}});
    return Done{};
  }));
  EXPECT_EQ(*tidy_logs(*hub_), 0) << "nothing is old";
  clock_.advance(hours(24 * 8));
  EXPECT_EQ(*tidy_logs(*hub_), 0) << "nothing is spare";
  EXPECT_EQ(*tidy_logs(*hub_, {hours(24 * 7), 10, 2'000'000}), 4'991);
}

}  // namespace
}  // namespace amends::app
