// The main job on channels that are no mail: answered in place by each one's own rules, and our own words coming back.
#include "core/app/by_hand.h"
#include "tests/flow/posts_fixture.h"

namespace amends::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using UState = model::UpdateState;

TEST_F(Posts, AReviewIsAnsweredInPublicAndOurReplyComesBackAsTheSameMessage) {
  receives("stars", review());
  const ThreadId id = only_thread();
  const app::Answer answer = answers(id, "We are sorry, Ada.");
  EXPECT_EQ(answer.visibility, model::Visibility::public_);
  EXPECT_EQ(answer.grade, channel::ReplyGrade::api);
  EXPECT_EQ(answer.length.limit, 120);
  EXPECT_EQ(words(thread(id).messages.back()), "We are sorry, Ada.");
  EXPECT_EQ(sends("stars").sent, 1);
  EXPECT_EQ(update(answer.update).external_id, "r1/reply");
  EXPECT_EQ(update(answer.update).post.permalink, "https://stars.test/r1/reply");
  EXPECT_EQ(update(answer.update).post.moderation, model::Moderation::pending);

  Site::of("stars").shows_ours("r1/reply", [](Thing& t) { t.moderation = "published"; });
  const auto report = receives("stars");
  EXPECT_EQ(report.copies, 1);
  EXPECT_EQ(messages(), 2);
  const auto ours = thread(id).messages.back();
  EXPECT_EQ(ours.update, answer.update);
  EXPECT_EQ(ours.message_id, "id:r1/reply");
  EXPECT_EQ(words(ours), "We are sorry, Ada.");
  EXPECT_TRUE(update(answer.update).echoed);
  EXPECT_EQ(update(answer.update).post.moderation, model::Moderation::published);
  EXPECT_TRUE(happened(id, "reply_published"));
  restarts();
  receives("stars");
  EXPECT_EQ(messages(), 2);
}

TEST_F(Posts, AReplyToOurPostIsItsAnswerWhicheverComesFirst) {
  Thing mention;
  mention.id = "p1";
  receives("posts", mention);
  const ThreadId id = only_thread();
  const app::Answer answer = answers(id, "Sorry! Which shop was it?");
  sends("posts");
  clock_.advance(minutes(5));
  Thing reply;
  reply.id = "p2";
  reply.text = "Mill Lane";
  reply.answers = "own-1";
  reply.at = clock_.now();
  receives("posts", reply);  // before our own post is shown
  Site::of("posts").shows_ours("own-1");
  receives("posts");
  EXPECT_EQ(only_thread(), id);
  EXPECT_EQ(thread(id).messages.size(), 3u);
  ASSERT_TRUE(update(answer.update).answered_at);

  clock_.advance(minutes(5));
  const app::Answer second = answers(id, "Thank you, we are looking into it.");
  sends("posts");
  Site::of("posts").shows_ours("own-2");
  receives("posts");
  Thing thanks;
  thanks.id = "p3";
  thanks.text = "Thanks!";
  thanks.answers = "own-2";
  thanks.at = clock_.now();
  receives("posts", thanks);
  EXPECT_TRUE(update(second.update).answered_at);
  EXPECT_EQ(thread(id).messages.size(), 5u);
}

TEST_F(Posts, ADoubtIsSettledByOurPostComingBackAndByNothingOlder) {
  Thing mention;
  mention.id = "p1";
  receives("chat", mention);
  clock_.advance(seconds(30));
  const ThreadId id = only_thread();
  // Somebody said the same there by hand, an hour before.
  Thing older;
  older.id = "by-hand";
  older.author = "cafe";
  older.own = true;
  older.answers = "p1";
  older.text = "We are sorry.";
  older.at = clock_.now() - hours(1);
  const app::Answer answer = answers(id, "We are sorry.");
  Site::of("chat").mood = Site::Mood::forgets;
  EXPECT_EQ(sends("chat").uncertain, 1);
  receives("chat", older);
  EXPECT_EQ(update(answer.update).state, UState::uncertain);
  EXPECT_EQ(messages(), 3);
  Site::of("chat").shows_ours("own-1", [](Thing& t) { t.text = "We are  sorry."; });
  receives("chat");
  EXPECT_EQ(update(answer.update).state, UState::sent);
  EXPECT_EQ(update(answer.update).external_id, "own-1");
  EXPECT_EQ(messages(), 3);
  EXPECT_EQ(Site::of("chat").writes(), 1);
}

TEST_F(Posts, AKeyedSendInDoubtIsRepeatedUnderItsKeyAndStandsThereOnce) {
  Thing mention;
  mention.id = "p1";
  receives("posts", mention);
  const app::Answer answer = answers(only_thread(), "We are sorry.");
  Site::of("posts").mood = Site::Mood::forgets;
  sends("posts");
  EXPECT_EQ(update(answer.update).state, UState::retry);
  Site::of("posts").mood = Site::Mood::serves;
  restarts();
  for (int i = 0; i < 50 && update(answer.update).state != UState::sent; ++i) {
    clock_.advance(minutes(5));
    sends("posts");
  }
  EXPECT_EQ(update(answer.update).state, UState::sent);
  EXPECT_EQ(Site::of("posts").ours().size(), 1u);
}

TEST_F(Posts, WhatTheSiteNeverNamedIsKnownByItsWords) {
  receives("stars", review());
  const app::Answer answer = answers(only_thread(), "We are sorry, Ada.");
  Site::of("stars").mood = Site::Mood::says_little;
  sends("stars");
  EXPECT_EQ(update(answer.update).external_id, "");
  Site::of("stars").shows_ours("r1/reply");
  receives("stars");
  EXPECT_EQ(messages(), 2);
  EXPECT_EQ(update(answer.update).external_id, "r1/reply");
}

TEST_F(Posts, ASecondAnswerOverwritesTheFirstAndSaysSo) {
  receives("stars", review());
  const ThreadId id = only_thread();
  const app::Answer first = answers(id, "We are sorry.");
  EXPECT_FALSE(tries(asks(id, "A fresh one is on the house.")));  // the first is still on its way
  sends("stars");
  Site::of("stars").shows_ours("r1/reply");
  receives("stars");

  const auto preview = previews(asks(id, "A fresh one is on the house."));
  ASSERT_TRUE(preview) << preview.error().what;
  ASSERT_TRUE(preview->slot.overwrites);
  EXPECT_EQ(preview->slot.overwrites->text, "We are sorry.");
  EXPECT_EQ(preview->slot.overwrites->external_id, "r1/reply");
  EXPECT_TRUE(has(preview->findings, "overwrites"));
  const app::Answer second = answers(id, "A fresh one is on the house.");
  sends("stars");
  EXPECT_EQ(Site::of("stars").ours().at("r1/reply").text, "A fresh one is on the house.");

  Site::of("stars").shows_ours("r1/reply", [](Thing& t) { t.moderation = "published"; });
  receives("stars");
  EXPECT_EQ(messages(), 3);
  const auto all = thread(id).messages;
  EXPECT_EQ(words(all[1]), "We are sorry.");
  EXPECT_TRUE(all[1].flags & timeline::kReplaced);
  EXPECT_EQ(words(all[2]), "A fresh one is on the house.");
  EXPECT_FALSE(all[2].flags & timeline::kReplaced);
  EXPECT_TRUE(update(second.update).echoed);
  EXPECT_EQ(update(first.update).state, UState::sent);
}

TEST_F(Posts, ATextThatIsTooLongIsRefusedWithOneThatFitsAndNothingIsStored) {
  receives("stars", review());
  const ThreadId id = only_thread();
  std::string text;
  for (int i = 0; i < 12; ++i) text += "We are really sorry. ";
  const auto preview = previews(asks(id, text));
  ASSERT_TRUE(preview);
  EXPECT_GT(preview->length.count, preview->length.limit);
  EXPECT_TRUE(has(preview->findings, "too_long"));
  const auto refused = tries(asks(id, text));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::invalid);
  EXPECT_FALSE(refused.error().hint.empty());
  EXPECT_EQ(messages(), 1);
  EXPECT_TRUE(tries(asks(id, refused.error().hint)));
}

TEST_F(Posts, APrivateAnswerHasItsTime) {
  Thing word;
  word.id = "c1";
  word.at = clock_.now();
  receives("chat", word);
  const ThreadId id = only_thread();
  auto preview = previews(asks(id, "Hello Ada"));
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->visibility, model::Visibility::private_);
  EXPECT_EQ(preview->window.state, app::WindowState::open);
  EXPECT_EQ(preview->window.closes_at, word.at + hours(24));
  clock_.advance(hours(30));
  preview = previews(asks(id, "Hello Ada"));
  EXPECT_EQ(preview->window.state, app::WindowState::person);
  EXPECT_TRUE(has(preview->findings, "person_only"));
  clock_.advance(hours(24 * 7));
  const auto refused = tries(asks(id, "Hello Ada"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::rejected);
  EXPECT_EQ(messages(), 1);
  // The next word of the customer opens it again, and answers what we said.
  word.id = "c2";
  word.at = clock_.now();
  receives("chat", word);
  ThreadId now = list().front().thread;
  const app::Answer answer = answers(now, "Hello Ada");
  EXPECT_EQ(answer.to.at(0).handle, "ada");
  EXPECT_EQ(sends("chat").sent, 1);
}

TEST_F(Posts, WhatAPersonPostsWaitsForThemAndIsVerifiedByThePull) {
  Thing there = review();
  there.link = "https://guide.test/r1";
  receives("guide", there);
  const ThreadId id = only_thread();
  const app::Answer answer = answers(id, "We are sorry, Ada.");
  EXPECT_EQ(answer.grade, channel::ReplyGrade::prepared);
  EXPECT_EQ(answer.link, "https://guide.test/answer?of=id:r1");
  EXPECT_EQ(update(answer.update).state, UState::held);
  clock_.advance(minutes(10));
  const auto let_go = hub_->db().write(
      [&](store::Tx& tx) { return outbox::release(tx, brand_.id, answer.update, "Noor", clock_.now()); });
  EXPECT_FALSE(let_go);  // no program can

  const auto mark = [&] {
    return hub_->db().write([&](store::Tx& tx) {
      return app::mark_posted(*hub_, tx, brand_.id, answer.update, "https://guide.test/r1#answer", "Noor",
                              clock_.now());
    });
  };
  ASSERT_TRUE(mark());
  EXPECT_EQ(update(answer.update).state, UState::sent);
  EXPECT_FALSE(mark());
  EXPECT_TRUE(happened(id, "reply_posted"));
  EXPECT_FALSE(happened(id, "reply_verified"));
  Thing ours;
  ours.id = "r1/owner";
  ours.author = "cafe";
  ours.own = true;
  ours.answers = "r1";
  ours.text = "We are sorry, Ada.";
  ours.at = clock_.now();
  receives("guide", ours);
  EXPECT_EQ(messages(), 2);
  EXPECT_TRUE(happened(id, "reply_verified"));
  clock_.advance(hours(24 * 30));
  EXPECT_EQ(*hub_->db().write([&](store::Tx& tx) -> Result<int> { return app::tell_unverified(tx, clock_.now()); }), 0);
}

TEST_F(Posts, WhatWasNeverSeenThereIsToldOnce) {
  receives("guide", review());
  const ThreadId id = only_thread();
  const app::Answer answer = answers(id, "We are sorry, Ada.");
  ASSERT_TRUE(hub_->db().write(
      [&](store::Tx& tx) { return app::mark_posted(*hub_, tx, brand_.id, answer.update, "", "Noor", clock_.now()); }));
  const auto told = [&] {
    return *hub_->db().write([&](store::Tx& tx) -> Result<int> { return app::tell_unverified(tx, clock_.now()); });
  };
  EXPECT_EQ(told(), 0);
  clock_.advance(outbox::kVerifyWithin);
  EXPECT_EQ(told(), 1);
  EXPECT_EQ(told(), 0);
  EXPECT_TRUE(happened(id, "reply_unverified"));
}

TEST_F(Posts, AReplyThatTheSiteRefusesOpensItsThreadAgainWithItsReason) {
  receives("stars", review());
  const ThreadId id = only_thread();
  const app::Answer answer = answers(id, "We are sorry, Ada.");
  sends("stars");
  ASSERT_TRUE(*hub_->db().write([&](store::Tx& tx) { return inbox::close(tx, id); }));
  Site::of("stars").shows_ours("r1/reply", [](Thing& t) {
    t.moderation = "rejected";
    t.reason = "advertises";
  });
  receives("stars");
  EXPECT_EQ(update(answer.update).post.moderation, model::Moderation::rejected);
  EXPECT_EQ(update(answer.update).post.moderation_reason, "advertises");
  EXPECT_TRUE(happened(id, "reply_rejected"));
  EXPECT_EQ(list(inbox::View::open).size(), 1u);
  // The place is free again.
  EXPECT_TRUE(tries(asks(id, "We are sorry.")));
}

}  // namespace
}  // namespace amends::test
