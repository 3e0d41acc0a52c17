// What the tests of this folder share: a hub's mail as a small language, and worlds of random mail.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/log.h"
#include "core/thread/threads.h"
#include "tests/support/schema.h"
#include "tests/support/support.h"

namespace amends::thread {

using test::TempFolder;

class Desk {
 public:
  Desk() : threads_({1, 2}) {
    log::set_level(log::Level::error);
    store::Options options;
    options.path = folder_ / "amends.db";
    const auto migrations = test::all_migrations();
    options.migrations = migrations;
    auto opened = store::Database::open(options);
    if (!opened) ADD_FAILURE() << opened.error().what;
    db_ = std::move(*opened);
  }

  Placement take(const Arrival& arrival) {
    auto placed = db_->write([&](store::Tx& tx) -> Result<Placement> { return threads_.place(tx, arrival); });
    if (!placed) {
      ADD_FAILURE() << placed.error().what;
      return {};
    }
    return *std::move(placed);
  }

  store::Database& db() { return *db_; }
  const Threads& threads() const { return threads_; }

  std::map<std::int64_t, std::int64_t> thread_of_messages() {
    std::map<std::int64_t, std::int64_t> out;
    auto done = db_->read([&](store::Reader& reader) -> Result<Done> {
      for (auto q = reader.query("SELECT message_id, thread_id FROM thread_node"); q.next();) {
        out[q.row().integer(0)] = q.row().integer(1);
      }
      return Done{};
    });
    EXPECT_TRUE(done);
    return out;
  }

  Summary summary_of(ThreadId id) {
    auto found = db_->read([&](store::Reader& r) -> Result<std::optional<Summary>> { return summary(r, id); });
    return found && *found ? **found : Summary{};
  }

  bool together(std::int64_t a, std::int64_t b) {
    auto all = thread_of_messages();
    return all.at(a) == all.at(b);
  }

 private:
  TempFolder folder_;
  std::unique_ptr<store::Database> db_;
  Threads threads_;
};

// A mail, minute by minute.
inline Arrival mail(std::int64_t number, const std::string& from, std::vector<std::string> to,
                    std::vector<std::string> references = {}) {
  Arrival a;
  a.id = MessageId{number};
  a.brand = BrandId{1};
  a.account = AccountId{1};
  a.at = a.received_at = Timestamp{number * 60'000};
  a.message_id = "m" + std::to_string(number) + "@example.org";
  a.sender = from + "@example.org";
  for (const auto& person : to) a.recipients.push_back(person + "@example.org");
  for (const auto& reference : references) a.references.push_back(reference + "@example.org");
  a.subject = "The lamp from last week is broken";
  a.verified = true;
  a.asks = true;
  return a;
}

inline Arrival ours(std::int64_t number, std::vector<std::string> to, std::vector<std::string> references = {}) {
  Arrival a = mail(number, "us", std::move(to), std::move(references));
  a.own = true;
  a.asks = false;
  return a;
}

struct Mail {
  int from, id, at;
  std::vector<int> to, references;
  bool verified, bare;
};

inline constexpr int kUs = 0;

inline void showValue(const Mail& m, std::ostream& out) {
  out << "{p" << m.from << (m.verified ? "" : " unverified") << " m" << m.id << " at " << m.at << " to";
  for (const int person : m.to) out << " p" << person;
  out << (m.bare ? " bare" : "") << " names";
  for (const int id : m.references) out << " m" << id;
  out << "}";
}

inline Arrival arrival_of(std::size_t number, const Mail& m) {
  Arrival a = mail(static_cast<std::int64_t>(number) + 1, "p" + std::to_string(m.from), {});
  a.at = a.received_at = Timestamp{m.at * 60'000};
  a.own = m.from == kUs;
  a.claims_us = false;
  a.message_id = "m" + std::to_string(m.id) + "@example.org";
  for (const int person : m.to) a.recipients.push_back("p" + std::to_string(person) + "@example.org");
  if (m.bare) {
    a.subject = "Re: " + a.subject;
  } else {
    for (const int id : m.references) a.references.push_back("m" + std::to_string(id) + "@example.org");
    a.subject = "The lamp number " + std::to_string(number) + " of last week";
  }
  a.verified = m.verified;
  return a;
}

inline rc::Gen<std::vector<Mail>> any_mails(int most, int people, int ids) {
  return rc::gen::mapcat(rc::gen::inRange(2, most), [=](int count) {
    return rc::gen::container<std::vector<Mail>>(
        static_cast<std::size_t>(count),
        rc::gen::apply(
            [](int from, int id, int at, std::vector<int> to, std::vector<int> references, bool verified, int bare) {
              if (to.size() > 2) to.resize(2);
              if (references.size() > 3) references.resize(3);
              return Mail{from, id, at, std::move(to), std::move(references), verified, bare == 0};
            },
            rc::gen::inRange(0, people), rc::gen::inRange(0, ids), rc::gen::inRange(1, 60),
            rc::gen::container<std::vector<int>>(rc::gen::inRange(0, people)),
            rc::gen::container<std::vector<int>>(rc::gen::inRange(0, ids)), rc::gen::arbitrary<bool>(),
            rc::gen::inRange(0, 6)));
  });
}

using Partition = std::set<std::set<std::int64_t>>;

inline Partition partition_of(const std::map<std::int64_t, std::int64_t>& thread_of) {
  std::map<std::int64_t, std::set<std::int64_t>> by_thread;
  for (const auto& [message, thread] : thread_of) by_thread[thread].insert(message);
  Partition out;
  for (auto& [thread, messages] : by_thread) out.insert(messages);
  return out;
}

// At most three mails bear one id: under the cap of kMaxBearers, over which the order may matter.
inline std::vector<Mail> any_world(int most, int people, int ids) {
  auto mails = *any_mails(most, people, ids);
  std::map<int, int> borne;
  for (std::size_t i = 0; i < mails.size(); ++i) {
    if (++borne[mails[i].id] > 3) mails[i].id = 1000 + static_cast<int>(i);
  }
  return mails;
}

inline std::vector<std::size_t> any_order(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i)))]);
  }
  return order;
}

}  // namespace amends::thread
