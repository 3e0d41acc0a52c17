#include "core/timeline/version.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace amends::timeline {
namespace {

TEST(Version, NumbersAndTimesAreComparedAsSuchAndTagsNotAtAll) {
  EXPECT_EQ(age_of("10", "9"), Age::younger);
  EXPECT_EQ(age_of("007", "7"), Age::same);
  EXPECT_EQ(age_of("99999999999999999999", "100000000000000000000"), Age::older);
  EXPECT_EQ(age_of("2026-01-01T10:00:00Z", "2026-01-01T09:30:00Z"), Age::younger);
  EXPECT_EQ(age_of("2026-01-01T10:00:00+02:00", "2026-01-01T09:30:00Z"), Age::older);
  EXPECT_EQ(age_of("2026-01-01T10:00:00.000002Z", "2026-01-01T10:00:00.000001Z"), Age::younger);
  EXPECT_EQ(age_of("", "2026-01-01T09:30:00Z"), Age::older);
  EXPECT_EQ(age_of("W/\"a\"", "W/\"b\""), Age::unknown);
  EXPECT_EQ(age_of("W/\"a\"", "W/\"a\""), Age::same);
}

TEST(Version, ADeletionOutlivesWhateverIsNotKnownToBeYounger) {
  const Told tombstone{"5", true};
  EXPECT_FALSE(replaces({"4", false}, tombstone));
  EXPECT_FALSE(replaces({"5", false}, tombstone));
  EXPECT_FALSE(replaces({"", false}, tombstone));
  EXPECT_FALSE(replaces({"tag", false}, tombstone));
  EXPECT_TRUE(replaces({"6", false}, tombstone));
  EXPECT_FALSE(replaces({"6", false}, {"", true}));
  EXPECT_TRUE(replaces({"", true}, {"6", false}));
  EXPECT_TRUE(replaces({"5", true}, {"5", false}));
  EXPECT_FALSE(replaces({"5", true}, {"6", false}));
}

// Whatever the order in which they come, what is shown in the end is the same.
TEST(Version, TheOrderOfArrivalDoesNotMatter) {
  const std::vector<std::vector<Told>> histories = {
      {{"", false}, {"1", false}, {"2", false}, {"2", true}},
      {{"", false}, {"1", false}, {"1", true}, {"3", false}},
      {{"", false}, {"", true}},
      {{"2026-01-01T09:00:00Z", false}, {"2026-01-01T09:00:01Z", false}, {"2026-01-01T09:00:00.500Z", false}}};
  for (auto history : histories) {
    std::optional<std::string> outcome;
    std::vector<std::size_t> order(history.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    do {
      Told shown = history[order[0]];
      for (const std::size_t i : order) {
        if (replaces(history[i], shown)) shown = history[i];
      }
      const std::string text = std::string(shown.version) + (shown.deleted ? " deleted" : "");
      if (!outcome) outcome = text;
      EXPECT_EQ(text, *outcome);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

}  // namespace
}  // namespace amends::timeline
