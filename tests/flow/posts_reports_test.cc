// What sites tell afterwards: what became of a message of ours, and mails about items whose wording somebody corrected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/app/early.h"
#include "core/app/erase.h"
#include "core/app/notice_wordings.h"
#include "core/identity/identities.h"
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
  app::InReport is_told(const std::string& state, const std::string& of = "own-1", const std::string& key = "") {
    Thing report;
    report.key = key;
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
  EXPECT_EQ(list(inbox::View::waiting).size(), 1u);
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

// What comes in while our own request is still under way, or was cut off by the end of the program.
class EarlyReports : public Reports {
 protected:
  struct Killed {};
  // A word of theirs and an answer of ours that waits to go.
  UpdateId writes() {
    Thing word;
    word.id = "m1";
    word.at = clock_.now();
    receives("chat", word);
    thread_ = only_thread();
    return answers(thread_, "We are sorry.").update;
  }
  // The program ends before it hears that the site took it.
  void is_killed_sending(std::function<void(const std::string&, const std::string&)> before = {}) {
    Site::of("chat").meanwhile = [before](const std::string& id, const std::string& key) {
      key_ = key;
      if (before) before(id, key);
      throw Killed{};
    };
    EXPECT_THROW(sends("chat"), Killed);
    Site::of("chat").meanwhile = {};
    restarts();
  }
  std::int64_t early() {
    return reads([](store::Reader& r) { return r.count("SELECT COUNT(*) FROM raw_item WHERE state = 4"); });
  }
  std::int64_t raws() {
    return reads([](store::Reader& r) { return r.count("SELECT COUNT(*) FROM raw_body"); });
  }
  static inline std::string key_;
};

TEST_F(EarlyReports, AreKeptAndAdoptedInWhateverOrderTheyAndTheReceiptCome) {
  std::vector<std::string> order{"delivered", "read", "receipt", "restart"};
  std::sort(order.begin(), order.end());
  int orders = 0;
  do {
    SCOPED_TRACE(order[0] + " " + order[1] + " " + order[2] + " " + order[3]);
    // The program can't be started again within its own request: that is AreKeptOverAKill.
    const auto receipt = std::find(order.begin(), order.end(), "receipt");
    if (std::find(order.begin(), receipt, "restart") != receipt) continue;
    ++orders;
    const std::string number = std::to_string(orders);
    Thing word;
    word.id = "m" + number;
    word.author = "ada" + number;
    word.at = clock_.now();
    receives("chat", word);
    thread_ = list().front().thread;
    const UpdateId id = answers(thread_, "We are sorry, number " + number).update;
    const std::string name = "own-" + number;
    Site::of("chat").meanwhile = [&](const std::string&, const std::string&) {
      for (auto it = order.begin(); it != receipt; ++it) {
        EXPECT_EQ(is_told(*it, name).early, 1);
        EXPECT_THAT(events(), IsEmpty());
      }
    };
    EXPECT_EQ(sends("chat").sent, 1);
    Site::of("chat").meanwhile = {};
    for (auto it = receipt + 1; it != order.end(); ++it) {
      if (*it == "restart") {
        restarts();
      } else {
        is_told(*it, name);
      }
    }
    places();
    EXPECT_THAT(events(), testing::UnorderedElementsAre("delivered", "read"));
    EXPECT_EQ(update(id).state, model::UpdateState::sent);
    EXPECT_EQ(early(), 0);
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(orders, 12);
}

TEST_F(EarlyReports, OfAFailureFailTheAnswerOnceItsReceiptIsThere) {
  const UpdateId id = writes();
  Site::of("chat").meanwhile = [&](const std::string& name, const std::string&) {
    const app::InReport report = is_told("failed", name);
    EXPECT_EQ(report.early, 1);
    EXPECT_EQ(report.placed, 0);
  };
  EXPECT_EQ(sends("chat").sent, 1);
  places();
  EXPECT_THAT(events(), ElementsAre("undelivered"));
  EXPECT_EQ(update(id).recipients.at(0).state, model::RecipientState::bounced);
  EXPECT_EQ(list(inbox::View::open).size(), 1u);
}

TEST_F(EarlyReports, AreKeptOverAKillAndSettleTheDoubtByTheKeyThatTheyRepeat) {
  const UpdateId id = writes();
  is_killed_sending(
      [this](const std::string& name, const std::string& key) { EXPECT_EQ(is_told("delivered", name, key).early, 1); });
  places();
  EXPECT_THAT(events(), ElementsAre("delivered"));
  EXPECT_EQ(update(id).state, model::UpdateState::sent);
  EXPECT_EQ(update(id).external_id, "own-1");
  EXPECT_EQ(Site::of("chat").writes(), 1);
  is_told("read");
  EXPECT_THAT(events(), ElementsAre("delivered", "read")) << "its name is known from then on";
  EXPECT_EQ(sends("chat").sent, 0);
  EXPECT_EQ(Site::of("chat").writes(), 1);
}

TEST_F(EarlyReports, ThatItHasGoneIsAllThatOneInDoubtNeeds) {
  const UpdateId id = writes();
  is_killed_sending();
  sends("chat");
  ASSERT_EQ(update(id).state, model::UpdateState::uncertain);
  const std::int64_t before = raws();
  is_told("sent", "own-1", key_);
  EXPECT_EQ(update(id).state, model::UpdateState::sent);
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ(raws(), before) << "it says what stands with the answer";
}

TEST_F(EarlyReports, AnotherPostsKeyOrAStrangersMovesNothing) {
  const UpdateId id = answered();
  EXPECT_EQ(update(id).external_id, "own-1");
  Thing word;
  word.id = "m2";
  word.at = clock_.now();
  receives("chat", word);
  const UpdateId second = answers(thread_, "And once more.").update;
  const auto key_of = [&](UpdateId of) {
    return reads([&](store::Reader& r) {
      return *r.first(
          "SELECT key FROM outbox_update WHERE id = ?", [](store::Row row) { return row.string(0); }, of);
    });
  };
  const std::string first_key = key_of(id);
  is_told("delivered", "own-77", first_key);
  is_told("delivered", "own-79", key_of(second));
  is_told("delivered", "own-78", "no key of ours");
  EXPECT_EQ(update(id).external_id, "own-1");
  EXPECT_EQ(update(second).external_id, "");
  EXPECT_EQ(update(second).state, model::UpdateState::queued);
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(EarlyReports, WaitWhileNobodyKnowsWhetherItWentAndGoWhenAPersonHasDecided) {
  const UpdateId id = writes();
  is_killed_sending();
  sends("chat");
  ASSERT_EQ(update(id).state, model::UpdateState::uncertain);
  EXPECT_EQ(is_told("delivered", "own-1").early, 1);
  EXPECT_EQ(is_told("failed", "own-9").early, 1);
  EXPECT_EQ(places().early, 0) << "nothing moves by itself";
  EXPECT_EQ(early(), 2);
  ASSERT_TRUE(
      hub_->db().write([&](store::Tx& tx) { return outbox::mark_sent(tx, brand_.id, id, "Noor", clock_.now()); }));
  const app::InReport report = places();
  EXPECT_EQ(early(), 0);
  EXPECT_EQ(report.placed, 1) << "a failure that nobody knows is shown";
}

TEST_F(EarlyReports, AreNotKeptForLongerThanSitesRepeatThem) {
  writes();
  is_killed_sending();
  sends("chat");
  EXPECT_EQ(is_told("delivered", "own-1").early, 1);
  clock_.advance(app::kEarlyFor + std::chrono::hours(1));
  places();
  EXPECT_EQ(early(), 0);
}

TEST_F(EarlyReports, OfSomebodyWhoIsErasedGoWithThem) {
  Thing word;
  word.id = "m1";
  word.author = "ada-of-mill-lane";
  word.at = clock_.now();
  receives("chat", word);
  thread_ = only_thread();
  const UpdateId id = answers(thread_, "We are sorry.").update;
  is_killed_sending();
  sends("chat");
  ASSERT_EQ(update(id).state, model::UpdateState::uncertain);
  Thing report;
  report.id = "delivered/own-1";
  report.author = word.author;
  report.report = "delivered";
  report.answers = "own-1";
  report.at = clock_.now();
  EXPECT_EQ(receives("chat", report).early, 1);
  app::EraseRequest request;
  request.brand = brand_.id;
  request.customer = reads([&](store::Reader& r) {
    return identity::customer_of(r, timeline::identity_of(r, thread(thread_).messages.at(0).id));
  });
  ASSERT_TRUE(app::erase_person(*hub_, request));
  EXPECT_EQ(raws(), 0);
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
