#include "core/search/facets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/search/search.h"

namespace amends::search {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::SizeIs;

Timestamp at(std::string_view text) { return from_rfc3339(text).value(); }

std::vector<std::string> days(std::string_view from, std::string_view until) {
  auto wanted = facets_wanted(BrandId(1), {.from = at(from), .until = at(until)});
  return wanted && wanted->size() == 2 ? (*wanted)[1] : std::vector<std::string>{};
}

TEST(Facets, ARangeOfDaysIsCoveredByTheLargestPiecesThatFit) {
  EXPECT_THAT(days("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), ElementsAre("y2026"));
  EXPECT_THAT(days("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"), ElementsAre("m202602"));
  EXPECT_THAT(days("2026-11-09T00:00:00Z", "2026-12-02T00:00:00Z"),
              ElementsAre("a20261109", "a20261110", "t2026111", "t2026112", "a20261201"));
  EXPECT_THAT(days("2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z"), ElementsAre("a20261121"));
  EXPECT_THAT(days("2025-12-31T23:59:59Z", "2027-01-01T00:00:01Z"), ElementsAre("a20251231", "y2026", "a20270101"));
}

// Whatever the range: a message is covered exactly when its day is in it.
TEST(Facets, AMessageIsCoveredExactlyWhenItsDayIsInTheRange) {
  const std::int64_t day = 86'400'000;
  const auto start = at("2023-12-20T00:00:00Z").ms;
  for (int from = 0; from < 90; from += 7) {
    for (int length = 1; length < 470; length += 31) {
      const Filter filter{.from = Timestamp{start + from * day}, .until = Timestamp{start + (from + length) * day}};
      const auto wanted = facets_wanted(BrandId(1), filter);
      ASSERT_TRUE(wanted);
      for (int d = 0; d < 600; ++d) {
        const Facts facts{.brand = BrandId(1),
                          .channel = "email",
                          .at = Timestamp{start + d * day + 5},
                          .identity = {},
                          .rating = {}};
        const auto has = facets_of(facts);
        const bool covered = std::any_of((*wanted)[1].begin(), (*wanted)[1].end(), [&](const std::string& facet) {
          return std::find(has.begin(), has.end(), facet) != has.end();
        });
        ASSERT_EQ(covered, d >= from && d < from + length) << from << "+" << length << " day " << d;
        ASSERT_EQ(covered, passes(facts, BrandId(1), filter));
      }
    }
  }
}

TEST(Facets, OpenEndsStaySmall) {
  auto wanted = facets_wanted(BrandId(1), {.from = at("2024-02-29T12:00:00Z")});
  ASSERT_TRUE(wanted);
  EXPECT_LT((*wanted)[1].size(), 100U);
  EXPECT_THAT((*wanted)[1], Contains("y2025"));
  EXPECT_FALSE(facets_wanted(BrandId(1), {.from = at("2024-02-29T12:00:00Z"), .until = at("2024-02-29T12:00:00Z")}));
}

TEST(Facets, WhatCouldBeTakenForTwoWordsMatchesNothing) {
  EXPECT_FALSE(facets_wanted(BrandId(1), {.channel = "email b2"}));
}

TEST(Facets, BlocksHoldTheirNeighboursAtEveryLevel) {
  EXPECT_THAT(block_facets(MessageId(5000)), ElementsAre("z11.2", "z14.0", "z17.0"));
  EXPECT_EQ(block_of(MessageId(5000), 0).oldest, MessageId(4096));
  EXPECT_EQ(block_of(MessageId(4095), 0).oldest, MessageId(2048));
  EXPECT_EQ(block_of(MessageId(1), 2).oldest, MessageId(0));
}

TEST(Facets, RatingsAreCoveredByWholeNumbers) {
  auto wanted = facets_wanted(BrandId(1), {.rating_from = 2.5, .rating_to = 4.0});
  ASSERT_TRUE(wanted);
  EXPECT_THAT((*wanted)[1], ElementsAre("r2", "r3", "r4"));
}

}  // namespace
}  // namespace amends::search
