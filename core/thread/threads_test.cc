#include "core/thread/threads.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "core/thread/desk_for_tests.h"
#include "core/thread/guard.h"

namespace amends::thread {
namespace {

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

TEST(Threads, WhoeverNamedAPostBeforeItsSiteNamedItJoinsItThen) {
  Desk desk;
  const auto post = [](std::int64_t number, const std::string& id, std::vector<std::string> answers, bool own) {
    Arrival a = mail(number, own ? "us" : "maya", {});
    a.kind = model::MessageKind::comment;
    a.vouched = true;
    a.own = own;
    a.message_id = id;
    a.in_reply_to = std::move(answers);
    return a;
  };
  desk.take(post(1, "post-1", {}, false));
  Arrival reply = post(2, "minted@cafe.test", {"post-1"}, true);
  desk.take(reply);
  desk.take(post(3, "post-3", {"post-2"}, false));
  EXPECT_FALSE(desk.together(2, 3));
  reply.message_id = "post-2";
  const auto moved =
      desk.db().write([&](store::Tx& tx) -> Result<std::vector<Moved>> { return desk.threads().rename(tx, reply); });
  ASSERT_TRUE(moved);
  EXPECT_TRUE(desk.together(2, 3));
  ASSERT_EQ(moved->size(), 1u);
  EXPECT_EQ(moved->front().message, MessageId{3});
  desk.take(post(4, "post-4", {"post-2"}, false));
  EXPECT_TRUE(desk.together(1, 4));
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

void check_any_order(int most, int people, int ids) {
  Desk desk;
  std::int64_t brand = 0;
  const bool held = rc::check([&] {
    const auto mails = any_world(most, people, ids);
    const auto order = any_order(mails.size());
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
