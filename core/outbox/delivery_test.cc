#include "core/outbox/delivery.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

namespace amends::outbox {
namespace {

using State = model::UpdateState;
constexpr Timestamp kNow{1'767'258'000'000};

// The whole table once more, as words: a state, then what may happen there and where it leads. What isn't written is
// refused.
constexpr std::string_view kExpected = R"(
draft      submit>queued schedule>scheduled hold>held cancel>cancelled
scheduled  due>queued hold>held restore>held cancel>cancelled
held       release>queued restore>held mark_sent>sent cancel>cancelled echo>sent
queued     claim>sending hold>held restore>held cancel>cancelled echo>sent
sending    past_return>sending accept>sent defer>retry refuse>failed doubt>uncertain restore>held echo>sent
retry      claim>sending give_up>failed hold>held restore>held cancel>cancelled echo>sent
sent       echo>sent
failed     send_again>queued
uncertain  looked>uncertain mark_sent>sent send_again>queued refuse>failed restore>held cancel>cancelled echo>sent
cancelled  echo>sent
)";

std::map<std::pair<State, Event>, State> expected() {
  std::map<std::pair<State, Event>, State> out;
  std::istringstream lines{std::string(kExpected)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string from, rule;
    if (!(words >> from)) continue;
    while (words >> rule) {
      const auto cut = rule.find('>');
      out[{*model::value_in(model::kUpdateStates, from), *model::value_in(kEvents, rule.substr(0, cut))}] =
          *model::value_in(model::kUpdateStates, rule.substr(cut + 1));
    }
  }
  return out;
}

TEST(Delivery, EveryStateMeetsEveryEventAsDrawn) {
  const auto table = expected();
  EXPECT_EQ(table.size(), 41u);
  for (const auto& state : model::kUpdateStates) {
    for (const auto& event : kEvents) {
      Delivery d;
      d.state = state.value;
      const auto after = next(d, {event.value}, kNow);
      const auto rule = table.find({state.value, event.value});
      if (rule == table.end()) {
        ASSERT_FALSE(after) << state.name << " " << event.name;
        EXPECT_EQ(after.error().kind, Kind::conflict);
        EXPECT_FALSE(target(state.value, event.value));
      } else {
        ASSERT_TRUE(after) << state.name << " " << event.name;
        EXPECT_EQ(after->state, rule->second) << state.name << " " << event.name;
      }
    }
  }
}

TEST(Delivery, EveryStateIsReachedAndEveryUnfinishedOneCanEnd) {
  const auto table = expected();
  std::set<State> reached{State::draft};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& [key, to] : table) {
      if (reached.count(key.first)) reached.insert(to);
    }
  }
  EXPECT_EQ(reached.size(), std::size(model::kUpdateStates));

  std::set<State> ends{State::sent, State::failed, State::cancelled};
  for (std::size_t before = 0; before != ends.size();) {
    before = ends.size();
    for (const auto& [key, to] : table) {
      if (ends.count(to)) ends.insert(key.first);
    }
  }
  EXPECT_EQ(ends.size(), std::size(model::kUpdateStates));
}

TEST(Delivery, OnlySendingLetsBytesOutAndOnlyAClaimLeadsThere) {
  for (const auto& [key, to] : expected()) {
    if (to == State::sending && key.first != State::sending) {
      EXPECT_EQ(key.second, Event::claim);
    }
  }
}

TEST(Delivery, NothingButAPersonOrAnEchoMovesWhatRests) {
  for (const auto& [key, to] : expected()) {
    if (is_unfinished(key.first) || key.first == State::draft) continue;
    EXPECT_TRUE(key.second == Event::echo || key.second == Event::send_again) << name_of(key.second);
  }
}

TEST(Delivery, EveryClaimRaisesTheFenceAndForgetsTheLastReturn) {
  Delivery d;
  d.state = State::queued;
  d.past_return = true;
  auto held = next(d, {Event::claim, {}, Holder{7, 500}}, kNow);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->fence, 1);
  EXPECT_EQ(held->attempts, 1);
  EXPECT_FALSE(held->past_return);
  EXPECT_EQ(held->holder.epoch, 7);
  EXPECT_EQ(held->first_try, kNow);
  auto again =
      next(*next(*held, {Event::defer, kNow}, kNow), {Event::claim, {}, Holder{7, 900}}, kNow + std::chrono::hours(1));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->fence, 2);
  EXPECT_EQ(again->first_try, kNow);
}

TEST(Delivery, WhatWasInDoubtKeepsItsPlaceInTheLine) {
  Delivery d;
  d.state = State::uncertain;
  d.ready = kNow;
  const auto later = kNow + std::chrono::hours(2);
  EXPECT_EQ(next(d, {Event::send_again}, later)->ready, kNow);
  d.state = State::failed;
  EXPECT_EQ(next(d, {Event::send_again}, later)->ready, later);
}

}  // namespace
}  // namespace amends::outbox
