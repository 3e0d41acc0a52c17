#include "connectors/email/session.h"

#include "connectors/email/test_intake.h"

namespace amends::connectors::email {
namespace {

using channel::Found;
using channel::Outbound;
using test::FakeFolder;
using test::FakeImap;
using test::ImapScript;
using test::Peer;

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
