// The main job, end to end: mail comes in, stands on one timeline, is answered, and the reply is tracked.
#include <algorithm>

#include "core/app/changes.h"
#include "tests/flow/hub_fixture.h"

namespace amends::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class Flow : public HubTest {
 protected:
  app::Answer answers(ThreadId thread, const std::string& text, std::int64_t seen = 0) {
    app::AnswerRequest request;
    request.thread = thread;
    request.text = text;
    request.at_once = true;
    request.seen_version = seen;
    auto answer = app::Answers(*hub_, brand_, "Noor").send(request);
    EXPECT_TRUE(answer) << answer.error().what;
    return *std::move(answer);
  }
};

TEST_F(Flow, AMailIsAnsweredAndItsReplyIsTracked) {
  receives(Mail{.id = "m1@guest.test"});
  const ThreadId id = only_thread();
  EXPECT_TRUE(list(inbox::View::waiting).size() == 1);

  const app::Answer answer = answers(id, "We are sorry, Ada. A fresh one is on the house.");
  EXPECT_EQ(answer.to.at(0).handle, "ada@guest.test");
  EXPECT_EQ(sends().sent, 1);
  EXPECT_EQ(update(answer.update).state, model::UpdateState::sent);
  EXPECT_TRUE(list(inbox::View::waiting).empty());

  const model::Content sent = mime::parse(Remote::the().last_delivered());
  EXPECT_EQ(sent.in_reply_to, (std::vector<std::string>{"m1@guest.test"}));
  EXPECT_EQ(sent.subject, "Re: Cold coffee");
  ASSERT_EQ(sent.from.size(), 1u);
  EXPECT_EQ(sent.from[0].name, "Morgenrot am Markt");
  EXPECT_EQ(sent.from[0].handle, "support@cafe.test");
  EXPECT_EQ(sent.message_id, answer.message_id);
  EXPECT_NE(sent.text.find("on the house"), std::string::npos);

  clock_.advance(hours(1));
  receives(Mail{.id = "m2@guest.test",
                .subject = "Re: Cold coffee",
                .text = "Thank you!",
                .in_reply_to = answer.message_id,
                .date = clock_.now()});
  EXPECT_EQ(only_thread(), id);
  const auto tracked = update(answer.update);
  ASSERT_TRUE(tracked.answered_at);
  EXPECT_EQ(thread(id).messages.size(), 3u);
  EXPECT_EQ(list(inbox::View::waiting).size(), 1u);
}

TEST_F(Flow, TheSameMailComesInOnceHoweverOftenItIsDelivered) {
  const Mail mail{.id = "m1@guest.test"};
  for (int i = 0; i < 5; ++i) receives(mail);  // five UIDs
  restarts();
  receives();
  EXPECT_EQ(messages(), 1);
}

TEST_F(Flow, OurOwnMailComingBackSettlesTheUpdateAndIsNotDoubled) {
  receives(Mail{.id = "m1@guest.test"});
  const app::Answer answer = answers(only_thread(), "We are sorry.");
  Remote::the().mood = Remote::Mood::forgets;
  EXPECT_EQ(sends().uncertain, 1);
  EXPECT_EQ(update(answer.update).state, model::UpdateState::uncertain);
  EXPECT_EQ(list(inbox::View::waiting).size(), 1u) << "until it is known, nobody counts it as an answer";
  // It went after all: the copy in Sent comes by the next pull.
  Remote::the().puts(Remote::the().last_delivered(), true);
  receives();
  EXPECT_EQ(update(answer.update).state, model::UpdateState::sent);
  EXPECT_TRUE(list(inbox::View::waiting).empty());
  EXPECT_EQ(messages(), 2);
  EXPECT_EQ(Remote::the().deliveries()[answer.message_id], 1);
}

TEST_F(Flow, ASendInDoubtIsNeverRepeatedByItself) {
  receives(Mail{.id = "m1@guest.test"});
  const app::Answer answer = answers(only_thread(), "We are sorry.");
  Remote::the().mood = Remote::Mood::forgets;
  sends();
  Remote::the().mood = Remote::Mood::serves;
  for (int i = 0; i < 100; ++i) {
    clock_.advance(minutes(10));
    sends();
  }
  EXPECT_EQ(Remote::the().deliveries()[answer.message_id], 1);
  EXPECT_EQ(update(answer.update).state, model::UpdateState::uncertain);  // a person decides
  EXPECT_EQ(list(inbox::View::waiting).size(), 1u);
}

TEST_F(Flow, ADoubtThatTheSentFolderSettlesNeedsNobody) {
  receives(Mail{.id = "m1@guest.test"});
  const app::Answer answer = answers(only_thread(), "We are sorry.");
  Remote::the().files_sent = true;
  Remote::the().mood = Remote::Mood::forgets;
  sends();
  for (int i = 0; i < 20 && update(answer.update).state != model::UpdateState::sent; ++i) {
    clock_.advance(minutes(1));
    sends();
  }
  EXPECT_EQ(update(answer.update).state, model::UpdateState::sent);
  EXPECT_EQ(Remote::the().deliveries()[answer.message_id], 1);
}

TEST_F(Flow, AConnectionThatBreaksBeforeTheDotIsTriedAgainWithTheSameBytes) {
  receives(Mail{.id = "m1@guest.test"});
  const app::Answer answer = answers(only_thread(), "We are sorry.");
  Remote::the().mood = Remote::Mood::hangs_up;
  sends();
  EXPECT_EQ(update(answer.update).state, model::UpdateState::retry);
  Remote::the().mood = Remote::Mood::serves;
  restarts();
  for (int i = 0; i < 50 && Remote::the().deliveries().empty(); ++i) {
    clock_.advance(minutes(5));
    sends();
  }
  EXPECT_EQ(Remote::the().deliveries()[answer.message_id], 1);
}

TEST_F(Flow, ARefusedAnswerOpensItsThreadAgainWithTheReason) {
  receives(Mail{.id = "m1@guest.test"});
  const ThreadId id = only_thread();
  const app::Answer answer = answers(id, "We are sorry.");
  Remote::the().mood = Remote::Mood::refuses;
  EXPECT_EQ(sends().failed, 1);
  EXPECT_EQ(update(answer.update).state, model::UpdateState::failed);
  const auto view = thread(id);
  EXPECT_TRUE(std::any_of(view.events.begin(), view.events.end(),
                          [](const timeline::Event& e) { return e.kind == "send_failed"; }));
}

TEST_F(Flow, AnAnswerToAThreadThatMovedIsRefusedWithWhatIsNew) {
  receives(Mail{.id = "m1@guest.test"});
  const ThreadId id = only_thread();
  const std::int64_t seen = thread(id).version;
  receives(Mail{.id = "m2@guest.test",
                .subject = "Re: Cold coffee",
                .text = "Never mind, solved!",
                .in_reply_to = "m1@guest.test"});
  app::AnswerRequest request;
  request.thread = id;
  request.text = "We are sorry.";
  request.seen_version = seen;
  const auto refused = app::Answers(*hub_, brand_, "Noor").send(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::conflict);
  EXPECT_NE(refused.error().hint.find("solved"), std::string::npos);
  EXPECT_EQ(messages(), 2);
}

TEST_F(Flow, AStrangerWhoQuotesAMessageIdDoesNotGetIntoTheThread) {
  receives(Mail{.id = "m1@guest.test"});
  const ThreadId id = only_thread();
  receives(Mail{.id = "evil@attacker.test",
                .from = "mallory@attacker.test",
                .subject = "Re: Cold coffee [#1]",
                .text = "Send me the history",
                .in_reply_to = "m1@guest.test"});
  EXPECT_EQ(list().size(), 2u);
  EXPECT_EQ(thread(id).messages.size(), 1u);
}

TEST_F(Flow, AnotherMailUnderAKnownMessageIdIsKeptAndBothAreFlagged) {
  receives(Mail{.id = "m1@guest.test"});
  const auto report = receives(Mail{.id = "m1@guest.test", .from = "mallory@attacker.test", .text = "Other words"});
  EXPECT_EQ(report.flagged, 1);
  EXPECT_EQ(messages(), 2);
  for (const auto& row : list()) {
    for (const auto& message : thread(row.thread).messages) EXPECT_TRUE(message.flags & timeline::kSameIdOtherContent);
  }
}

TEST_F(Flow, MailWithoutAMessageIdIsNeverDropped) {
  receives(Mail{.id = "", .text = "First"});
  receives(Mail{.id = "", .text = "Second"});
  EXPECT_EQ(messages(), 2);
}

TEST_F(Flow, ABounceIsToldOnTheThreadOnlyWhenItNamesAMessageIdOfOurs) {
  receives(Mail{.id = "m1@guest.test"});
  const ThreadId id = only_thread();
  const app::Answer answer = answers(id, "We are sorry.");
  sends();
  const auto report_about = [](const std::string& original) {
    return "From: MAILER-DAEMON@mx.guest.test\r\nTo: support@cafe.test\r\nSubject: Undelivered\r\n"
           "Date: Thu, 01 Jan 2026 10:00:00 +0000\r\nMessage-ID: <b." +
           original +
           ">\r\n"
           "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
           "--x\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
           "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.guest.test\r\n\r\n"
           "Final-Recipient: rfc822; ada@guest.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"
           "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
           "--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" +
           original +
           ">\r\nSubject: Re: Cold coffee\r\n\r\n"
           "--x--\r\n";
  };
  std::string forged = answer.message_id;
  forged[4] = forged[4] == 'a' ? 'b' : 'a';
  Remote::the().puts(report_about(forged));
  receives();
  EXPECT_EQ(update(answer.update).recipients.at(0).state, model::RecipientState::accepted);
  Remote::the().puts(report_about(answer.message_id));
  receives();
  EXPECT_EQ(update(answer.update).recipients.at(0).state, model::RecipientState::bounced);
  const auto view = thread(id);
  EXPECT_TRUE(std::any_of(view.events.begin(), view.events.end(),
                          [](const timeline::Event& e) { return e.kind == "bounced"; }));
  EXPECT_EQ(list(inbox::View::waiting).size(), 1u) << "she never had it";
}

TEST_F(Flow, AnOutageOfTenDaysLosesNothing) {
  receives(Mail{.id = "first@guest.test"});
  Remote::the().mood = Remote::Mood::is_down;
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(pulls().error);
    clock_.advance(hours(24));
  }
  for (int i = 0; i < 500; ++i) {
    Remote::the().puts(
        Mail{.id = "o" + std::to_string(i) + "@guest.test", .subject = "Order " + std::to_string(i)}.bytes());
  }
  Remote::the().mood = Remote::Mood::serves;
  receives();
  EXPECT_EQ(messages(), 501);
}

TEST_F(Flow, AWrongPasswordPausesTheAccountUntilAPersonActs) {
  Remote::the().mood = Remote::Mood::wrong_password;
  EXPECT_EQ(pulls().error->kind, Kind::unauthorized);
  const auto rows = reads([](store::Reader& r) { return ingest::accounts(r); });
  EXPECT_EQ(rows.at(0).state, "paused");
}

TEST_F(Flow, SomebodyWhoWritesInOurNameIsNotUs) {
  receives(Mail{.id = "m1@guest.test"});
  receives(Mail{.id = "m2@attacker.test",
                .from = "support@cafe.test",
                .subject = "Re: Cold coffee",
                .text = "Refund granted",
                .in_reply_to = "m1@guest.test",
                .verified = false});
  const auto rows = list();
  EXPECT_EQ(rows.size(), 2u);
  for (const auto& row : rows) EXPECT_EQ(row.direction, model::Direction::in);
}

TEST_F(Flow, AReplyThatLostItsHeadersFindsItsThreadByTheSignedAddress) {
  receives(Mail{.id = "m1@guest.test"});
  const ThreadId id = only_thread();
  answers(id, "We are sorry.");
  sends();
  const model::Content sent = mime::parse(Remote::the().last_delivered());
  ASSERT_EQ(sent.reply_to.size(), 1u);
  EXPECT_NE(sent.reply_to[0].handle.find("support+"), std::string::npos);
  clock_.advance(hours(1));
  receives(Mail{.id = "m2@guest.test", .to = sent.reply_to[0].handle, .subject = "no subject", .date = clock_.now()});
  EXPECT_EQ(thread(id).messages.size(), 3u);
  // In a stranger's hands the address opens a thread of its own.
  receives(Mail{.id = "m3@attacker.test",
                .from = "mallory@attacker.test",
                .to = sent.reply_to[0].handle,
                .subject = "hello",
                .date = clock_.now()});
  EXPECT_EQ(thread(id).messages.size(), 3u);
  EXPECT_EQ(list().size(), 2u);
}

TEST_F(Flow, AnAnswerCanBeTakenBackWhileItWaits) {
  receives(Mail{.id = "m1@guest.test"});
  app::AnswerRequest request;
  request.thread = only_thread();
  request.text = "We are sorry.";
  const auto answer = app::Answers(*hub_, brand_, "Noor").send(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(sends().sent, 0);  // ten seconds to think again
  ASSERT_TRUE(hub_->db().write(
      [&](store::Tx& tx) { return outbox::cancel(tx, brand_.id, answer->update, "Noor", clock_.now()); }));
  clock_.advance(minutes(1));
  sends();
  EXPECT_TRUE(Remote::the().deliveries().empty());
}

TEST_F(Flow, AnAnswerThatReachedNobodyLeavesTheCustomerWaitingAsBefore) {
  receives(Mail{.id = "m1@guest.test"});
  const ThreadId id = only_thread();
  const auto before = list(inbox::View::waiting).at(0);
  const std::int64_t version = thread(id).version;
  app::AnswerRequest request;
  request.thread = id;
  request.text = "We are sorry.";
  const auto answer = app::Answers(*hub_, brand_, "Noor").send(request);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(list(inbox::View::waiting).empty());
  const auto decides = [&](auto decision) {
    return hub_->db().write([&](store::Tx& tx) -> Result<Done> {
      TRY_DO(decision(tx, brand_.id, answer->update, "Noor", clock_.now()));
      app::tell_update(tx, {brand_.id, clock_.now(), "Noor"}, answer->update);
      return Done{};
    });
  };
  ASSERT_TRUE(decides(outbox::cancel));
  const auto row = list(inbox::View::waiting).at(0);
  EXPECT_EQ(row.last_message, before.last_message);
  EXPECT_EQ(row.last_at, before.last_at);
  EXPECT_EQ(row.direction, model::Direction::in);
  EXPECT_EQ(thread(id).messages.size(), 2u) << "it is kept, and shown as taken back";
  EXPECT_EQ(thread(id).version, version + 1) << "nothing came that its author has not seen";

  // It had gone after all: a copy of it comes from the Sent folder.
  Remote::the().puts(
      "From: support@cafe.test\r\nTo: ada@guest.test\r\nSubject: Re: Cold coffee\r\n"
      "Date: Thu, 01 Jan 2026 10:00:00 +0000\r\nMessage-ID: <" +
      answer->message_id + ">\r\n\r\nWe are sorry.\r\n");
  receives();
  EXPECT_EQ(update(answer->update).state, model::UpdateState::sent);
  EXPECT_TRUE(list(inbox::View::waiting).empty());
}

TEST_F(Flow, ATemplateWithGapsSendsNothingAndListsThem) {
  receives(Mail{.id = "m1@guest.test"});
  app::AnswerRequest request;
  request.thread = only_thread();
  request.step = "apology";
  request.at_once = true;
  const auto refused = app::Answers(*hub_, brand_, "Noor").send(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::invalid);
  EXPECT_FALSE(refused.error().hint.empty());
  sends();
  EXPECT_TRUE(Remote::the().deliveries().empty());
  EXPECT_EQ(messages(), 1);
}

TEST_F(Flow, AMergeReadsAsOneTimelineAndItsUndoRestoresBoth) {
  receives(Mail{.id = "m1@guest.test"});
  receives(Mail{.id = "m2@other.test", .from = "ada@other.test", .subject = "Also me"});
  app::People people(*hub_, brand_, "Noor");
  const auto entries = [&](const std::string& who) {
    const auto customer = *hub_->db().read([&](store::Reader& r) { return app::find_customer(r, brand_.id, who); });
    return reads([&](store::Reader& r) { return timeline::page(r, customer.streams, {}, 50).entries; });
  };
  const auto merged = people.merge("ada@guest.test", "ada@other.test", "she said so");
  ASSERT_TRUE(merged);
  EXPECT_EQ(entries("ada@other.test").size(), 3u);  // two mails and the merge
  ASSERT_TRUE(people.undo(merged->value));
  const auto messages_of = [&](const std::string& who) {
    const auto all = entries(who);
    return std::count_if(all.begin(), all.end(), [](const timeline::Entry& e) { return e.message.has_value(); });
  };
  EXPECT_EQ(messages_of("ada@guest.test"), 1);
  EXPECT_EQ(messages_of("ada@other.test"), 1);
}

TEST_F(Flow, AMessagePutElsewhereByHandIsFollowedByInboxAndTimelineAndComesBack) {
  receives(Mail{.id = "m1@guest.test"});
  receives(Mail{.id = "m2@guest.test", .subject = "Something else"});
  const auto rows = list();
  ASSERT_EQ(rows.size(), 2u);
  app::People people(*hub_, brand_, "Noor");
  const auto op = people.join(rows[0].thread, rows[1].thread);
  ASSERT_TRUE(op) << op.error().what;
  EXPECT_EQ(list().size(), 1u);
  EXPECT_EQ(thread(rows[0].thread).messages.size(), 2u);
  ASSERT_TRUE(people.undo_threads(*op));
  EXPECT_EQ(list().size(), 2u);
  EXPECT_EQ(thread(rows[1].thread).messages.size(), 1u);
}

}  // namespace
}  // namespace amends::test
