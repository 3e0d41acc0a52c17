// The main job on channels that are no mail: answered in place by each one's own rules, and our own words coming back.
#include <algorithm>

#include "core/app/by_hand.h"
#include "core/app/check.h"
#include "core/identity/suggest.h"
#include "core/search/search.h"
#include "tests/flow/hub_fixture.h"

namespace amends::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using UState = model::UpdateState;

class Posts : public HubTest {
 protected:
  Posts() : HubTest(true) {}
  ~Posts() override {
    const auto faults = app::check_everything(hub_->db(), {});
    EXPECT_TRUE(faults && faults->empty()) << (faults && !faults->empty() ? faults->front() : "");
  }

  const app::HubAccount& account(const std::string& name) {
    for (const app::HubAccount* one : hub_->accounts()) {
      if (one->name == name) return *one;
    }
    throw std::runtime_error("no account " + name);
  }
  std::unique_ptr<channel::Connector> opens(const std::string& name) {
    const app::HubAccount& there = account(name);
    return *there.channel->open(*there.settings, hub_->environment(there));
  }
  app::InReport receives(const std::string& name) {
    Site::of(name).now = clock_.now();
    const auto connector = opens(name);
    const auto report = app::pull_account(*hub_, account(name), *connector, {}, {});
    EXPECT_FALSE(report.error);
    return places();
  }
  app::InReport receives(const std::string& name, const Thing& thing) {
    Site::of(name).delivers(thing);
    return receives(name);
  }
  app::InReport receives_mail(const Mail& mail) { return HubTest::receives(mail); }
  app::SendRound sends(const std::string& name) {
    Site::of(name).now = clock_.now();
    const auto connector = opens(name);
    return app::send_due(*hub_, account(name), *connector, {});
  }

  app::AnswerRequest asks(ThreadId thread, const std::string& text) {
    app::AnswerRequest request;
    request.thread = thread;
    request.text = text;
    request.at_once = true;
    return request;
  }
  Result<app::Answer> tries(const app::AnswerRequest& request) {
    return app::Answers(*hub_, brand_, "Noor").send(request);
  }
  Result<app::Answer> previews(const app::AnswerRequest& request) {
    return app::Answers(*hub_, brand_, "Noor").preview(request);
  }
  app::Answer answers(ThreadId thread, const std::string& text) {
    auto answer = tries(asks(thread, text));
    EXPECT_TRUE(answer) << answer.error().what << " " << answer.error().hint;
    return answer ? *std::move(answer) : app::Answer{};
  }
  bool happened(ThreadId id, const std::string& kind) {
    const auto events = thread(id).events;
    return std::any_of(events.begin(), events.end(), [&](const timeline::Event& e) { return e.kind == kind; });
  }
  std::string words(const timeline::Message& message) {
    const auto content = hub_->db().read([&](store::Reader& r) { return app::read_content(*hub_, r, message); });
    EXPECT_TRUE(content) << content.error().what;
    return content ? content->text : "";
  }
  std::size_t found(const std::string& word) {
    search::Query query;
    query.brand = brand_.id;
    query.words = word;
    query.budget = {};
    return reads([&](store::Reader& r) { return search::find(r, query)->hits.size(); });
  }
  static bool has(const std::vector<app::AnswerFinding>& findings, const std::string& rule) {
    return std::any_of(findings.begin(), findings.end(), [&](const app::AnswerFinding& f) { return f.rule == rule; });
  }
  static Thing review(const std::string& id = "r1", const std::string& text = "Cold coffee, slow service.") {
    Thing out;
    out.id = id;
    out.text = text;
    out.rating = 2;
    out.location = "Mill Lane";
    out.link = "https://stars.test/" + id;
    return out;
  }
};

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
