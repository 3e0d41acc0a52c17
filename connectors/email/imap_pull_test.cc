#include "connectors/email/session.h"

#include "connectors/email/test_intake.h"

namespace amends::connectors::email {
namespace {

using test::FakeFolder;
using test::FakeImap;
using test::ImapScript;
using test::Peer;

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

}  // namespace
}  // namespace amends::connectors::email
