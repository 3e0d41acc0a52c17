#include "core/channel/census.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace amends::channel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Census, NewsIsWhatIsUnknownOrSaysSomethingElse) {
  Census census;
  EXPECT_TRUE(census.saw("a", "one", {1}));
  EXPECT_FALSE(census.saw("a", "one", {1}));
  EXPECT_TRUE(census.saw("a", "two", {2}));
  EXPECT_EQ(census.updated("a")->ms, 2);
  EXPECT_FALSE(census.updated("b"));
}

TEST(Census, WhoWasNotSeenInAWholeReadingIsMissingUntilForgotten) {
  Census census;
  census.saw("a", "1", {1});
  census.saw("b", "1", {1});
  EXPECT_THAT(census.missing(), IsEmpty());
  census.begin();
  census.saw("b", "1", {1});
  EXPECT_THAT(census.missing(), ElementsAre("a"));
  census.begin();
  census.saw("b", "1", {1});
  EXPECT_THAT(census.missing(), ElementsAre("a")) << "two readings ago is no better than one";
  census.forget("a");
  EXPECT_THAT(census.missing(), IsEmpty());
}

TEST(Census, IsTheSameAfterItWasWrittenAndRead) {
  Census census;
  census.saw("a", "1", {1'795'000'000'000});
  census.begin();
  census.saw("b", "2", {2});
  Census again = Census::read(census.write());
  EXPECT_EQ(again.write(), census.write());
  EXPECT_THAT(again.missing(), ElementsAre("a"));
  EXPECT_FALSE(again.saw("b", "2", {2}));
}

TEST(Census, ForgetsWhatASiteNoLongerShowsAnyway) {
  Census census;
  census.saw("old", "x", {10});
  census.saw("new", "x", {20});
  census.forget_before({20});
  EXPECT_FALSE(census.knows("old"));
  EXPECT_TRUE(census.knows("new"));
}

TEST(Census, WhatIsNoneOfOursReadsAsEmpty) {
  for (const char* odd : {"", "7", "[]", "{\"rows\":7}", "{\"rows\":{\"a\":[1]}}", "not json"})
    EXPECT_EQ(Census::read(odd).size(), 0U) << odd;
}

TEST(Census, TakesInNoMoreThanItMay) {
  Census census;
  for (std::size_t i = 0; i < Census::kMost; ++i) census.saw(std::to_string(i), "x", {1});
  EXPECT_TRUE(census.saw("one more", "x", {1}));
  EXPECT_EQ(census.size(), Census::kMost);
  EXPECT_TRUE(census.saw("one more", "x", {1})) << "news again, and stored once all the same";
}

}  // namespace
}  // namespace amends::channel
