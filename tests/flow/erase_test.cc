// Erasing a person, with words that stand nowhere else: afterwards no file of the data folder and no stored item holds
// them, others' items are untouched, and neither the mailbox nor an old ledger brings them back.
#include "core/app/erase.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "core/app/check.h"
#include "core/app/desk.h"
#include "core/app/ledger_file.h"
#include "core/search/search.h"
#include "tests/flow/hub_fixture.h"

namespace amends::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kJane = "jane@quokka.test";
const std::vector<std::string> kWords = {"quokka", "zanzibar", "wombatfest"};

class EraseTest : public HubTest {
 protected:
  Mail mail(const std::string& id, const std::string& from, const std::string& text,
            const std::string& subject = "Cold coffee") {
    Mail m;
    m.id = id;
    m.from = from;
    m.text = text;
    m.subject = subject;
    return m;
  }
  // Others' mail, enough of it to train a dictionary with Jane's among the samples.
  void others_write(int count) {
    for (int i = 0; i < count; ++i) {
      Remote::the().puts(mail("o" + std::to_string(i) + "@guest.test", "guest" + std::to_string(i % 40) + "@guest.test",
                              "Order " + std::to_string(i * 7919) + " came late and cold.",
                              "Order " + std::to_string(i))
                             .bytes());
    }
    receives();
  }
  std::string janes_mail(int n) {
    Mail m =
        mail("j" + std::to_string(n) + "@quokka.test", kJane,
             "I went to the wombatfest in zanzibar, nr " + std::to_string(n) + ".", "Zanzibar " + std::to_string(n));
    m.more = "X-Note: quokka zanzibar wombatfest\r\n";
    return m.bytes();
  }
  void jane_writes(int from, int to) {
    for (int i = from; i <= to; ++i) Remote::the().puts(janes_mail(i));
    receives();
  }
  Result<app::Answer> answers(ThreadId thread, const std::string& text) {
    app::AnswerRequest request;
    request.thread = thread;
    request.text = text;
    return app::Answers(*hub_, brand_, "ann").send(request);
  }
  CustomerId customer(std::string_view who) {
    return reads([&](store::Reader& r) {
      const auto found = app::find_customer(r, brand_.id, who);
      return found ? found->id : CustomerId{};
    });
  }
  ThreadId thread_of(std::string_view subject) {
    return reads([&](store::Reader& r) {
      return ThreadId{r.count("SELECT thread_id FROM message WHERE subject = ? ORDER BY id", subject)};
    });
  }
  app::Erased erase(std::string_view who) {
    clock_.advance(std::chrono::hours(24));
    const CustomerId id = customer(who);
    EXPECT_TRUE(id);
    app::EraseRequest request;
    request.brand = brand_.id;
    request.customer = id;
    auto erased = app::erase_person(*hub_, request);
    EXPECT_TRUE(erased) << erased.error().what;
    return erased ? *erased : app::Erased{};
  }

  // Where a word stands: a file of the data folder, or a stored item once it is unpacked.
  std::vector<std::string> places(const std::vector<std::string>& words) {
    std::vector<std::string> out;
    const auto look = [&](const std::string& where, std::string bytes) {
      std::transform(bytes.begin(), bytes.end(), bytes.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      for (const auto& word : words) {
        if (bytes.find(word) != std::string::npos) out.push_back(word + " in " + where);
      }
    };
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "data")) {
      if (entry.is_regular_file()) look(entry.path().filename().string(), read_file(entry.path()));
    }
    reads([&](store::Reader& r) {
      std::vector<RawItemId> ids;
      for (auto q = r.query("SELECT raw_id FROM raw_body"); q.next();) ids.push_back(q.row().id<RawItemId>(0));
      for (const auto id : ids) look("item " + std::to_string(id.value), *hub_->codec().get(r, id));
      for (auto q = r.query("SELECT bytes FROM raw_dictionary"); q.next();)
        look("dictionary", std::string(q.row().blob(0)));
      return 0;
    });
    return out;
  }
  std::vector<std::string> faults() {
    auto found = app::check_everything(hub_->db(), {});
    return found ? *found : std::vector<std::string>{found.error().what};
  }
  std::int64_t found(const std::string& words) {
    return reads([&](store::Reader& r) {
      search::Query query;
      query.brand = brand_.id;
      query.words = words;
      const auto page = search::find(r, query);
      return page ? static_cast<std::int64_t>(page->hits.size()) : -1;
    });
  }
};

TEST_F(EraseTest, NoFileAndNoItemHoldsAWordOfTheirsAndOthersAreUntouched) {
  others_write(100);
  jane_writes(1, 30);
  others_write(250);
  ASSERT_GT(reads([](store::Reader& r) { return r.count("SELECT COUNT(*) FROM raw_sample"); }), 0);
  const auto before = messages();
  const ThreadId thread = thread_of("Zanzibar 3");
  app::Desk desk(*hub_, brand_, "ann");
  ASSERT_TRUE(desk.note(thread, "She loves the wombatfest"));
  ASSERT_TRUE(desk.tag(thread, "zanzibar"));
  ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<Done> {
    return inbox::save_draft(tx, thread, "bea", {"Dear quokka", 0, clock_.now()});
  }));
  const auto answer = answers(thread, "See you in Zanzibar at the wombatfest");
  ASSERT_TRUE(answer) << answer.error().what;
  clock_.advance(std::chrono::seconds(20));
  sends();
  const auto waiting = answers(thread_of("Zanzibar 4"), "Zanzibar, not yet gone");
  ASSERT_TRUE(waiting);
  Remote::the().puts("X-Poison: refuse\r\nFrom: " + std::string(kJane) + "\r\n\r\nzanzibar");
  receives();
  // A program that was told, with the words it asked for.
  ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<Done> {
    tx.run(
        "INSERT INTO webhook_endpoint (id, brand_id, url, sealed_secret, sealed_previous, kinds, include_text, state,"
        " reason, position, failures, created_at, created_by) VALUES (1, ?, 'u', '', '', '', 1, 0, '', 0, 0, 0, '')",
        brand_.id);
    tx.run(
        "INSERT INTO webhook_delivery (endpoint_id, brand_id, webhook_id, kind, body, message_id, state, attempts, "
        "replay,"
        " created_at) SELECT 1, brand_id, 'w' || id, 'message.created', 'zanzibar', id, 0, 0, 0, 0 FROM message WHERE"
        " thread_id = ?",
        thread);
    return Done{};
  }));
  // A copy of the database from before an update of the schema.
  write_file(folder_ / "data/amends.db.before-16", "SQLite format 3 zanzibar");

  const auto plan = reads([&](store::Reader& r) { return app::plan_erasure(*hub_, r, brand_.id, customer(kJane)); });
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->messages.size(), 32u);
  EXPECT_EQ(plan->items.size(), 33u) << "one in quarantine names her";
  EXPECT_EQ(plan->threads.size(), 30u);
  EXPECT_EQ(plan->notes, 1);
  EXPECT_EQ(plan->drafts, 1);
  EXPECT_EQ(plan->updates.size(), 2u);
  EXPECT_FALSE(places(kWords).empty());

  const app::Erased erased = erase(kJane);
  EXPECT_TRUE(erased.scrubbed);
  EXPECT_THAT(places(kWords), IsEmpty());
  EXPECT_EQ(messages(), before - 30);
  EXPECT_EQ(found("zanzibar"), 0);
  EXPECT_EQ(found("came late"), 50);
  EXPECT_FALSE(customer(kJane));
  EXPECT_THAT(faults(), IsEmpty());
  EXPECT_EQ(update(waiting->update).state, model::UpdateState::cancelled);
  EXPECT_EQ(update(answer->update).state, model::UpdateState::sent) << "an id is a name that was given out";
  EXPECT_THAT(erased.pseudonym, HasSubstr("erased-"));

  restarts();
  EXPECT_THAT(places(kWords), IsEmpty());
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(EraseTest, AMailToTwoPeopleStaysWithTheOther) {
  others_write(3);
  jane_writes(1, 1);
  Remote::the().puts(
      "From: support@cafe.test\r\nTo: Jane <jane@quokka.test>, Bob <bob@guest.test>\r\nMessage-ID: <both@cafe.test>\r\n"
      "Subject: The party\r\nDate: Thu, 1 Jan 2026 10:00:00 +0000\r\n\r\nBoth of you are invited.\r\n",
      true);
  receives();
  ASSERT_TRUE(customer("bob@guest.test"));
  ASSERT_EQ(found("jane invited"), 1);
  const auto erased = erase(kJane);
  EXPECT_EQ(erased.plan.shared.size(), 1u);
  EXPECT_EQ(found("invited"), 1);
  EXPECT_EQ(found("jane"), 0);
  EXPECT_EQ(found("zanzibar"), 0);
  EXPECT_FALSE(customer(kJane));
  const auto bobs = reads([&](store::Reader& r) {
    const auto who = *app::find_customer(r, brand_.id, "bob@guest.test");
    return timeline::page(r, who.streams, {}, 10).entries.size();
  });
  EXPECT_EQ(bobs, 1u);
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(EraseTest, InAThreadWithOthersOnlyTheirOwnWordsGo) {
  jane_writes(1, 1);
  Mail reply = mail("b1@guest.test", "bob@guest.test", "I was there too.", "Re: Zanzibar 1");
  reply.in_reply_to = "j1@quokka.test";
  receives(reply);
  // An agent knows that it is one conversation.
  app::People people(*hub_, brand_, "ann");
  const auto rows = list();
  if (rows.size() == 2) {
    ASSERT_TRUE(people.join(rows[0].thread, rows[1].thread));
  }
  ASSERT_EQ(list().size(), 1u);
  const ThreadId thread = list().front().thread;
  app::Desk desk(*hub_, brand_, "ann");
  ASSERT_TRUE(desk.note(thread, "Two friends"));

  const auto erased = erase(kJane);
  EXPECT_EQ(erased.plan.shared_threads.size(), 1u);
  EXPECT_EQ(erased.plan.notes_kept, 1);
  ASSERT_EQ(list().size(), 1u);
  EXPECT_EQ(list().front().subject, "Re: Zanzibar 1") << "his own words";
  EXPECT_EQ(this->thread(thread).messages.size(), 1u);
  EXPECT_EQ(this->thread(thread).notes.size(), 1u);
  EXPECT_EQ(found("wombatfest"), 0);
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(EraseTest, EveryoneWhoWasMergedIntoThemGoesToo) {
  jane_writes(1, 2);
  receives(mail("w@quokka.test", "j.quokka@work.test", "From my office: zanzibar"));
  app::People people(*hub_, brand_, "ann");
  ASSERT_TRUE(people.merge(kJane, "j.quokka@work.test", "she said so: zanzibar"));
  const auto erased = erase("j.quokka@work.test");
  EXPECT_EQ(erased.plan.identities.size(), 2u);
  EXPECT_EQ(erased.plan.messages.size(), 3u);
  EXPECT_THAT(places(kWords), IsEmpty());
  EXPECT_THAT(faults(), IsEmpty());
  // The number of an erased customer is never somebody else's.
  receives(mail("n@guest.test", "new@guest.test", "Hello"));
  for (const CustomerId gone : erased.plan.customers) EXPECT_NE(customer("new@guest.test"), gone);
}

TEST_F(EraseTest, OldMailIsNotPulledInAgainAndNewMailIs) {
  jane_writes(1, 3);
  const std::string old = Remote::the().last_delivered();
  erase(kJane);
  const auto before = messages();
  // The mailbox is read anew, as after its folder was made again; and one of hers lay in a folder never read before.
  Remote::the().puts(janes_mail(2));
  Remote::the().puts(janes_mail(9));
  Mail in_other_bytes = mail("j3@quokka.test", kJane, "I went to the wombatfest in zanzibar, nr 3.", "Zanzibar 3");
  in_other_bytes.more = "X-Moved: yes\r\n";
  Remote::the().puts(in_other_bytes.bytes(), false, clock_.now() + std::chrono::hours(1));
  const auto report = receives();
  EXPECT_EQ(report.erased, 3);
  EXPECT_EQ(messages(), before);
  EXPECT_FALSE(customer(kJane));
  EXPECT_EQ(reads([](store::Reader& r) { return r.count("SELECT COUNT(*) FROM raw_item"); }), 0);

  clock_.advance(std::chrono::hours(2));
  Remote::the().puts(janes_mail(10), false, clock_.now());
  receives();
  EXPECT_EQ(messages(), before + 1) << "what she writes now is new";
  EXPECT_TRUE(customer(kJane));
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(EraseTest, OurOwnMailToThemComesBackFromSentAsNothing) {
  jane_writes(1, 1);
  const auto answer = answers(only_thread(), "Zanzibar it is");
  ASSERT_TRUE(answer);
  clock_.advance(std::chrono::seconds(20));
  sends();
  erase(kJane);
  Remote::the().puts("X-Filed: yes\r\n" + Remote::the().last_delivered(), true);
  EXPECT_EQ(receives().erased, 1);
  EXPECT_EQ(messages(), 0);
  EXPECT_FALSE(customer(kJane));
}

TEST_F(EraseTest, AnAnswerThatIsLeavingThisMomentIsWaitedFor) {
  jane_writes(1, 1);
  const auto answer = answers(only_thread(), "Hello");
  ASSERT_TRUE(answer);
  clock_.advance(std::chrono::seconds(20));
  ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<Done> {
    TRY_DO(outbox::claim(tx, answer->update, {hub_->epoch(), INT64_MAX}, clock_.now()));
    return Done{};
  }));
  app::EraseRequest request;
  request.brand = brand_.id;
  request.customer = customer(kJane);
  const auto erased = app::erase_person(*hub_, request);
  ASSERT_FALSE(erased);
  EXPECT_EQ(erased.error().kind, Kind::conflict);
  EXPECT_EQ(messages(), 2) << "nothing was touched";
}

TEST_F(EraseTest, AKilledErasureGoesOnAtTheNextChance) {
  jane_writes(1, 2);
  clock_.advance(std::chrono::hours(1));
  app::EraseRequest request;
  request.brand = brand_.id;
  request.customer = customer(kJane);
  request.scrub = false;
  ASSERT_TRUE(app::erase_person(*hub_, request));
  restarts();
  EXPECT_EQ(messages(), 0);
  EXPECT_EQ(*app::scrub_erased(*hub_), 1);
  EXPECT_EQ(*app::scrub_erased(*hub_), 0);
  EXPECT_THAT(places(kWords), IsEmpty());
}

TEST_F(EraseTest, ALedgerMakesAnOldDatabaseForgetAgain) {
  others_write(5);
  jane_writes(1, 3);
  hub_.reset();
  fs::copy(folder_ / "data", folder_ / "old", fs::copy_options::recursive);
  starts();
  const auto erased = erase(kJane);
  const auto ledger = app::read_ledger(folder_ / "data/amends.erasures");
  ASSERT_TRUE(ledger) << ledger.error().what;
  ASSERT_EQ(ledger->size(), 1u);
  EXPECT_THAT(read_file(folder_ / "data/amends.erasures"), ::testing::Not(HasSubstr("quokka")));

  hub_.reset();
  fs::remove_all(folder_ / "data");
  fs::rename(folder_ / "old", folder_ / "data");
  starts();
  ASSERT_TRUE(customer(kJane));
  EXPECT_EQ(*app::reapply_ledger(*hub_, *ledger), 1);
  ASSERT_TRUE(app::scrub_erased(*hub_));
  EXPECT_FALSE(customer(kJane));
  EXPECT_THAT(places(kWords), IsEmpty());
  EXPECT_EQ(*app::reapply_ledger(*hub_, *ledger), 0) << "once is enough";
  EXPECT_EQ(messages(), 5);
  EXPECT_THAT(faults(), IsEmpty());
}

}  // namespace
}  // namespace amends::test
