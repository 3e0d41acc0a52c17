// What people and sites do to what stands there already: edits, deletions, the same thing told twice, the same person
// twice.
#include "core/app/by_hand.h"
#include "core/identity/suggest.h"
#include "tests/flow/posts_fixture.h"

namespace amends::test {
namespace {

using std::chrono::minutes;
using UState = model::UpdateState;

TEST_F(Posts, EditsAndDeletionsArriveInAnyOrderAndTheYoungestIsShown) {
  const auto version = [](const std::string& v, const std::string& text, bool deleted = false) {
    Thing out = review("r1", text);
    out.version = v;
    out.deleted = deleted;
    return out;
  };
  receives("stars", version("", "Cold coffee"));
  const ThreadId id = only_thread();
  const std::int64_t seen = thread(id).version;
  receives("stars", version("2", "Lukewarm coffee"));
  EXPECT_EQ(words(thread(id).messages[0]), "Lukewarm coffee");
  EXPECT_GT(thread(id).version, seen);
  receives("stars", version("1", "Chilly coffee"));  // late
  EXPECT_EQ(words(thread(id).messages[0]), "Lukewarm coffee");
  EXPECT_EQ(messages(), 1);
  EXPECT_EQ(found("lukewarm"), 1u);
  EXPECT_EQ(reads([&](store::Reader& r) { return timeline::versions_of(r, thread(id).messages[0].id).size(); }), 3u);

  app::AnswerRequest stale = asks(id, "We are sorry.");
  stale.seen_version = seen;
  const auto refused = tries(stale);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().hint.find("Lukewarm"), std::string::npos);

  receives("stars", version("3", "", true));
  const auto gone = thread(id).messages[0];
  EXPECT_TRUE(gone.flags & timeline::kDeleted);
  EXPECT_EQ(gone.preview, "");
  EXPECT_EQ(found("lukewarm"), 0u);
  EXPECT_TRUE(happened(id, "deleted"));
  receives("stars", version("2", "Lukewarm coffee, again"));
  EXPECT_TRUE(thread(id).messages[0].flags & timeline::kDeleted);
  const auto nothing_left = tries(asks(id, "We are sorry."));
  ASSERT_FALSE(nothing_left);
  EXPECT_EQ(nothing_left.error().kind, Kind::conflict);
}

TEST_F(Posts, ADeletionThatComesBeforeWhatItDeletesLeavesOnlyATrace) {
  Thing gone = review();
  gone.deleted = true;
  gone.version = "2";
  receives("stars", gone);
  receives("stars", review());
  EXPECT_EQ(messages(), 1);
  const auto message = thread(only_thread()).messages[0];
  EXPECT_TRUE(message.flags & timeline::kDeleted);
  EXPECT_EQ(message.preview, "");
  EXPECT_EQ(found("service"), 0u);
}

TEST_F(Posts, AnAnswerThatStillWaitsIsHeldWhenItsReviewIsEdited) {
  receives("stars", review());
  const ThreadId id = only_thread();
  app::AnswerRequest request = asks(id, "We are sorry, Ada.");
  request.at_once = false;
  const auto answer = tries(request);
  ASSERT_TRUE(answer);
  Thing edited = review("r1", "They made it good. Thank you!");
  edited.version = "2";
  edited.rating = 5;
  receives("stars", edited);
  EXPECT_EQ(update(answer->update).state, UState::held);
  EXPECT_TRUE(happened(id, "send_held"));
  clock_.advance(minutes(1));
  sends("stars");
  EXPECT_EQ(Site::of("stars").writes(), 0);
}

TEST_F(Posts, AnAnswerToAReviewThatIsGoneFailsAndTheAgentIsTold) {
  receives("stars", review());
  const ThreadId id = only_thread();
  const app::Answer answer = answers(id, "We are sorry, Ada.");
  Site::of("stars").mood = Site::Mood::refuses;
  EXPECT_EQ(sends("stars").failed, 1);
  EXPECT_EQ(update(answer.update).state, UState::failed);
  EXPECT_TRUE(happened(id, "send_failed"));
}

TEST_F(Posts, ARemovedReplyOfOursOpensTheThreadAgain) {
  receives("stars", review());
  const ThreadId id = only_thread();
  answers(id, "We are sorry, Ada.");
  sends("stars");
  Site::of("stars").shows_ours("r1/reply");
  receives("stars");
  ASSERT_TRUE(*hub_->db().write([&](store::Tx& tx) { return inbox::close(tx, id); }));
  Site::of("stars").shows_ours("r1/reply", [](Thing& t) {
    t.deleted = true;
    t.version = "9";
  });
  receives("stars");
  EXPECT_TRUE(thread(id).messages.back().flags & timeline::kDeleted);
  EXPECT_EQ(list(inbox::View::open).size(), 1u);
}

TEST_F(Posts, AReviewToldByMailAndByItsSiteIsOneMessage) {
  const Mail notice{.id = "n1@stars.test",
                    .from = "notify@stars.test",
                    .subject = "You have a new review",
                    .text =
                        "Stars: 2 | Author: Ada L. | At: Mill Lane | Link: https://stars.test/r1 | Cold coffee, "
                        "slow service."};
  receives_mail(notice);
  const ThreadId id = only_thread();
  auto first = thread(id).messages.at(0);
  EXPECT_EQ(first.channel, "stars");
  EXPECT_EQ(first.kind, model::MessageKind::review);
  EXPECT_EQ(first.rating, 2.0);
  EXPECT_EQ(first.permalink, "https://stars.test/r1");
  EXPECT_TRUE(first.flags & timeline::kFromNotice);
  EXPECT_EQ(words(first), "Cold coffee, slow service.");
  EXPECT_TRUE(first.identity);
  // Its site's own name is not known yet: a person can answer, the program can't.
  const auto by_hand = previews(asks(id, "We are sorry."));
  ASSERT_TRUE(by_hand);
  EXPECT_EQ(by_hand->grade, channel::ReplyGrade::prepared);

  receives("stars", review());
  EXPECT_EQ(messages(), 1);
  const auto now = thread(id).messages.at(0);
  EXPECT_EQ(now.id, first.id);
  EXPECT_FALSE(now.flags & timeline::kFromNotice);
  EXPECT_EQ(now.message_id, "id:r1");
  const auto customer = *hub_->db().read([&](store::Reader& r) { return app::find_customer(r, brand_.id, "ada"); });
  EXPECT_EQ(customer.identities.size(), 2u);

  answers(id, "We are sorry, Ada.");
  EXPECT_EQ(sends("stars").sent, 1);
  EXPECT_EQ(Site::of("stars").ours().at("r1/reply").answers, "r1");
  // A reminder of the same review changes nothing; nor does a mail of it that comes after its site told.
  Mail again = notice;
  again.id = "n2@stars.test";
  receives_mail(again);
  EXPECT_EQ(messages(), 2);
}

TEST_F(Posts, AMailThatPretendsToTellOfAReviewStaysAMail) {
  Mail forged{.id = "n1@stars.test",
              .from = "notify@stars.test",
              .text = "Stars: 1 | Author: Ada L. | At: Mill Lane | Link: https://stars.test/r1 | Horrible"};
  forged.verified = false;
  receives_mail(forged);
  EXPECT_EQ(thread(only_thread()).messages.at(0).channel, "fake");
}

TEST_F(Posts, TwoReviewsWithTheSameWordsByOnePersonStayTwo) {
  receives("stars", review("r1", "Great!"));
  receives("stars", review("r2", "Great!"));
  EXPECT_EQ(messages(), 2);
}

TEST_F(Posts, APersonIsReachedInPrivateThroughAnotherChannelOnlyWhenTheyAreOneCustomer) {
  receives_mail(Mail{.id = "m1@guest.test", .text = "About my order KC-48213"});
  receives("stars", review());
  const auto rows = list();
  ThreadId id;
  for (const auto& row : rows) {
    if (row.channel == "stars") id = row.thread;
  }
  app::AnswerRequest request = asks(id, "Dear Ada, this is only for you.");
  request.account = "support";
  const auto mail_identity =
      reads([&](store::Reader& r) { return identity::find_identity(r, brand_.id, "email", "ada@guest.test"); });
  ASSERT_TRUE(mail_identity);
  request.recipient = mail_identity->id;
  EXPECT_FALSE(tries(request));  // nobody said that they are one
  ASSERT_TRUE(app::People(*hub_, brand_, "Noor").merge("ada@guest.test", "ada", "she said so"));

  request.recipient = {};
  const auto whom = tries(request);
  ASSERT_FALSE(whom);
  EXPECT_NE(whom.error().hint.find("ada@guest.test"), std::string::npos);
  request.recipient = mail_identity->id;
  const auto answer = tries(request);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->visibility, model::Visibility::private_);
  EXPECT_EQ(answer->to.at(0).handle, "ada@guest.test");
  EXPECT_EQ(HubTest::sends().sent, 1);
  EXPECT_EQ(thread(id).messages.size(), 2u);
  EXPECT_EQ(Remote::the().last_delivered().find("Cold coffee"), std::string::npos);

  // What she wrote in private doesn't slip into the public reply.
  const auto leaks = tries(asks(id, "We refunded order KC-48213 to ada@guest.test."));
  ASSERT_FALSE(leaks);
  EXPECT_EQ(leaks.error().kind, Kind::conflict);
  app::AnswerRequest anyway = asks(id, "We refunded order KC-48213.");
  const auto preview = previews(anyway);
  ASSERT_TRUE(preview);
  EXPECT_TRUE(has(preview->findings, "private_in_public"));
  anyway.confirmed = true;
  EXPECT_TRUE(tries(anyway));
}

TEST_F(Posts, AKillBetweenTheReturnAndTheReceiptIsSettledByThePull) {
  receives("stars", review());
  const app::Answer answer = answers(only_thread(), "We are sorry, Ada.");
  // Claimed, past the point of no return, taken by the site: and then the program was gone.
  ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<Done> {
    TRY(const auto claimed,
        outbox::claim(tx, answer.update, {hub_->epoch(), (clock_.ticks() + minutes(30)).count()}, clock_.now()));
    return outbox::mark_point_of_no_return(tx, claimed, {}, clock_.now());
  }));
  Thing ours;
  ours.id = "r1/reply";
  ours.author = "cafe";
  ours.own = true;
  ours.answers = "r1";
  ours.text = "We are sorry, Ada.";
  ours.at = clock_.now();
  restarts();
  receives("stars", ours);  // before the outbox recovers
  ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<std::int64_t> {
    return outbox::recover(tx, {hub_->epoch(), clock_.ticks().count()}, clock_.now());
  }));
  EXPECT_EQ(update(answer.update).state, UState::sent);
  sends("stars");
  EXPECT_EQ(Site::of("stars").writes(), 0);
  EXPECT_EQ(messages(), 2);
}

TEST_F(Posts, AReplyWrittenOnTheSiteByHandStandsOnTheCustomersTimeline) {
  receives("stars", review());
  Thing ours;
  ours.id = "r1/reply";
  ours.author = "cafe";
  ours.own = true;
  ours.answers = "r1";
  ours.text = "Written elsewhere";
  ours.version = "1";
  receives("stars", ours);
  const ThreadId id = only_thread();
  const auto all = thread(id).messages;
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].identity, all[0].identity);
  const auto preview = previews(asks(id, "Better words"));
  ASSERT_TRUE(preview);
  ASSERT_TRUE(preview->slot.overwrites);
  EXPECT_EQ(preview->slot.overwrites->text, "Written elsewhere");
}

TEST_F(Posts, WhoWroteAMailAndAReviewIsSuggestedForTheSameWordsAndNeverLinked) {
  const std::string words = "The coffee was cold, the cake was dry, and nobody at the counter wanted to hear of it.";
  receives_mail(Mail{.id = "m1@guest.test", .text = words});
  Thing said = review("r1", words);
  said.name = "Somebody";
  receives("stars", said);
  const auto customers = [&](const std::string& who) {
    return *hub_->db().read([&](store::Reader& r) { return app::find_customer(r, brand_.id, who); });
  };
  EXPECT_NE(customers("ada").id, customers("ada@guest.test").id);
  const auto found = reads([&](store::Reader& r) { return identity::suggest(r, brand_.id, customers("ada").id); });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].other, customers("ada@guest.test").id);
  EXPECT_EQ(found[0].reasons.back().field, "same words");
}

TEST_F(Posts, TheWaysToAnswerAreKnownBeforeAnythingIsWritten) {
  receives_mail(Mail{.id = "m1@guest.test"});
  receives("stars", review());
  ASSERT_TRUE(app::People(*hub_, brand_, "Noor").merge("ada@guest.test", "ada", "she said so"));
  for (const auto& row : list()) {
    if (row.channel != "stars") continue;
    const auto ways = app::Answers(*hub_, brand_, "Noor").ways(row.thread, {});
    ASSERT_TRUE(ways);
    ASSERT_EQ(ways->size(), 2u);
    EXPECT_EQ(ways->at(0).answer.visibility, model::Visibility::public_);
    EXPECT_EQ(ways->at(0).answer.length.limit, 120);
    EXPECT_EQ(ways->at(0).answer.slot.per_item, 1);
    EXPECT_TRUE(ways->at(0).answer.findings.empty());
    EXPECT_EQ(ways->at(1).answer.account, "support");
    EXPECT_EQ(ways->at(1).answer.visibility, model::Visibility::private_);
    EXPECT_TRUE(ways->at(1).recipient);
  }
}

}  // namespace
}  // namespace amends::test
