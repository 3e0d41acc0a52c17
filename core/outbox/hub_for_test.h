// A small hub for the outbox's tests: a database in a folder of its own and a peer that counts whom it served.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "core/channel/descriptor.h"
#include "core/outbox/sender.h"
#include "core/outbox/tracking.h"
#include "core/store/database.h"
#include "tests/support/schema.h"
#include "tests/support/support.h"

namespace amends::outbox::test {

using channel::SendClass;
using RState = model::RecipientState;
using UState = model::UpdateState;

// Thrown by the peer where the program is to die: it is no std::exception, so nobody in Amends catches it.
struct Died {};

enum class Cut {
  nowhere,
  before_anything,     // the line is down
  before_return,       // cut while the peer can't have acted
  after_return_lost,   // cut behind it; the peer had not acted
  after_return_taken,  // cut behind it; the peer had acted
  die_before_return,
  die_after_return_lost,
  die_after_return_taken,
};

// What the other side holds: it outlives the program.
struct Peer {
  SendClass send_class = SendClass::blind;
  std::map<std::string, int> served;  // by "Message-ID recipient"
  std::map<std::string, int> copies;  // filed in Sent, by Message-ID
  std::vector<std::string> order;
  std::vector<std::string> payloads;
  Cut cut = Cut::nowhere;
  std::map<std::string, channel::RecipientOutcome> answers;  // by recipient; accepted when absent
  bool copies_fail = false;
  bool can_be_found = true;

  int count(const std::string& mail_id) const {
    int most = 0;
    for (const auto& [what, times] : served) {
      if (what.rfind(mail_id + " ", 0) == 0) most = std::max(most, times);
    }
    return most;
  }
};

class PeerConnector final : public channel::Connector {
 public:
  explicit PeerConnector(Peer& peer) : peer_(peer) {}

  Result<channel::Receipt> send(const channel::Outbound& o) override {
    if (o.purpose == model::Purpose::file_copy) {
      if (peer_.copies_fail) return fail(Kind::unavailable, "NO [UNAVAILABLE]");
      TRY_DO(o.point_of_no_return());
      ++peer_.copies[o.message_id];
      return channel::Receipt{};
    }
    peer_.payloads.push_back(o.payload);
    if (peer_.cut == Cut::before_anything) return fail(Kind::unavailable, "connection refused");
    channel::Receipt receipt;
    auto to = o.recipients;
    if (to.empty()) to.emplace_back();
    for (const auto& address : to) {
      channel::RecipientOutcome outcome{address, RState::accepted, 250, "ok"};
      if (const auto it = peer_.answers.find(address); it != peer_.answers.end()) outcome = it->second;
      o.heard(outcome);
      receipt.recipients.push_back(outcome);
    }
    if (peer_.cut == Cut::die_before_return) throw Died{};
    if (peer_.cut == Cut::before_return) return fail(Kind::unavailable, "connection reset");
    TRY_DO(o.point_of_no_return());
    const bool taken =
        peer_.cut == Cut::nowhere || peer_.cut == Cut::after_return_taken || peer_.cut == Cut::die_after_return_taken;
    if (taken) serve(o, receipt);
    if (peer_.cut == Cut::die_after_return_lost || peer_.cut == Cut::die_after_return_taken) throw Died{};
    if (peer_.cut == Cut::after_return_lost || peer_.cut == Cut::after_return_taken) {
      for (auto& outcome : receipt.recipients) {
        if (outcome.state == RState::accepted) outcome.state = RState::in_doubt;
      }
    }
    return receipt;
  }

  Result<channel::Found> find(const channel::Outbound& o, Timestamp) override {
    if (!peer_.can_be_found) return fail(Kind::unsupported, "no Sent folder");
    if (o.purpose == model::Purpose::file_copy)
      return peer_.copies.count(o.message_id) ? channel::Found::yes : channel::Found::no;
    return peer_.count(o.message_id) > 0 ? channel::Found::yes : channel::Found::no;
  }

 private:
  void serve(const channel::Outbound& o, const channel::Receipt& receipt) {
    for (const auto& outcome : receipt.recipients) {
      if (outcome.state != RState::accepted) continue;
      int& times = peer_.served[o.message_id + " " + outcome.recipient];
      const bool known = peer_.send_class == SendClass::keyed || peer_.send_class == SendClass::named;
      if (times == 0) peer_.order.push_back(o.message_id);
      times = known ? 1 : times + 1;
    }
  }
  Peer& peer_;
};

// hub.writes("a"); peer.cut = …; hub.works(); hub.restarts(); EXPECT_EQ(hub.state("a"), …);
class Hub : public testing::Test {
 protected:
  Hub() {
    log::set_level(log::Level::off);
    descriptor.name = "peer";
    descriptor.can.send = descriptor.can.find = true;
    becomes(SendClass::blind);
    opens();
  }

  void becomes(SendClass c) { peer.send_class = descriptor.send_class = c; }

  void opens() {
    auto opened = store::Database::open({folder / "amends.db", migrations, 2, true});
    ASSERT_TRUE(opened) << opened.error().what;
    database = *std::move(opened);
    epoch = *database->write([&](store::Tx& tx) -> Result<std::int64_t> { return begin_epoch(tx, clock.now()); });
    recovers();
  }
  void recovers() {
    (void)database->write([&](store::Tx& tx) -> Result<std::int64_t> {
      return recover(tx, Holder{epoch, clock.ticks().count()}, clock.now());
    });
  }
  void restarts() {
    database.reset();
    opens();
  }

  struct Wish {
    std::vector<std::string> to = {"maya@mail.example"};
    std::int64_t thread = 1;
    std::int64_t account = 1;
    std::optional<Timestamp> not_before = {};
    std::string held = {};
    bool copy = false;
  };
  UpdateId writes(const std::string& name, const Wish& wish) {
    auto id = database->write([&](store::Tx& tx) -> Result<UpdateId> {
      NewUpdate u;
      u.id = reserve(tx, brand, clock.now());
      u.brand = brand;
      u.account = AccountId{wish.account};
      u.thread = ThreadId{wish.thread};
      u.mail_id = name;
      u.sender = "support@kestrel.example";
      u.recipients = wish.to;
      u.payload = "bytes of " + name;
      u.not_before = wish.not_before;
      u.held_because = wish.held;
      u.wants_copy = wish.copy;
      TRY_DO(enqueue(tx, u, clock.now()));
      return u.id;
    });
    EXPECT_TRUE(id) << (id ? "" : id.error().what);
    return id ? *id : UpdateId{};
  }
  UpdateId writes(const std::string& name) { return writes(name, Wish{}); }

  std::vector<Due> due_now() {
    return *database->read([&](store::Reader& r) -> Result<std::vector<Due>> { return due(r, clock.now(), 100); });
  }
  // Does what is due once; how many steps that were. A death of the program ends it.
  int works() {
    int steps = 0;
    for (const auto& d : due_now()) {
      PeerConnector connector(peer);
      const auto done = d.task == Task::send
                            ? send_one(*database, connector, descriptor, epoch, d.update, clock, on_settled)
                            : look_one(*database, connector, descriptor, d.update, clock, on_settled);
      if (done) ++steps;
    }
    return steps;
  }
  // Works, waiting as long as it takes, until nothing waits for its time any more.
  void drains(int rounds = 500) {
    for (int i = 0; i < rounds; ++i) {
      works();
      if (!due_now().empty()) continue;
      const auto next = *database->read(
          [&](store::Reader& r) -> Result<std::optional<Timestamp>> { return next_due(r, clock.now()); });
      if (!next) return;
      clock.advance(*next - clock.now());
    }
    FAIL() << "never came to rest";
  }

  Tracked shown(const std::string& name) {
    auto t = *database->read(
        [&](store::Reader& r) -> Result<std::optional<Tracked>> { return find_by_mail_id(r, brand, name); });
    EXPECT_TRUE(t) << name;
    return t.value_or(Tracked{});
  }
  UState state(const std::string& name) { return shown(name).state; }

  template <class Work>
  auto write(Work work) {
    return database->write(work);
  }

  amends::test::TempFolder folder;
  amends::test::FakeClock clock;
  std::vector<store::Migration> migrations = amends::test::all_migrations();
  std::unique_ptr<store::Database> database;
  std::int64_t epoch = 0;
  channel::Descriptor descriptor;
  Peer peer;
  BrandId brand{1};
  OnSettled on_settled;
};

}  // namespace amends::outbox::test
