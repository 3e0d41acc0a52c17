#include "core/thread/message_id.h"

#include <gtest/gtest.h>

namespace amends::thread {
namespace {

using Ids = std::vector<std::string>;

TEST(MessageId, CopiesOfAnIdShareOneSpelling) {
  for (const char* id :
       {"<A1@Example.org>", "a1@example.org", " <a1@example.org>, ", "<a1@exam\r\n ple.org>", "a1@example.org>",
        "\"a1@example.org\"", "Message of today <a1@example.org>.", "<a1@example.org> (Ann's message)"}) {
    EXPECT_EQ(canonical_id(id), "a1@example.org") << id;
  }
  EXPECT_EQ(canonical_id("<>"), "");
  EXPECT_EQ(canonical_id(" \t"), "");
  EXPECT_LE(canonical_id(std::string(5000, 'x')).size(), 998u);
}

TEST(MessageId, SentencesAreNoIds) {
  EXPECT_TRUE(is_plausible_id("a1@example.org"));
  EXPECT_TRUE(is_plausible_id("20030101.050640.12923"));
  EXPECT_FALSE(is_plausible_id("array(0xa11a878)"));
  EXPECT_FALSE(is_plausible_id("yesterday"));
  EXPECT_FALSE(is_plausible_id("@example.org"));
  EXPECT_FALSE(is_plausible_id(""));
}

TEST(References, InReplyToSaysWhatIsAnswered) {
  const auto read = read_references("c@x.example", {"<b@x.example>"}, {"<a@x.example>", "<b@x.example>"}, {});
  EXPECT_EQ(read.ids, (Ids{"a@x.example", "b@x.example"}));
  EXPECT_EQ(read.parent, 1u);
  EXPECT_EQ(read_references("c@x.example", {"<a@x.example>"}, {"<a@x.example>", "<b@x.example>"}, {}).parent, 0u);
  EXPECT_EQ(read_references("c@x.example", {"<z@x.example>"}, {"<a@x.example>"}, {}).ids,
            (Ids{"a@x.example", "z@x.example"}));
}

TEST(References, AMailDoesNotAnswerItself) {
  const auto read = read_references("<a@x.example>", {"a@x.example"}, {"<A@x.example>"}, {});
  EXPECT_TRUE(read.ids.empty());
  EXPECT_EQ(read.parent, 0u);
}

TEST(References, OddInReplyToYieldsToReferences) {
  EXPECT_EQ(read_references("c@x.example", {"p@x.example", "q@x.example"}, {"a@x.example"}, {}).ids,
            (Ids{"a@x.example"}));
}

TEST(References, OfSeveralInReplyToTheKnownOnesCountOrElseTheLast) {
  const Ids several{"ann@x.example", "b@x.example"};
  EXPECT_EQ(read_references("c@x.example", several, {}, {}).ids, (Ids{"b@x.example"}));
  EXPECT_EQ(read_references("c@x.example", several, {}, {"b@x.example"}).ids, (Ids{"ann@x.example"}));
  const auto seen = [](const std::string& id) { return id == "ann@x.example"; };
  EXPECT_EQ(read_references("c@x.example", several, {}, {}, seen).ids, (Ids{"ann@x.example"}));
}

TEST(References, OfAnEndlessListTheFirstAndTheNewestAreFollowed) {
  Ids many;
  for (int i = 0; i < 5000; ++i) many.push_back("m" + std::to_string(i) + "@x.example");
  const auto read = read_references("c@x.example", {}, many, {});
  EXPECT_EQ(read.ids.size(), kMaxReferences);
  EXPECT_EQ(read.ids.front(), "m0@x.example");
  EXPECT_EQ(read.ids.back(), "m4999@x.example");
  EXPECT_EQ(read.parent, kMaxReferences - 1);
}

}  // namespace
}  // namespace amends::thread
