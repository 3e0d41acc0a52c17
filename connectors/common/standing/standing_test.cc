#include "connectors/common/standing/standing.h"

#include <gtest/gtest.h>

namespace amends::connectors::standing {
namespace {

constexpr Timestamp kWritten{1'000'000}, kEdit{2'000'000}, kRemoval{3'000'000}, kReturn{4'000'000};

TEST(Standing, ChangesRemovalsAndReturnsHaveRisingVersions) {
  Standing s;
  const auto reload = [&] { s = Standing::read(s.write()); };
  EXPECT_TRUE(s.saw("5", "a", kWritten, kEdit).news);
  reload();
  EXPECT_FALSE(s.saw("5", "a", kWritten, kEdit).news);
  const Seen edit = s.saw("5", "b", kWritten, kEdit);
  EXPECT_TRUE(edit.news);
  EXPECT_EQ(edit.version, to_rfc3339(kEdit));
  reload();
  const std::string tombstone = s.gone("5", kRemoval);
  EXPECT_GT(tombstone, edit.version);
  reload();
  EXPECT_FALSE(s.knows("5"));
  const Seen back = s.saw("5", "b", kWritten, kReturn);
  EXPECT_TRUE(back.news);
  EXPECT_GT(back.version, tombstone);
}

TEST(Standing, WhatIsSeenFirstHasNoVersion) {
  Standing s;
  EXPECT_EQ(s.saw("1", "a", kWritten, kEdit).version, "");
  EXPECT_EQ(s.updated("1"), kWritten);
}

TEST(Standing, OnlyWhatStoodIsMissing) {
  Standing s;
  s.saw("old", "a", kWritten, kWritten);
  s.saw("new", "a", kEdit, kEdit);
  s.saw("seen", "a", kEdit, kEdit);
  s.saw("buried", "a", kEdit, kEdit);
  s.gone("buried", kRemoval);
  s.begin();
  s.saw("seen", "a", kEdit, kEdit);
  EXPECT_EQ(s.missing({}), (std::vector<std::string>{"new", "old"}));
  EXPECT_EQ(s.missing(kWritten), std::vector<std::string>{"new"});
}

}  // namespace
}  // namespace amends::connectors::standing
