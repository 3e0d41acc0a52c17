// What sites tell afterwards: what became of a message of ours, and mails about items whose wording somebody corrected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/app/notice_wordings.h"
#include "core/outbox/tracking.h"
#include "tests/flow/posts_fixture.h"

namespace amends::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Reports : public Posts {
 protected:
  // A message of theirs and an answer of ours that went: its update.
  UpdateId answered() {
    Thing word;
    word.id = "m1";
    word.at = clock_.now();
    receives("chat", word);
    thread_ = only_thread();
    const app::Answer answer = answers(thread_, "We are sorry.");
    EXPECT_EQ(sends("chat").sent, 1);
    return answer.update;
  }
  app::InReport is_told(const std::string& state, const std::string& of = "own-1") {
    Thing report;
    report.id = state + "/" + of;
    report.report = state;
    report.answers = of;
    report.text = "";
    report.at = clock_.now();
    return receives("chat", report);
  }
  std::vector<std::string> events() {
    std::vector<std::string> out;
    for (const timeline::Event& event : thread(thread_).events) {
      if (event.kind == "delivered" || event.kind == "read" || event.kind == "undelivered") out.push_back(event.kind);
    }
    return out;
  }
  ThreadId thread_;
};

TEST_F(Reports, OfAPostOfOursAreFactsAboutItAndNoMessages) {
  answered();
  const auto before = thread(thread_).messages.size();
  const app::InReport report = is_told("delivered");
  EXPECT_EQ(report.placed, 0);
  is_told("read");
  EXPECT_THAT(events(), ElementsAre("delivered", "read"));
  EXPECT_THAT(thread(thread_).messages, SizeIs(before));
}

TEST_F(Reports, ToldTwiceAreOneFact) {
  answered();
  is_told("read");
  is_told("read");
  EXPECT_THAT(events(), ElementsAre("read"));
}

TEST_F(Reports, OfAFailureStandWithTheUpdateAndOpenTheThreadAgain) {
  const UpdateId id = answered();
  is_told("failed");
  EXPECT_THAT(events(), ElementsAre("undelivered"));
  const auto told = update(id).recipients.at(0);
  EXPECT_EQ(told.state, model::RecipientState::bounced);
  EXPECT_NE(told.text.find("undeliverable"), std::string::npos) << told.text;
  EXPECT_EQ(list(inbox::View::open).size(), 1u);
}

TEST_F(Reports, OfWhatWeNeverSentLeaveNothingBehind) {
  answered();
  const auto raws = [&] { return reads([](store::Reader& r) { return r.count("SELECT COUNT(*) FROM raw_body"); }); };
  const std::int64_t before = raws();
  is_told("delivered", "own-77");
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ(raws(), before);
}

TEST_F(Reports, OfAFailureThatNobodyKnowsIsShown) {
  answered();
  const app::InReport report = is_told("failed", "own-77");
  EXPECT_EQ(report.placed, 1);
}

class Corrections : public Posts {
 protected:
  static Mail newly_worded(const std::string& id) {
    return {.id = id,
            .from = "hello@new.stars.test",
            .subject = "Ada L. shared an experience at Mill Lane",
            .text = "They gave you 2 of 5 stars\n\nCold coffee, slow service.\n\nAnswer her:\nhttps://stars.test/r1"};
  }
};

TEST_F(Corrections, AMailThatFitsNoWordingStaysAMailAndIsAReviewOnceItIsCorrected) {
  receives_mail(newly_worded("n1@stars.test"));
  EXPECT_EQ(thread(only_thread()).messages.at(0).channel, "fake");

  const auto corrected = app::read_wordings(R"(
[[channel]]
name = "stars"
senders = ["@new.stars.test"]
[[channel.wording]]
subject = ["{author} shared an experience at {location}"]
body = [{ line = "They gave you {rating} of 5 stars" }, { take = "text", until = ["Answer {*}"] }]
link = ["stars.test/"]
)",
                                            "wordings.toml");
  ASSERT_TRUE(corrected) << corrected.error().what;
  wordings_ = *corrected;
  restarts();
  EXPECT_EQ(thread(only_thread()).messages.at(0).channel, "fake") << "what came before stays what it was";
  receives_mail(newly_worded("n2@stars.test"));
  const auto rows = list();
  ASSERT_EQ(rows.size(), 2u);
  std::vector<std::string> channels;
  for (const auto& row : rows) {
    const auto message = thread(row.thread).messages.at(0);
    channels.push_back(message.channel);
    if (message.channel != "stars") continue;
    EXPECT_EQ(message.kind, model::MessageKind::review);
    EXPECT_EQ(message.rating, 2.0);
    EXPECT_EQ(message.permalink, "https://stars.test/r1");
    EXPECT_EQ(words(message), "Cold coffee, slow service.");
  }
  EXPECT_THAT(channels, testing::UnorderedElementsAre("fake", "stars"));
  // The built-in wording still counts.
  receives_mail({.id = "n3@stars.test",
                 .from = "notify@stars.test",
                 .text = "Stars: 5 | Author: Bo K. | At: Mill Lane | Link: https://stars.test/r2 | Lovely"});
  EXPECT_EQ(list().size(), 3u);
}

}  // namespace
}  // namespace amends::test
