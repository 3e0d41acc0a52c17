#include "core/thread/by_hand.h"

#include <algorithm>

#include "core/thread/desk_for_tests.h"

namespace amends::thread {
namespace {

template <class Work>
HandMade by_hand(Desk& desk, Work&& work) {
  auto made = desk.db().write([&](store::Tx& tx) -> Result<HandMade> { return work(tx); });
  if (!made) ADD_FAILURE() << made.error().what;
  return made ? *std::move(made) : HandMade{};
}

TEST(ByHand, SplitMessagesStayApartThoughMailAnswersBoth) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us"}));
  desk.take(ours(2, {"ann"}, {"m1"}));
  desk.take(mail(3, "ann", {"us"}, {"m1", "m2"}));
  const auto made = by_hand(desk, [&](store::Tx& tx) { return split(tx, {MessageId{3}}, "Another lamp"); });
  ASSERT_EQ(made.moved.size(), 1u);
  EXPECT_NE(made.thread, first.thread);
  EXPECT_EQ(desk.summary_of(made.thread).subject, "Another lamp");
  EXPECT_EQ(desk.summary_of(made.thread).messages, 1);
  EXPECT_EQ(desk.summary_of(first.thread).messages, 2);
  EXPECT_FALSE(desk.summary_of(first.thread).awaiting_answer());

  const auto next = desk.take(mail(4, "ann", {"us"}, {"m1", "m2", "m3"}));
  EXPECT_EQ(next.thread, made.thread);
  EXPECT_TRUE(next.moved.empty());
  ASSERT_EQ(next.suggestions.size(), 1u);
  EXPECT_EQ(next.suggestions[0].reason, Reason::settled);
}

TEST(ByHand, StrangerMovedInStaysWhenTheyBecomeAParticipantElsewhere) {
  Desk desk;
  const auto first = desk.take(mail(1, "ann", {"us"}));
  const auto stranger = desk.take(mail(2, "bob", {"us"}, {"m1"}));
  const auto other = desk.take(mail(3, "cid", {"us"}));
  by_hand(desk, [&](store::Tx& tx) { return move(tx, MessageId{2}, other.thread); });
  desk.take(ours(4, {"ann", "bob"}, {"m1"}));
  EXPECT_TRUE(desk.together(2, 3));
  EXPECT_FALSE(desk.together(1, 2));
  EXPECT_EQ(desk.summary_of(stranger.thread).merged_into, other.thread);
  EXPECT_EQ(desk.summary_of(first.thread).messages, 2);
}

TEST(ByHand, UndoneJoinTakesWhatCameSinceToTheMailItAnswers) {
  Desk desk;
  const auto a = desk.take(mail(1, "ann", {"us"}));
  const auto b = desk.take(mail(2, "bob", {"us"}));
  const auto made = by_hand(desk, [&](store::Tx& tx) { return join(tx, a.thread, b.thread); });
  EXPECT_TRUE(desk.together(1, 2));
  desk.take(mail(3, "bob", {"us"}, {"m2"}));
  desk.take(mail(4, "ann", {"us"}, {"m1"}));
  desk.take(mail(5, "bob", {"us"}, {"m2", "m3"}));
  EXPECT_TRUE(desk.together(1, 5));
  by_hand(desk, [&](store::Tx& tx) { return undo(tx, made.op); });
  EXPECT_TRUE(desk.together(2, 3));
  EXPECT_TRUE(desk.together(3, 5));
  EXPECT_TRUE(desk.together(1, 4));
  EXPECT_FALSE(desk.together(1, 2));
  EXPECT_EQ(desk.summary_of(b.thread).messages, 3);
  EXPECT_FALSE(desk.summary_of(b.thread).merged_into);
}

TEST(ByHand, WhatHadToWaitForAPersonJoinsOnceTheStepIsUndone) {
  Desk desk;
  desk.take(mail(1, "ann", {"us"}));
  const auto aside = desk.take(mail(2, "ann", {"us"}));
  desk.take(mail(3, "bob", {"us"}, {"m1"}));
  const auto made = by_hand(desk, [&](store::Tx& tx) { return move(tx, MessageId{1}, aside.thread); });
  desk.take(ours(4, {"ann", "bob"}, {"m1"}));
  EXPECT_FALSE(desk.together(1, 3));
  by_hand(desk, [&](store::Tx& tx) { return undo(tx, made.op); });
  EXPECT_TRUE(desk.together(1, 4));
  EXPECT_TRUE(desk.together(1, 3));
  EXPECT_FALSE(desk.together(1, 2));
}

TEST(ByHand, AStepUnderALaterOneIsNotUndone) {
  Desk desk;
  const auto a = desk.take(mail(1, "ann", {"us"}));
  const auto b = desk.take(mail(2, "bob", {"us"}));
  const auto c = desk.take(mail(3, "cid", {"us"}));
  const auto first = by_hand(desk, [&](store::Tx& tx) { return join(tx, a.thread, b.thread); });
  const auto second = by_hand(desk, [&](store::Tx& tx) { return join(tx, a.thread, c.thread); });
  auto early = desk.db().write([&](store::Tx& tx) -> Result<HandMade> { return undo(tx, first.op); });
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, Kind::conflict);
  by_hand(desk, [&](store::Tx& tx) { return undo(tx, second.op); });
  by_hand(desk, [&](store::Tx& tx) { return undo(tx, first.op); });
  EXPECT_FALSE(desk.together(1, 2));
}

TEST(ByHand, BrandsCannotBeJoined) {
  Desk desk;
  const auto a = desk.take(mail(1, "ann", {"us"}));
  auto foreign = mail(2, "ann", {"us"});
  foreign.brand = BrandId{2};
  const auto b = desk.take(foreign);
  auto joined = desk.db().write([&](store::Tx& tx) -> Result<HandMade> { return join(tx, a.thread, b.thread); });
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().kind, Kind::not_found);
}

// What is in which thread, who takes part there, and what lists say of it. Versions only go up.
std::vector<std::string> everything(store::Reader& reader) {
  std::vector<std::string> out;
  const auto dump = [&](std::string_view sql, int columns) {
    for (auto q = reader.query(sql); q.next();) {
      std::string line;
      for (int i = 0; i < columns; ++i) line += q.row().is_null(i) ? "-|" : q.row().string(i) + "|";
      out.push_back(line);
    }
  };
  dump("SELECT message_id, thread_id FROM thread_node ORDER BY 1", 2);
  dump("SELECT thread_id, person FROM thread_person WHERE message_id = 0 ORDER BY 1, 2", 2);
  dump(
      "SELECT id, subject, first_at, last_at, last_direction, last_in_at, last_out_at, last_ask_at, messages, settled"
      " FROM thread WHERE messages > 0 ORDER BY id",
      10);
  return out;
}

std::set<std::string> who_waits(store::Reader& reader) {
  std::set<std::string> out;
  for (auto q = reader.query("SELECT thread_id, person, message_id FROM thread_person WHERE message_id > 0");
       q.next();) {
    out.insert(q.row().string(0) + "|" + q.row().string(1) + "|" + q.row().string(2));
  }
  return out;
}

struct Choice {
  int kind;
  std::int64_t a, b;
};

TEST(ByHand, EveryStepUndoneLeavesEverythingAsItWas) {
  Desk desk;
  EXPECT_TRUE(rc::check([&] {
    const auto mails = any_world(12, 5, 10);
    const auto order = any_order(mails.size());
    const auto any_message = rc::gen::inRange<std::int64_t>(1, static_cast<std::int64_t>(mails.size()) + 1);
    std::vector<Choice> choices;
    for (int i = 0; i < 6; ++i) choices.push_back({*rc::gen::inRange(0, 3), *any_message, *any_message});

    // The writer has a thread of its own, where RapidCheck can't be asked: what went wrong is told afterwards.
    std::string wrong;
    auto done = desk.db().write([&](store::Tx& tx) -> Result<Done> {
      for (const auto i : order) desk.threads().place(tx, arrival_of(i, mails[i]));
      const auto waiting = who_waits(tx);
      const auto thread_of = [&](std::int64_t message) {
        return ThreadId{tx.count("SELECT thread_id FROM thread_node WHERE message_id = ?", message)};
      };
      std::vector<std::pair<std::int64_t, std::vector<std::string>>> steps;
      for (const auto& [kind, a, b] : choices) {
        auto before = everything(tx);
        auto made = kind == 0   ? move(tx, MessageId{a}, thread_of(b))
                    : kind == 1 ? split(tx, {MessageId{a}}, "x")
                                : join(tx, thread_of(a), thread_of(b));
        if (!made) continue;
        if (everything(tx) == before) wrong = "a step did nothing";
        steps.emplace_back(made->op, std::move(before));
      }
      for (; !steps.empty(); steps.pop_back()) {
        if (!undo(tx, steps.back().first)) wrong = "a step was not undone";
        if (everything(tx) != steps.back().second) wrong = "an undone step left something behind";
      }
      const auto still = who_waits(tx);
      if (!std::includes(still.begin(), still.end(), waiting.begin(), waiting.end())) wrong = "somebody waits no more";
      return fail(Kind::conflict, "undone on purpose");
    });
    RC_ASSERT(!done && done.error().what == "undone on purpose");
    RC_ASSERT(wrong == "");
  }));
}

}  // namespace
}  // namespace amends::thread
