#include "core/thread/threads.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <numeric>
#include <set>

#include "core/base/log.h"
#include "core/thread/guard.h"
#include "tests/support/schema.h"
#include "tests/support/support.h"

namespace amends::thread {
namespace {

using test::TempFolder;

// A hub's mail as a small language: `desk.from("ann").id("a1").to({"us"})` arrives by `desk.take(…)`.
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
Arrival mail(std::int64_t number, const std::string& from, std::vector<std::string> to,
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

Arrival ours(std::int64_t number, std::vector<std::string> to, std::vector<std::string> references = {}) {
  Arrival a = mail(number, "us", std::move(to), std::move(references));
  a.own = true;
  a.asks = false;
  return a;
}

TEST(Threads, AnswerOfACustomerJoinsWhatWeWroteToThem) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us"}));
  const auto answer = desk.take(ours(2, {"ann"}, {"m1"}));
  const auto again = desk.take(mail(3, "ann", {"us"}, {"m1", "m2"}));
  EXPECT_TRUE(first.created);
  EXPECT_EQ(answer.thread, first.thread);
  EXPECT_EQ(again.thread, first.thread);
  EXPECT_FALSE(again.sender_unverified);
  EXPECT_EQ(again.summary.messages, 3);
  EXPECT_EQ(again.summary.version, 3);
  EXPECT_TRUE(again.summary.awaiting_answer());
  EXPECT_FALSE(answer.summary.awaiting_answer());
}

TEST(Threads, StrangersReferenceOpensAThreadOfItsOwnWithASuggestion) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us"}));
  const auto stranger = desk.take(mail(2, "eve", {"us"}, {"m1"}));
  EXPECT_NE(stranger.thread, first.thread);
  EXPECT_TRUE(stranger.created);
  ASSERT_EQ(stranger.suggestions.size(), 1u);
  EXPECT_EQ(stranger.suggestions[0].other, first.thread);
  EXPECT_EQ(stranger.suggestions[0].reason, Reason::reference);
  auto seen = desk.db().read(
      [&](store::Reader& r) -> Result<std::vector<Suggestion>> { return suggestions(r, first.thread, 10); });
  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->size(), 1u);
  EXPECT_EQ(seen->front().other, stranger.thread);
}

TEST(Threads, OnesWeCopiedJoinWithoutHavingWritten) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us", "bob"}));
  EXPECT_EQ(desk.take(mail(2, "bob", {"us"}, {"m1"})).thread, first.thread);
}

TEST(Threads, UnverifiedMailLetsNobodyElseIn) {
  Desk desk;
  auto spoof = mail(1, "ann", {"us", "eve"});
  spoof.verified = false;
  const auto first = desk.take(spoof);
  EXPECT_NE(desk.take(mail(2, "eve", {"us"}, {"m1"})).thread, first.thread);
  auto more = mail(3, "ann", {"us"}, {"m1"});
  more.verified = false;
  const auto again = desk.take(more);
  EXPECT_EQ(again.thread, first.thread);
  EXPECT_TRUE(again.sender_unverified);
}

TEST(Threads, StrangerIsLetInWhenWeWriteToThem) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us"}));
  const auto stranger = desk.take(mail(2, "bob", {"us"}, {"m1"}));
  ASSERT_NE(stranger.thread, first.thread);
  const auto answer = desk.take(ours(3, {"ann", "bob"}, {"m1"}));
  EXPECT_EQ(answer.thread, first.thread);
  ASSERT_EQ(answer.moved.size(), 1u);
  EXPECT_EQ(answer.moved[0].message, MessageId{2});
  EXPECT_EQ(answer.moved[0].from, stranger.thread);
  EXPECT_EQ(answer.moved[0].to, first.thread);
  EXPECT_EQ(answer.summary.messages, 3);
  EXPECT_EQ(desk.summary_of(stranger.thread).merged_into, first.thread);
}

TEST(Threads, OurAnswerToAStrangerDoesNotDragThemIntoTheThreadTheyNamed) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us"}));
  const auto stranger = desk.take(mail(2, "eve", {"us"}, {"m1"}));
  auto answer = ours(3, {"eve"}, {"m1", "m2"});
  answer.in_reply_to = {"m2@example.org"};
  EXPECT_EQ(desk.take(answer).thread, stranger.thread);
  EXPECT_FALSE(desk.together(1, 2));
  EXPECT_FALSE(desk.together(1, 3));
}

TEST(Threads, ReplyThatCameFirstIsAdoptedByItsParent) {
  Desk desk;
  desk.take(mail(2, "ann", {"us"}, {"m1"}));
  const auto parent = desk.take(ours(1, {"ann"}));
  EXPECT_TRUE(desk.together(1, 2));
  EXPECT_EQ(parent.summary.messages, 2);
  EXPECT_EQ(parent.summary.first_at, Timestamp{60'000});
}

TEST(Threads, TwoAnswersToAMailWeNeverSawMeet) {
  Desk desk;
  desk.take(mail(2, "ann", {"us"}, {"m1"}));
  desk.take(mail(3, "ann", {"us"}, {"m1"}));
  EXPECT_TRUE(desk.together(2, 3));
  desk.take(mail(4, "eve", {"us", "ann"}, {"m1"}));
  EXPECT_FALSE(desk.together(2, 4));
}

TEST(Threads, OneWhoClaimsToBeUsJoinsNothing) {
  Desk desk;
  desk.take(mail(1, "ann", {"us"}));
  auto claim = mail(2, "us", {"ann"}, {"m1"});
  claim.verified = false;
  claim.claims_us = true;
  const auto placed = desk.take(claim);
  EXPECT_TRUE(placed.created);
  EXPECT_FALSE(placed.notes.empty());
  EXPECT_EQ(placed.suggestions.size(), 1u);
}

TEST(Threads, ReplyAddressJoinsItsParticipantsAndNobodyElse) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us"}));
  auto bare = mail(2, "ann", {"us"});
  bare.subject = "something else entirely";
  bare.token_thread = first.thread;
  EXPECT_EQ(desk.take(bare).thread, first.thread);
  auto stranger = mail(3, "eve", {"us"});
  stranger.token_thread = first.thread;
  const auto placed = desk.take(stranger);
  EXPECT_TRUE(placed.created);
  ASSERT_EQ(placed.suggestions.size(), 1u);
  EXPECT_EQ(placed.suggestions[0].reason, Reason::reply_address);
  desk.take(ours(4, {"eve"}, {"m1"}));
  EXPECT_TRUE(desk.together(1, 3));
}

TEST(Threads, BareAnswerJoinsByItsSubjectWhenItsSenderIsKnown) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us"}));
  auto bare = mail(2, "ann", {"us"});
  bare.subject = "AW: The lamp from last week is broken";
  EXPECT_EQ(desk.take(bare).thread, first.thread);
  bare.id = MessageId{3};
  bare.message_id = "m3@example.org";
  bare.verified = false;
  const auto unknown = desk.take(bare);
  EXPECT_TRUE(unknown.created);
  ASSERT_EQ(unknown.suggestions.size(), 1u);
  EXPECT_EQ(unknown.suggestions[0].reason, Reason::subject);
  auto other = mail(4, "bob", {"us"});
  other.subject = bare.subject;
  EXPECT_TRUE(desk.take(other).created);
}

TEST(Threads, NumberInASubjectThreadsNothing) {
  Desk desk;
  auto first = mail(1, "ann", {"us"});
  first.subject = "[#123] The lamp";
  desk.take(first);
  auto stranger = mail(2, "eve", {"us"});
  stranger.subject = "Re: [#123] The lamp";
  const auto placed = desk.take(stranger);
  EXPECT_TRUE(placed.created);
  EXPECT_TRUE(placed.suggestions.empty());
}

TEST(Threads, ForgedMessageIdNeitherTakesNorBreaksAThread) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us", "bob"}));
  desk.take(mail(2, "bob", {"us"}, {"m1"}));
  auto forged = mail(3, "eve", {"us", "ann"});
  forged.message_id = "m1@example.org";
  const auto placed = desk.take(forged);
  EXPECT_TRUE(placed.created);
  EXPECT_FALSE(placed.notes.empty());
  EXPECT_TRUE(desk.together(1, 2));
  desk.take(mail(4, "ann", {"us"}, {"m1"}));
  EXPECT_TRUE(desk.together(1, 4));
  EXPECT_FALSE(desk.together(1, 3));
  desk.take(ours(5, {"eve"}, {"m1"}));
  EXPECT_TRUE(desk.together(3, 5));
  EXPECT_FALSE(desk.together(1, 5));
  EXPECT_EQ(desk.summary_of(first.thread).messages, 3);
}

TEST(Threads, ForgedMessageIdThatCameFirstLosesToTheOneReceivedEarlier) {
  Desk desk;
  auto forged = mail(3, "eve", {"us", "ann"});
  forged.message_id = "m1@example.org";
  const auto eve = desk.take(forged);
  desk.take(mail(4, "bob", {"us"}, {"m1"}));
  auto follow = mail(5, "ann", {"us"}, {"m1"});
  desk.take(follow);
  EXPECT_TRUE(desk.together(3, 5));
  const auto first = desk.take(mail(1, "ann", {"us", "bob"}));
  EXPECT_FALSE(desk.together(1, 3));
  EXPECT_TRUE(desk.together(1, 4));
  EXPECT_TRUE(desk.together(1, 5));
  EXPECT_EQ(desk.summary_of(eve.thread).messages + desk.summary_of(first.thread).messages, 4);
}

TEST(Threads, BrandsNeverMeet) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us"}));
  auto copy = mail(2, "ann", {"us"});
  copy.message_id = "m1@example.org";
  copy.brand = BrandId{2};
  EXPECT_NE(desk.take(copy).thread, first.thread);
  auto answer = mail(3, "ann", {"us"}, {"m1"});
  answer.brand = BrandId{2};
  const auto placed = desk.take(answer);
  EXPECT_TRUE(desk.together(2, 3));
  EXPECT_EQ(placed.summary.brand, BrandId{2});
}

TEST(Threads, PlatformsVouchForWhatAnswersWhat) {
  Desk desk;
  const auto post = [](std::int64_t number, const std::string& who, std::vector<std::string> answers) {
    Arrival a = mail(number, who, {});
    a.kind = model::MessageKind::comment;
    a.vouched = true;
    a.message_id = "P" + std::to_string(number);
    a.in_reply_to = std::move(answers);
    return a;
  };
  desk.take(post(2, "ann", {"P1"}));
  desk.take(post(3, "bob", {"P1"}));
  EXPECT_TRUE(desk.together(2, 3));
  auto elsewhere = post(4, "ann", {"P2"});
  elsewhere.account = AccountId{2};
  EXPECT_TRUE(desk.take(elsewhere).created);
}

// ---- Any order

struct Mail {
  int from, id, at;
  std::vector<int> to, references;
  bool verified, bare;
};

constexpr int kUs = 0;

void showValue(const Mail& m, std::ostream& out) {
  out << "{p" << m.from << (m.verified ? "" : " unverified") << " m" << m.id << " at " << m.at << " to";
  for (const int person : m.to) out << " p" << person;
  out << (m.bare ? " bare" : "") << " names";
  for (const int id : m.references) out << " m" << id;
  out << "}";
}

Arrival arrival_of(std::size_t number, const Mail& m) {
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

rc::Gen<std::vector<Mail>> any_mails(int most, int people, int ids) {
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

Partition partition_of(const std::map<std::int64_t, std::int64_t>& thread_of) {
  std::map<std::int64_t, std::set<std::int64_t>> by_thread;
  for (const auto& [message, thread] : thread_of) by_thread[thread].insert(message);
  Partition out;
  for (auto& [thread, messages] : by_thread) out.insert(messages);
  return out;
}

void check_any_order(int most, int people, int ids) {
  Desk desk;
  std::int64_t brand = 0;
  const bool held = rc::check([&] {
    auto mails = *any_mails(most, people, ids);
    // Under the cap of kMaxBearers, over which the order may matter.
    std::map<int, int> borne;
    for (std::size_t i = 0; i < mails.size(); ++i) {
      if (++borne[mails[i].id] > 3) mails[i].id = 1000 + static_cast<int>(i);
    }
    std::vector<std::size_t> order(mails.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i)))]);
    }
    for (const auto i : order) {
      RC_LOG() << "message " << i + 1 << " ";
      showValue(mails[i], RC_LOG());
      RC_LOG() << "\n";
    }
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < mails.size(); ++i) nodes.push_back(desk.threads().node_of(arrival_of(i, mails[i])));
    std::map<std::int64_t, std::int64_t> expected;
    const auto parts = partition(nodes);
    for (std::size_t i = 0; i < nodes.size(); ++i) expected[nodes[i].message] = static_cast<std::int64_t>(parts[i]);

    // Every run in a brand of its own, and undone after: brands never meet.
    ++brand;
    std::map<std::int64_t, std::int64_t> told, stored, counted;
    auto done = desk.db().write([&](store::Tx& tx) -> Result<Done> {
      for (const auto i : order) {
        auto arrival = arrival_of(i, mails[i]);
        arrival.brand = BrandId{brand};
        const auto placed = desk.threads().place(tx, arrival);
        told[arrival.id.value] = placed.thread.value;
        for (const auto& move : placed.moved) {
          RC_ASSERT(told[move.message.value] == move.from.value);
          told[move.message.value] = move.to.value;
        }
      }
      for (auto q = tx.query("SELECT message_id, thread_id FROM thread_node"); q.next();) {
        stored[q.row().integer(0)] = q.row().integer(1);
      }
      for (auto q = tx.query("SELECT id, messages FROM thread WHERE messages > 0"); q.next();) {
        counted[q.row().integer(0)] = q.row().integer(1);
      }
      return fail(Kind::conflict, "undone on purpose");
    });
    RC_ASSERT(!done && done.error().what == "undone on purpose");
    RC_ASSERT(told == stored);
    RC_ASSERT(partition_of(stored) == partition_of(expected));
    std::map<std::int64_t, std::int64_t> sizes;
    for (const auto& [message, thread] : stored) ++sizes[thread];
    RC_ASSERT(counted == sizes);
  });
  EXPECT_TRUE(held);
}

TEST(Threads, AnyOrderOfArrivalGivesTheSameThreads) { check_any_order(12, 5, 10); }
TEST(Threads, AnyOrderOfArrivalGivesTheSameThreadsAmongManyPeople) { check_any_order(20, 10, 14); }

}  // namespace
}  // namespace amends::thread
