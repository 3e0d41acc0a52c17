#include "connectors/email/session.h"

#include <set>

#include "connectors/email/test_account.h"
#include "tests/support/mail_imap.h"

namespace amends::connectors::email {
namespace {

using channel::Found;
using channel::Outbound;
using channel::Page;
using test::FakeFolder;
using test::FakeImap;
using test::ImapScript;
using test::Peer;

// Pulls as core does: commits a page, asks again while there is more, tries again after what may pass.
struct Intake {
  std::string cursor;
  std::vector<model::Item> items;
  std::vector<std::string> notes;
  int errors = 0;
  std::vector<std::size_t> page_sizes;

  void run(channel::Connector& account, int most_errors = 0) {
    for (int pages = 0; pages < 1000; ++pages) {
      auto page = account.pull(cursor);
      if (!page) {
        ASSERT_LE(++errors, most_errors) << page.error().what;
        continue;
      }
      ASSERT_FALSE(page->cursor.empty());
      page_sizes.push_back(page->items.size());
      for (auto& item : page->items) items.push_back(std::move(item));
      for (auto& note : page->notes) notes.push_back(std::move(note));
      cursor = page->cursor;
      if (!page->more) return;
    }
    FAIL() << "it never ends";
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> out;
    for (const auto& item : items) out.push_back(item.external_id);
    return out;
  }
};

std::vector<std::string> expected_ids(int from, int to, const std::string& prefix = "INBOX;17;") {
  std::vector<std::string> out;
  for (int uid = from; uid <= to; ++uid) out.push_back(prefix + std::to_string(uid));
  return out;
}

void fill(FakeImap& server, int mails, const std::string& folder = "INBOX") {
  for (int n = 1; n <= mails; ++n) server.add(folder, mail_text(n));
}

TEST(ImapPull, BringsEveryMailOnceOldestFirst) {
  FakeImap server({});
  fill(server, 5);
  const auto account = open_account(settings_for(server.port()));
  Intake intake;
  intake.run(*account);
  EXPECT_EQ(intake.ids(), expected_ids(1, 5));
  EXPECT_EQ(intake.items[2].raw, mail_text(3));
  EXPECT_EQ(intake.items[2].place, "INBOX");
  EXPECT_EQ(to_rfc3339(intake.items[2].received_at), "2026-11-21T09:30:00Z");
  intake.run(*account);
  EXPECT_EQ(intake.items.size(), 5u) << "n:* names the last mail again; it must not come again";
  server.add("INBOX", mail_text(6));
  intake.run(*account);
  EXPECT_EQ(intake.ids(), expected_ids(1, 6));
  EXPECT_EQ(server.connections(), 1) << "one connection is kept";
}

TEST(ImapPull, NeverTouchesAFlag) {
  FakeImap server({});
  fill(server, 3);
  Intake().run(*open_account(settings_for(server.port())));
  for (const auto& line : server.heard()) {
    EXPECT_EQ(line.find("SELECT"), std::string::npos) << line;
    EXPECT_EQ(line.find("STORE"), std::string::npos) << line;
    EXPECT_EQ(line.find(" BODY["), std::string::npos) << line;
    EXPECT_EQ(line.find("RFC822)"), std::string::npos) << line;
  }
}

TEST(ImapPull, ComesInPagesAndSaysHowMuchIsLeft) {
  FakeImap server({});
  fill(server, 450);
  const auto account = open_account(settings_for(server.port()));
  const auto first = account->pull("");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->items.size(), 200u);
  EXPECT_TRUE(first->more);
  EXPECT_EQ(first->remaining, 250);
  Intake intake;
  intake.run(*account);
  EXPECT_EQ(intake.ids(), expected_ids(1, 450));
  EXPECT_EQ(intake.page_sizes, (std::vector<std::size_t>{200, 200, 50}));
}

TEST(ImapPull, ABacklogIsReadWithoutOpeningItsFolderForEveryPage) {
  ImapScript script;
  script.capabilities = "IMAP4rev1 AUTH=PLAIN CONDSTORE";
  script.answer = [](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.rfind("EXAMINE", 0) == 0) peer.say("* OK [HIGHESTMODSEQ 7] counted");
    if (line.rfind("STATUS", 0) != 0) return false;
    peer.say("* STATUS Sent (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 17 HIGHESTMODSEQ 7)");
    peer.say(tag + " OK done");
    return true;
  };
  FakeImap server(script);
  fill(server, 1000);
  fill(server, 1, "Sent");
  server.with("Sent", [](FakeFolder& f) { f.flags = "\\Sent"; });
  Intake intake;
  intake.run(*open_account(settings_for(server.port())));
  EXPECT_EQ(intake.items.size(), 1001u);
  EXPECT_GT(intake.page_sizes.size(), 5u);
  EXPECT_EQ(server.heard("EXAMINE \"Sent\""), 1u) << "then it's asked without being opened";
  EXPECT_EQ(server.heard("EXAMINE \"INBOX\""), 2u) << "the second after Sent was opened";
}

TEST(ImapPull, PagesEndByBytesToo) {
  FakeImap server({});
  for (int n = 1; n <= 5; ++n) server.add("INBOX", mail_text(n) + std::string(3 << 20, 'x') + "\r\n");
  Intake intake;
  intake.run(*open_account(settings_for(server.port())));
  EXPECT_EQ(intake.ids(), expected_ids(1, 5));
  EXPECT_EQ(intake.page_sizes, (std::vector<std::size_t>{2, 2, 1}));
}

TEST(ImapPull, ALargeFolderWithHolesIsAskedInWindows) {
  FakeImap server({});
  server.with("INBOX", [](FakeFolder& f) {
    for (int n = 1; n <= 6000; ++n) f.mails.push_back({static_cast<std::uint64_t>(n), "x"});
    f.mails.push_back({70'000, mail_text(70'000)});
    f.mails.push_back({4'000'000'000, mail_text(1)});
    f.uid_next = 4'000'000'001;
  });
  const auto account = open_account(settings_for(server.port()));
  const auto page = account->pull(R"({"v":1,"folders":{"INBOX":{"uidvalidity":17,"uid":6000}}})");
  ASSERT_TRUE(page);
  Intake intake;
  intake.cursor = R"({"v":1,"folders":{"INBOX":{"uidvalidity":17,"uid":6000}}})";
  intake.run(*account);
  EXPECT_EQ(intake.ids(), (std::vector<std::string>{"INBOX;17;70000", "INBOX;17;4000000000"}));
  EXPECT_EQ(server.heard("FETCH 1"), 0u);
}

TEST(ImapPull, AChangedUidvalidityMeansReadingAgainWithANote) {
  FakeImap server({});
  fill(server, 3);
  const auto account = open_account(settings_for(server.port()));
  Intake intake;
  intake.run(*account);
  server.with("INBOX", [](FakeFolder& f) { f.uid_validity = 18; });
  intake.run(*account);
  auto expected = expected_ids(1, 3);
  for (const auto& id : expected_ids(1, 3, "INBOX;18;")) expected.push_back(id);
  EXPECT_EQ(intake.ids(), expected);
  ASSERT_EQ(intake.notes.size(), 1u);
  EXPECT_NE(intake.notes[0].find("UIDVALIDITY of INBOX changed"), std::string::npos);
}

TEST(ImapPull, AUidvalidityThatChangesWhileReadingThrowsThatPageAway) {
  bool done = false;
  ImapScript script;
  script.answer = [&](Peer& peer, const std::string&, const std::string& line) {
    if (line.find("BODY.PEEK[]") != line.npos && !done) {
      done = true;
      peer.say("* OK [UIDVALIDITY 99] changed");
    }
    return false;
  };
  FakeImap server(script);
  fill(server, 3);
  Intake intake;
  intake.run(*open_account(settings_for(server.port())));
  EXPECT_EQ(intake.ids(), expected_ids(1, 3)) << "nothing was taken under the wrong name";
  EXPECT_EQ(intake.notes.size(), 2u);
}

TEST(ImapPull, UidsThatGoBackwardsAfterARestoreAreReadAgainUnderANewName) {
  FakeImap server({});
  fill(server, 10);
  const auto account = open_account(settings_for(server.port()));
  Intake intake;
  intake.run(*account);
  server.with("INBOX", [](FakeFolder& f) {
    f.mails.resize(4);
    f.mails.push_back({5, mail_text(500)});  // another mail under a UID that was used before
    f.uid_next = 6;
  });
  intake.run(*account);
  ASSERT_EQ(intake.items.size(), 15u);
  EXPECT_EQ(intake.items.back().external_id, "INBOX;17.1;5");
  EXPECT_EQ(intake.items.back().raw, mail_text(500));
  intake.run(*account);
  EXPECT_EQ(intake.items.size(), 15u);
}

TEST(ImapPull, SeveralFoldersAndSentAreReadAndOneThatIsGoneIsSaid) {
  FakeImap server({});
  fill(server, 2);
  fill(server, 3, "Kunden");
  fill(server, 1, "Sent");
  server.with("Sent", [](FakeFolder& f) { f.flags = "\\Sent"; });
  Given given = settings_for(server.port());
  given["folders"] = "INBOX, kunden, Fort";
  const auto account = open_account(given);
  Intake intake;
  intake.run(*account);
  EXPECT_EQ(intake.ids(), (std::vector<std::string>{"INBOX;17;1", "INBOX;17;2", "Kunden;17;1", "Kunden;17;2",
                                                    "Kunden;17;3", "Sent;17;1"}));
  EXPECT_FALSE(intake.items[0].own);
  EXPECT_TRUE(intake.items[5].own);
  EXPECT_EQ(intake.notes, std::vector<std::string>{"the mailbox has no folder Fort"});

  // A folder that goes while the session lives.
  server.drop("Kunden");
  server.add("INBOX", mail_text(9));
  intake.notes.clear();
  intake.run(*account);
  EXPECT_EQ(intake.items.back().external_id, "INBOX;17;3");
  ASSERT_EQ(intake.notes.size(), 2u);
  EXPECT_NE(intake.notes[1].find("Kunden can't be read"), std::string::npos);
  // And comes back: the cursor stood still.
  fill(server, 4, "Kunden");
  intake.run(*account);
  EXPECT_EQ(intake.items.back().external_id, "Kunden;17;4");
}

TEST(ImapPull, FoldersWithForeignOrBrokenNamesDoNoHarm) {
  FakeImap server({});
  for (const char* name : {"Entw&APw-rfe", "&broken", "caf\xE9", "a (b) {3}"}) fill(server, 1, name);
  for (int n = 0; n < 2000; ++n) server.with("f" + std::to_string(n), [](FakeFolder&) {});
  Given given = settings_for(server.port());
  given["folders"] = "INBOX, Entwürfe, &broken";
  Intake intake;
  intake.run(*open_account(given));
  EXPECT_EQ(intake.ids(), (std::vector<std::string>{"Entwürfe;17;1", "&broken;17;1"}));
}

TEST(ImapPull, StrangeUidsAreNoTrouble) {
  // Descending, repeated, 0 and beyond 32 bits in the search; the mails in the wrong order, one nobody asked for.
  ImapScript script;
  script.capabilities = "IMAP4rev1 AUTH=PLAIN";
  script.answer = [&](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.find("UID SEARCH") == 0) {
      peer.say("* SEARCH 9 7 7 0 4294967296 99999999999999999999 3 x 9");
      peer.say(tag + " OK done");
      return true;
    }
    if (line.find("BODY.PEEK[]") != line.npos) {
      for (const char* uid : {"9", "7", "7", "8", "0", "3"}) {
        peer.say("* 1 FETCH (BODY[] {2}\r\n" + std::string(uid) + "! UID " + uid + ")");
      }
      peer.say(tag + " OK done");
      return true;
    }
    return false;
  };
  FakeImap server(script);
  const auto page = open_account(settings_for(server.port()))->pull("");
  ASSERT_TRUE(page) << page.error().what;
  Intake intake;
  for (const auto& item : page->items) intake.items.push_back(item);
  EXPECT_EQ(intake.ids(), (std::vector<std::string>{"INBOX;17;3", "INBOX;17;7", "INBOX;17;9"}));
  EXPECT_EQ(intake.items[1].raw, "7!");
}

TEST(ImapPull, TheHighestUidIsTheEnd) {
  FakeImap server({});
  server.with("INBOX", [](FakeFolder& f) {
    f.mails.push_back({4294967295, mail_text(1)});
    f.uid_next = 4294967296;
  });
  const auto account = open_account(settings_for(server.port()));
  Intake intake;
  intake.run(*account);
  intake.run(*account);
  EXPECT_EQ(intake.ids(), std::vector<std::string>{"INBOX;17;4294967295"});
}

TEST(ImapPull, MailsThatVanishInBetweenLeaveNoHole) {
  ImapScript script;
  FakeImap* self = nullptr;
  bool done = false;
  script.answer = [&](Peer& peer, const std::string&, const std::string& line) {
    if (line.find("BODY.PEEK[]") != line.npos && !done) {
      done = true;
      self->with("INBOX", [](FakeFolder& f) { f.mails.erase(f.mails.begin() + 1); });
      peer.say("* 2 EXPUNGE");
    }
    return false;
  };
  FakeImap server(script);
  self = &server;
  fill(server, 4);
  Intake intake;
  intake.run(*open_account(settings_for(server.port())));
  EXPECT_EQ(intake.ids(), (std::vector<std::string>{"INBOX;17;1", "INBOX;17;3", "INBOX;17;4"}));
}

TEST(ImapPull, AMailTheServerWontGiveIsShownByItsHeader) {
  ImapScript script;
  script.answer = [](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.find("BODY.PEEK[]") == line.npos) return false;
    if (line.find("FETCH 2 ") != line.npos || line.find("1:3") != line.npos) {
      peer.say(tag + " NO [SERVERBUG] can't read that one");
      return true;
    }
    return false;
  };
  FakeImap server(script);
  fill(server, 3);
  Intake intake;
  intake.run(*open_account(settings_for(server.port())));
  EXPECT_EQ(intake.ids(), expected_ids(1, 3));
  EXPECT_EQ(intake.items[0].raw, mail_text(1));
  EXPECT_NE(intake.items[1].raw.find("Subject: number 2"), std::string::npos);
  EXPECT_NE(intake.items[1].raw.find("doesn't give it out"), std::string::npos);
  EXPECT_EQ(intake.items[1].raw.find("Body 2"), std::string::npos);
  EXPECT_EQ(intake.notes.size(), 1u);
}

TEST(ImapPull, AMailOverTheLimitComesAsItsHeader) {
  ImapScript script;
  script.answer = [](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.find("RFC822.SIZE") == line.npos) return false;
    peer.say("* 1 FETCH (UID 1 RFC822.SIZE 60000000)");
    peer.say("* 2 FETCH (UID 2 RFC822.SIZE 100)");
    peer.say(tag + " OK done");
    return true;
  };
  FakeImap server(script);
  fill(server, 2);
  Intake intake;
  intake.run(*open_account(settings_for(server.port())));
  EXPECT_EQ(intake.ids(), expected_ids(1, 2));
  EXPECT_NE(intake.items[0].raw.find("larger than 50 MB"), std::string::npos);
  EXPECT_NE(intake.items[0].raw.find("60000000 bytes"), std::string::npos);
  EXPECT_EQ(intake.items[1].raw, mail_text(2));
  EXPECT_EQ(server.heard("FETCH 1 (UID INTERNALDATE BODY.PEEK[])"), 0u);
}

TEST(ImapPull, AMailLargerThanAnnouncedStopsNothing) {
  ImapScript script;
  script.answer = [](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.find("BODY.PEEK[]") == line.npos) return false;
    const bool first = line.find("FETCH 1") != line.npos;
    if (first)
      peer.say("* 1 FETCH (UID 1 BODY[] {" + std::to_string(mail_text(1).size()) + "}\r\n" + mail_text(1) + ")");
    if (first || line.find("FETCH 2") != line.npos) peer.say("* 2 FETCH (UID 2 BODY[] {4294967295}");
    if (line.find("FETCH 3") != line.npos) {
      peer.say("* 3 FETCH (UID 3 BODY[] {" + std::to_string(mail_text(3).size()) + "}\r\n" + mail_text(3) + ")");
    }
    peer.say(tag + " OK done");
    return true;
  };
  FakeImap server(script);
  fill(server, 3);
  Intake intake;
  intake.run(*open_account(settings_for(server.port())));
  EXPECT_EQ(intake.ids(), expected_ids(1, 3));
  EXPECT_EQ(intake.items[0].raw, mail_text(1));
  EXPECT_NE(intake.items[1].raw.find("[The text and files"), std::string::npos);
  EXPECT_EQ(intake.items[2].raw, mail_text(3));
}

TEST(ImapPull, NulBytesArriveAsTheyAre) {
  FakeImap server({});
  std::string raw = mail_text(1) + "a";
  raw += '\0';
  raw += "b\r\n";
  server.add("INBOX", raw);
  server.add("INBOX", "");
  Intake intake;
  intake.run(*open_account(settings_for(server.port())));
  ASSERT_EQ(intake.items.size(), 2u);
  EXPECT_EQ(intake.items[0].raw, raw);
  EXPECT_EQ(intake.items[1].raw, "");
}

TEST(ImapPull, ADeadSessionIsReplacedWithoutAWord) {
  std::atomic<int> examined{0};
  ImapScript script;
  script.answer = [&](Peer& peer, const std::string&, const std::string& line) {
    if (line.rfind("EXAMINE", 0) == 0 && ++examined == 2) peer.close();
    return false;
  };
  FakeImap server(script);
  fill(server, 2);
  const auto account = open_account(settings_for(server.port()));
  Intake intake;
  intake.run(*account);
  server.add("INBOX", mail_text(3));
  intake.run(*account);
  EXPECT_EQ(intake.ids(), expected_ids(1, 3));
  EXPECT_EQ(server.connections(), 2);
}

TEST(ImapPull, ACursorThatIsNoneStopsBeforeTheNetwork) {
  FakeImap server({});
  EXPECT_EQ(open_account(settings_for(server.port()))->pull("garbage").error().kind, Kind::corrupt);
  EXPECT_EQ(server.connections(), 0);
}

TEST(ImapPull, NothingNewCostsNoSearchWhereTheServerCountsChanges) {
  ImapScript script;
  script.capabilities = "IMAP4rev1 AUTH=PLAIN CONDSTORE ENABLE QRESYNC";
  script.answer = [](Peer& peer, const std::string&, const std::string& line) {
    if (line.rfind("EXAMINE", 0) == 0) peer.say("* OK [HIGHESTMODSEQ 715194045007] counted");
    return false;
  };
  FakeImap server(script);
  fill(server, 2);
  const auto account = open_account(settings_for(server.port()));
  Intake intake;
  intake.run(*account);
  const auto searches = server.heard("SEARCH");
  intake.run(*account);
  EXPECT_EQ(server.heard("SEARCH"), searches);
  server.add("INBOX", mail_text(3));
  intake.run(*account);
  EXPECT_EQ(intake.ids(), expected_ids(1, 3));
  EXPECT_EQ(server.heard("ENABLE QRESYNC"), 1u);
  EXPECT_GT(server.heard("(CONDSTORE)"), 0u);
}

// ---- hostile and broken servers -------------------------------------------------------------------------------------

TEST(ImapHostile, EveryKindOfNonsenseEndsInTimeWithAReason) {
  const std::pair<const char*, std::function<void(Peer&)>> tricks[] = {
      {"a size and then silence", [](Peer& p) { p.write("* 1 FETCH (UID 1 BODY[] {1000}\r\nabc"); }},
      {"a line without end",
       [](Peer& p) {
         for (;;) p.write(std::string(65'536, 'x'));
       }},
      {"goodbye inside a literal",
       [](Peer& p) {
         p.write("* 1 FETCH (UID 1 BODY[] {100}\r\nabc* BYE gone\r\n");
         p.close();
       }},
      {"a literal shorter than said",
       [](Peer& p) { p.write("* 1 FETCH (UID 1 BODY[] {50}\r\nabc)\r\na5 OK done\r\n"); }},
      {"a literal longer than said",
       [](Peer& p) { p.write("* 1 FETCH (UID 1 BODY[] {3}\r\nabcdefgh)\r\nwhat?\r\n\r\n"); }},
      {"another protocol", [](Peer& p) { p.write("HTTP/1.1 400 Bad Request\r\n\r\n"); }},
      {"endless news",
       [](Peer& p) {
         for (;;) p.write("* 1 EXISTS\r\n* 2 EXISTS\r\n* 3 EXISTS\r\n");
       }},
      {"a farewell", [](Peer& p) { p.write("* BYE maintenance\r\n"); }},
      {"nothing", [](Peer&) {}},
  };
  for (const auto& [name, trick] : tricks) {
    ImapScript script;
    script.answer = [&trick = trick](Peer& peer, const std::string&, const std::string& line) {
      if (line.find("RFC822.SIZE") == line.npos) return false;
      trick(peer);
      peer.wait_for_the_end();
      return true;
    };
    FakeImap server(script);
    fill(server, 2);
    Given given = settings_for(server.port());
    given["imap_timeout"] = "1";
    const auto began = std::chrono::steady_clock::now();
    const auto page = open_account(given)->pull("");
    ASSERT_FALSE(page) << name;
    EXPECT_TRUE(page.error().kind == Kind::unavailable || page.error().kind == Kind::corrupt) << name;
    EXPECT_FALSE(page.error().what.empty()) << name;
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(25)) << name;
  }
}

TEST(ImapHostile, WithoutStarttlsOrAfterAnInjectionNoPasswordIsSent) {
  const test::TestCa ca;
  const auto tls = ca.server();
  struct Case {
    const char* name;
    ImapScript script;
  };
  std::vector<Case> cases(3);
  cases[0].name = "not offered";
  cases[1].name = "logged in before encryption";
  cases[1].script.tls = tls.get();
  cases[1].script.greeting = "* PREAUTH welcome";
  cases[2].name = "capabilities injected behind the go-ahead";
  cases[2].script.tls = tls.get();
  cases[2].script.answer = [&](Peer& peer, const std::string& tag, const std::string& line) {
    if (line != "STARTTLS") return false;
    peer.write(tag + " OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n");
    peer.start_tls(tls.get());
    return true;
  };
  for (auto& one : cases) {
    FakeImap server(one.script);
    Given given = settings_for(server.port());
    given["imap_security"] = "starttls";
    given["ca_file"] = ca.file();
    const auto page = open_account(given)->pull("");
    ASSERT_FALSE(page) << one.name;
    EXPECT_EQ(page.error().kind, Kind::unavailable) << one.name;
    EXPECT_EQ(server.heard("AUTHENTICATE"), 0u) << one.name;
    EXPECT_EQ(server.heard("LOGIN"), 0u) << one.name;
  }
}

TEST(ImapHostile, CapabilitiesSaidInPlainTextCountForNothing) {
  const test::TestCa ca;
  const auto tls = ca.server();
  ImapScript script;
  script.tls = tls.get();
  script.greeting = "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=XOAUTH2] ready";
  FakeImap server(script);
  fill(server, 1);
  Given given = settings_for(server.port());
  given["imap_security"] = "starttls";
  given["ca_file"] = ca.file();
  Intake intake;
  intake.run(*open_account(given));
  EXPECT_EQ(intake.items.size(), 1u);
  EXPECT_EQ(server.heard("AUTHENTICATE PLAIN"), 1u);
}

TEST(ImapCut, AtEveryByteTheServerSendsNothingIsLostOrDoubled) {
  int at = 0;
  for (;; ++at) {
    ASSERT_LT(at, 10'000);
    std::atomic<bool> cut{false};
    ImapScript script;
    script.begin = [&](Peer& peer, int number) {
      if (number == 0) peer.cut_after_writing(static_cast<std::size_t>(at));
    };
    FakeImap server(script);
    fill(server, 4);
    const auto account = open_account(without_resolver(settings_for(server.port())));
    Intake intake;
    intake.run(*account, 1);
    if (testing::Test::HasFatalFailure()) return;
    ASSERT_EQ(intake.ids(), expected_ids(1, 4)) << "cut after " << at << " bytes";
    for (int n = 1; n <= 4; ++n) ASSERT_EQ(intake.items[static_cast<std::size_t>(n - 1)].raw, mail_text(n)) << at;
    if (server.connections() == 1) break;
  }
  EXPECT_GT(at, 1000);
}

TEST(ImapCut, AtEveryByteTheServerReadsNothingIsLostOrDoubled) {
  int at = 0;
  for (;; ++at) {
    ASSERT_LT(at, 2000);
    ImapScript script;
    script.begin = [&](Peer& peer, int number) {
      if (number == 0) peer.cut_after_reading(static_cast<std::size_t>(at));
    };
    FakeImap server(script);
    fill(server, 3);
    const auto account = open_account(without_resolver(settings_for(server.port())));
    Intake intake;
    intake.run(*account, 1);
    if (testing::Test::HasFatalFailure()) return;
    ASSERT_EQ(intake.ids(), expected_ids(1, 3)) << "cut after " << at << " bytes";
    if (server.connections() == 1) break;
  }
  EXPECT_GT(at, 100);
}

// ---- login ----------------------------------------------------------------------------------------------------------

TEST(ImapLogin, UsesWhatTheServerOffers) {
  const std::pair<const char*, const char*> offers[] = {
      {"IMAP4rev1 AUTH=PLAIN SASL-IR", "AUTHENTICATE PLAIN AHN1cHBvcnRAc2hvcC50ZXN0AHNlY3JldC13b3Jk"},
      {"IMAP4rev1 AUTH=LOGIN", "AUTHENTICATE LOGIN"},
      {"IMAP4rev1", "LOGIN \"support@shop.test\" \"secret-word\""},
  };
  for (const auto& [capabilities, expected] : offers) {
    ImapScript script;
    script.capabilities = capabilities;
    script.answer = [](Peer& peer, const std::string& tag, const std::string& line) {
      if (line != "AUTHENTICATE LOGIN") return false;
      peer.say("+ VXNlcm5hbWU6");
      EXPECT_EQ(peer.line(), "c3VwcG9ydEBzaG9wLnRlc3Q=");
      peer.say("+ UGFzc3dvcmQ6");
      EXPECT_EQ(peer.line(), "c2VjcmV0LXdvcmQ=");
      peer.say(tag + " OK in");
      return true;
    };
    FakeImap server(script);
    ASSERT_TRUE(open_account(settings_for(server.port()))->pull("")) << capabilities;
    EXPECT_EQ(server.heard(expected), 1u) << capabilities;
  }
}

TEST(ImapLogin, WithoutInitialResponsesItWaitsToBeAsked) {
  ImapScript script;
  script.capabilities = "IMAP4rev1 AUTH=PLAIN";
  script.answer = [](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.rfind("AUTHENTICATE", 0) != 0) return false;
    EXPECT_EQ(line, "AUTHENTICATE PLAIN");
    peer.say("+");
    EXPECT_EQ(peer.line(), "AHN1cHBvcnRAc2hvcC50ZXN0AHNlY3JldC13b3Jk");
    peer.say(tag + " OK in");
    return true;
  };
  FakeImap server(script);
  EXPECT_TRUE(open_account(settings_for(server.port()))->pull(""));
}

TEST(ImapLogin, APasswordWithForeignLettersGoesAsALiteral) {
  ImapScript script;
  script.capabilities = "IMAP4rev1";
  std::string password;
  script.answer = [&](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.rfind("LOGIN", 0) != 0) return false;
    peer.say("+ go");
    password = peer.bytes(9);
    peer.line();
    peer.say(tag + " OK in");
    return true;
  };
  FakeImap server(script);
  Given given = settings_for(server.port());
  given["password"] =
      "Stra\xC3\x9F"
      "e\"1";
  EXPECT_TRUE(open_account(given)->pull(""));
  EXPECT_EQ(password, given["password"]);
}

TEST(ImapLogin, AServerThatWantsEncryptionFirstGetsNoPassword) {
  ImapScript script;
  script.capabilities = "IMAP4rev1 LOGINDISABLED";
  FakeImap server(script);
  const auto page = open_account(settings_for(server.port()))->pull("");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, Kind::unsupported);
  EXPECT_NE(page.error().hint.find("imap_security"), std::string::npos);
  EXPECT_EQ(server.heard("LOGIN "), 0u);
}

TEST(ImapLogin, RefusalsSayWhetherAPersonMustAct) {
  const std::pair<const char*, Kind> answers[] = {
      {"NO [AUTHENTICATIONFAILED] bad", Kind::unauthorized},
      {"NO bad", Kind::unauthorized},
      {"NO [EXPIRED] change it", Kind::unauthorized},
      {"NO [UNAVAILABLE] later", Kind::unavailable},
      {"NO [LIMIT] too many", Kind::unavailable},
  };
  for (const auto& [answer, kind] : answers) {
    ImapScript script;
    script.answer = [&answer = answer](Peer& peer, const std::string& tag, const std::string& line) {
      if (line.rfind("AUTHENTICATE", 0) != 0) return false;
      peer.say(tag + " " + answer);
      return true;
    };
    FakeImap server(script);
    const auto page = open_account(settings_for(server.port()))->pull("");
    ASSERT_FALSE(page) << answer;
    EXPECT_EQ(page.error().kind, kind) << answer;
    EXPECT_EQ(page.error().what.find("secret"), std::string::npos);
  }
}

TEST(ImapLogin, AnExpiredTokenIsHeardThroughTheChallengeAndANewOneIsReadFromItsFile) {
  const test::TempFolder folder;
  test::write_file(folder / "token", "old");
  ImapScript script;
  script.answer = [](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.rfind("AUTHENTICATE XOAUTH2 ", 0) != 0) return false;
    // user=support@shop.test^Aauth=Bearer new^A^A
    if (line.substr(21) == "dXNlcj1zdXBwb3J0QHNob3AudGVzdAFhdXRoPUJlYXJlciBuZXcBAQ==") {
      peer.say(tag + " OK in");
    } else {
      peer.say("+ eyJzdGF0dXMiOiI0MDAifQ==");
      EXPECT_EQ(peer.line(), "");
      peer.say(tag + " NO [AUTHENTICATIONFAILED] expired");
    }
    return true;
  };
  FakeImap server(script);
  fill(server, 1);
  Given given = settings_for(server.port());
  given.erase("password");
  given["auth"] = "xoauth2";
  given["access_token_file"] = folder / "token";
  const auto account = open_account(given);
  EXPECT_EQ(account->pull("").error().kind, Kind::unauthorized);
  test::write_file(folder / "token", "new");
  Intake intake;
  intake.run(*account);
  EXPECT_EQ(intake.items.size(), 1u);
}

// ---- the copy in Sent, and looking for it ---------------------------------------------------------------------------

Outbound copy_of(int n) {
  Outbound out;
  out.purpose = model::Purpose::file_copy;
  out.message_id = std::to_string(n) + "@guest.test";
  out.payload = mail_text(n);
  out.recipients = {"ann@guest.test"};
  return out;
}

TEST(SentCopy, IsFiledOnceHoweverOftenItIsAsked) {
  for (const char* literal : {"LITERAL+", "LITERAL-", ""}) {
    ImapScript script;
    script.capabilities = std::string("IMAP4rev1 AUTH=PLAIN UIDPLUS ") + literal;
    FakeImap server(script);
    server.with("Sent", [](FakeFolder& f) { f.flags = "\\Sent"; });
    const auto account = open_account(settings_for(server.port()));
    Outbound out = copy_of(1);
    out.payload = "Message-ID: <1@guest.test>\nSubject: x\n\nbare line ends";
    const auto first = account->send(out);
    ASSERT_TRUE(first) << first.error().what;
    EXPECT_EQ(first->external_id, "Sent;17;1");
    EXPECT_EQ(first->recipients.at(0).state, model::RecipientState::accepted);
    EXPECT_EQ(account->send(out)->external_id, "Sent;17;1");
    ASSERT_EQ(server.folder("Sent").mails.size(), 1u);
    EXPECT_EQ(server.folder("Sent").mails[0].raw, "Message-ID: <1@guest.test>\r\nSubject: x\r\n\r\nbare line ends\r\n");
    EXPECT_EQ(server.heard("(\\Seen)"), 1u);
    // The name it was given is the name it comes back by.
    Intake intake;
    intake.run(*account);
    EXPECT_EQ(intake.ids(), std::vector<std::string>{"Sent;17;1"});
  }
}

TEST(SentCopy, FailuresAfterItArrivedMakeNoSecondCopy) {
  int failures = 0;
  FakeImap* self = nullptr;
  ImapScript script;
  script.answer = [&](Peer& peer, const std::string&, const std::string& line) {
    if (line.rfind("APPEND", 0) != 0) return false;
    // It arrives, but the answer never does.
    const std::string raw = peer.bytes(mail_text(1).size());
    if (failures++ == 3) self->add("Sent", raw);
    peer.close();
    return true;
  };
  FakeImap server(script);
  self = &server;
  server.with("Sent", [](FakeFolder& f) { f.flags = "\\Sent"; });
  const auto account = open_account(settings_for(server.port()));
  int tries = 0;
  for (; tries < 50; ++tries) {
    const auto receipt = account->send(copy_of(1));
    if (receipt) break;
    EXPECT_EQ(receipt.error().kind, Kind::unavailable);
  }
  EXPECT_EQ(tries, 4);
  EXPECT_EQ(server.folder("Sent").mails.size(), 1u);
}

TEST(SentCopy, IsLeftToTheProviderOrToNobodyWhenTheSettingSaysSo) {
  FakeImap server({});
  server.with("Sent", [](FakeFolder& f) { f.flags = "\\Sent"; });
  for (const char* who : {"server", "none"}) {
    Given given = settings_for(server.port());
    given["sent_copy"] = who;
    EXPECT_TRUE(open_account(given)->send(copy_of(1)));
  }
  EXPECT_TRUE(server.folder("Sent").mails.empty());
  EXPECT_EQ(server.connections(), 0);
}

TEST(SentCopy, WithoutASentFolderIsRefusedWithAHint) {
  FakeImap server({});
  const auto receipt = open_account(settings_for(server.port()))->send(copy_of(1));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::rejected);
  EXPECT_NE(receipt.error().hint.find("sent_folder"), std::string::npos);
}

TEST(SentCopy, AFolderThatWantsToBeMadeIsMade) {
  bool made = false;
  ImapScript script;
  script.answer = [&](Peer& peer, const std::string& tag, const std::string& line) {
    if (line.rfind("CREATE", 0) == 0) made = true;
    if (line.rfind("APPEND", 0) != 0 || made) return false;
    peer.bytes(mail_text(1).size());
    peer.line();
    peer.say(tag + " NO [TRYCREATE] no such folder");
    return true;
  };
  FakeImap server(script);
  server.with("Sent", [](FakeFolder& f) { f.flags = "\\Sent"; });
  EXPECT_TRUE(open_account(settings_for(server.port()))->send(copy_of(1)));
  EXPECT_TRUE(made);
}

TEST(Finding, SaysNoOnlyWhereAbsenceProvesIt) {
  FakeImap server({});
  server.with("Sent", [](FakeFolder& f) { f.flags = "\\Sent"; });
  server.add("Sent", mail_text(1));
  server.add("Sent", "Message-ID: <1122@guest.test>\r\n\r\n");
  server.add("INBOX", mail_text(5));
  Outbound out = copy_of(1);
  const auto find = [&](const char* copy, model::Purpose purpose, const char* id) {
    Given given = settings_for(server.port());
    given["sent_copy"] = copy;
    out.purpose = purpose;
    out.message_id = id;
    auto found = open_account(given)->find(out, Timestamp{});
    EXPECT_TRUE(found);
    return *found;
  };
  using enum model::Purpose;
  EXPECT_EQ(find("server", deliver, "1@guest.test"), Found::yes);
  EXPECT_EQ(find("server", deliver, "2@guest.test"), Found::no);
  EXPECT_EQ(find("server", deliver, "122@guest.test"), Found::no) << "a part of another id is not it";
  EXPECT_EQ(find("append", deliver, "1@guest.test"), Found::yes);
  EXPECT_EQ(find("append", deliver, "2@guest.test"), Found::unknown) << "we file only after sending";
  EXPECT_EQ(find("append", deliver, "5@guest.test"), Found::yes) << "our own copy came back to the inbox";
  EXPECT_EQ(find("append", file_copy, "1@guest.test"), Found::yes);
  EXPECT_EQ(find("append", file_copy, "2@guest.test"), Found::no);
}

TEST(Finding, IsUnknownWithoutASentFolder) {
  FakeImap server({});
  Given given = settings_for(server.port());
  given["sent_copy"] = "server";
  Outbound out = copy_of(1);
  out.purpose = model::Purpose::deliver;
  EXPECT_EQ(*open_account(given)->find(out, Timestamp{}), Found::unknown);
}

}  // namespace
}  // namespace amends::connectors::email
