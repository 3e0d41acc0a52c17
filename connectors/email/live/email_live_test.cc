// The connector against Dovecot and Postfix, as tests/peers/mail/with-peer starts them. Every test has users of its
// own, so that none sees another's mail.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

#include "connectors/email/test_account.h"
#include "core/base/text.h"
#include "core/mime/mail.h"
#include "tests/support/support.h"

namespace amends::connectors::email {
namespace {

using channel::Found;
using channel::Outbound;
using model::RecipientState;

struct MailPeer {
  std::map<std::string, std::string> env;
  const std::string& operator[](const std::string& name) const {
    const auto it = env.find(name);
    if (it == env.end()) std::abort();
    return it->second;
  }
};

const MailPeer& peer() {
  static const MailPeer loaded = [] {
    MailPeer p;
    const char* path = std::getenv("AMENDS_MAIL_PEER");
    std::ifstream in(path == nullptr ? "" : path);
    for (std::string line; std::getline(in, line);) {
      const auto at = line.find('=');
      if (at != line.npos) p.env[line.substr(0, at)] = line.substr(at + 1);
    }
    if (p.env.empty()) {
      ADD_FAILURE() << "AMENDS_MAIL_PEER names no env file: run this by tests/peers/mail/with-peer";
      std::fprintf(stderr, "AMENDS_MAIL_PEER names no env file: run this by tests/peers/mail/with-peer\n");
      std::exit(1);
    }
    return p;
  }();
  return loaded;
}

Given given_for(const std::string& address) {
  return {{"address", address},
          {"password", peer()["AMENDS_PEER_PASSWORD"]},
          {"imap_host", "localhost"},
          {"imap_port", peer()["AMENDS_PEER_IMAPS"]},
          {"smtp_host", "localhost"},
          {"smtp_port", peer()["AMENDS_PEER_SUBMISSION"]},
          {"ca_file", peer()["AMENDS_PEER_CA"]},
          {"allow_private_network", "true"}};
}

std::unique_ptr<channel::Connector> account(const std::string& address, Given more = {}) {
  Given given = given_for(address);
  for (auto& [key, value] : more) given[key] = value;
  return open_account(given);
}

// Puts a mail into an INBOX without any server's help, as a delivery would.
void drop(const std::string& user, int n, const std::string& raw) {
  const std::filesystem::path inbox = std::filesystem::path(peer()["AMENDS_PEER_MAIL"]) / user / "Maildir/new";
  ASSERT_TRUE(std::filesystem::exists(inbox)) << "log in once, so that the mailbox is there";
  const auto path = inbox / (std::to_string(1'700'000'000 + n) + ".M" + std::to_string(n) + "P1.test");
  test::write_file(path, raw);
  ::chmod(path.c_str(), 0644);
}

int doveadm(const std::string& arguments) {
  const std::string command = "doveadm -c " + peer()["AMENDS_PEER_DOVECOT"] + " " + arguments;
  return std::system(command.c_str());
}

struct Intake {
  std::string cursor;
  std::vector<model::Item> items;
  std::vector<std::string> notes;
  std::size_t pages = 0;

  void run(channel::Connector& from) {
    for (bool more = true; more; ++pages) {
      auto page = from.pull(cursor);
      ASSERT_TRUE(page) << page.error().what;
      for (auto& item : page->items) items.push_back(std::move(item));
      for (auto& note : page->notes) notes.push_back(std::move(note));
      cursor = page->cursor;
      more = page->more;
    }
  }
  // Until an item holds `part`; mail between the users takes a moment.
  const model::Item* wait_for(channel::Connector& from, const std::string& part) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    auto watch = from.watch();
    EXPECT_TRUE(watch) << watch.error().what;
    while (std::chrono::steady_clock::now() < end) {
      pollfd p{(*watch)->fd(), POLLIN, 0};
      if (::poll(&p, 1, 1000) > 0) {
        EXPECT_TRUE((*watch)->readable());
      }
      run(from);
      for (const auto& item : items) {
        if (item.raw.find(part) != item.raw.npos) return &item;
      }
    }
    return nullptr;
  }
};

Outbound mail(const std::string& from, std::vector<std::string> to, const std::string& id) {
  Outbound out;
  out.sender = from;
  out.recipients = std::move(to);
  out.message_id = id + "@shop.test";
  out.payload = "From: " + from + "\r\nTo: " + out.recipients.front() + "\r\nSubject: About " + id +
                "\r\nMessage-ID: <" + out.message_id + ">\r\nDate: Sat, 21 Nov 2026 09:30:00 +0000\r\n\r\n" +
                "We are sorry.\r\n.\r\n..two dots\r\n";
  return out;
}

TEST(EmailLive, AReplyReachesTheCustomerAndItsCopyLiesInSent) {
  const auto shop = account("reply@shop.test");
  const auto customer = account("ann-reply@guest.test");
  Intake inbox;
  inbox.run(*customer);
  bool asked = false;
  Outbound out = mail("reply@shop.test", {"ann-reply@guest.test"}, "reply-1");
  out.point_of_no_return = [&]() -> Result<Done> {
    asked = true;
    return Done{};
  };
  const auto receipt = shop->send(out);
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_TRUE(asked);
  EXPECT_EQ(receipt->recipients.at(0).state, RecipientState::accepted);
  EXPECT_FALSE(receipt->external_id.empty());
  const auto* arrived = inbox.wait_for(*customer, "<reply-1@shop.test>");
  ASSERT_NE(arrived, nullptr);
  EXPECT_NE(arrived->raw.find("\r\nWe are sorry.\r\n.\r\n..two dots\r\n"), std::string::npos) << arrived->raw;
  EXPECT_EQ(arrived->place, "INBOX");

  EXPECT_EQ(*shop->find(out, Timestamp{}), Found::unknown)
      << "we file the copy ourselves, so its absence proves nothing";
  Outbound copy = out;
  copy.purpose = model::Purpose::file_copy;
  EXPECT_EQ(*shop->find(copy, Timestamp{}), Found::no);
  const auto filed = shop->send(copy);
  ASSERT_TRUE(filed) << filed.error().what;
  const auto again = shop->send(copy);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->external_id, filed->external_id);
  EXPECT_EQ(*shop->find(copy, Timestamp{}), Found::yes);
  EXPECT_EQ(*shop->find(out, Timestamp{}), Found::yes);
  Intake sent;
  sent.run(*shop);
  ASSERT_EQ(sent.items.size(), 1u);
  EXPECT_EQ(sent.items[0].external_id, filed->external_id);
  EXPECT_EQ(sent.items[0].raw, out.payload);
  EXPECT_TRUE(sent.items[0].own);
}

TEST(EmailLive, MailGoesByImplicitTlsAndStarttlsAlike) {
  const Given starttls = {{"imap_security", "starttls"}, {"imap_port", peer()["AMENDS_PEER_IMAP"]}};
  const Given tls = {{"smtp_security", "tls"}, {"smtp_port", peer()["AMENDS_PEER_SUBMISSIONS"]}};
  const auto shop = account("ways@shop.test", starttls);
  const auto customer = account("ann-ways@guest.test", tls);
  Intake inbox;
  inbox.run(*shop);
  ASSERT_TRUE(customer->send(mail("ann-ways@guest.test", {"ways@shop.test"}, "ways-1")));
  EXPECT_NE(inbox.wait_for(*shop, "<ways-1@shop.test>"), nullptr);
}

TEST(EmailLive, AMailboxWakesUpWhenMailComes) {
  const auto shop = account("wake@shop.test");
  auto watch = shop->watch();
  ASSERT_TRUE(watch) << watch.error().what;
  pollfd p{(*watch)->fd(), POLLIN, 0};
  ASSERT_GT(::poll(&p, 1, 1000), 0);
  EXPECT_TRUE(*(*watch)->readable());
  ASSERT_TRUE((*watch)->renew());
  ASSERT_EQ(::poll(&p, 1, 0), 0);
  ASSERT_TRUE(account("ann-wake@guest.test")->send(mail("ann-wake@guest.test", {"wake@shop.test"}, "wake-1")));
  ASSERT_GT(::poll(&p, 1, 20'000), 0);
  EXPECT_TRUE(*(*watch)->readable());
}

TEST(EmailLive, AnUnknownAddressComesBackAsABounce) {
  const auto shop = account("bounce@shop.test");
  Intake inbox;
  inbox.run(*shop);
  const auto receipt = shop->send(mail("bounce@shop.test", {"nobody-here@guest.test"}, "bounce-1"));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->recipients.at(0).state, RecipientState::accepted) << "submission takes it; the bounce comes later";
  const auto* report = inbox.wait_for(*shop, "multipart/report");
  ASSERT_NE(report, nullptr);
  mime::init();
  const auto settings = channel::check_settings(descriptor, given_for("bounce@shop.test"));
  const auto content = descriptor.parse(*report, {*settings, "shop"});
  ASSERT_TRUE(content);
  ASSERT_TRUE(content->bounce);
  EXPECT_EQ(content->bounce->original_message_id, "bounce-1@shop.test");
  EXPECT_EQ(content->bounce->recipient, "nobody-here@guest.test");
  EXPECT_TRUE(content->bounce->permanent);
}

TEST(EmailLive, NoMailLeavesThisMachine) {
  const auto shop = account("out@shop.test");
  Intake inbox;
  inbox.run(*shop);
  ASSERT_TRUE(shop->send(mail("out@shop.test", {"somebody@example.org"}, "out-1")));
  const auto* report = inbox.wait_for(*shop, "multipart/report");
  ASSERT_NE(report, nullptr);
  EXPECT_NE(report->raw.find("no way out"), std::string::npos);
}

TEST(EmailLive, TenThousandMailsAfterAnOutageComeInPagesInOrder) {
  const auto shop = account("outage@shop.test");
  Intake intake;
  intake.run(*shop);
  for (int n = 1; n <= 10'000; ++n) drop("outage@shop.test", n, mail_text(n));
  const auto began = std::chrono::steady_clock::now();
  intake.run(*shop);
  const auto took = std::chrono::steady_clock::now() - began;
  ASSERT_EQ(intake.items.size(), 10'000u);
  EXPECT_GE(intake.pages, 50u);
  std::set<std::string> ids, subjects;
  std::uint64_t last = 0;
  for (const auto& item : intake.items) {
    ids.insert(item.external_id);
    const std::uint64_t uid = std::stoull(item.external_id.substr(item.external_id.rfind(';') + 1));
    EXPECT_GT(uid, last);
    last = uid;
    subjects.insert(item.raw.substr(item.raw.find("Subject:")));
  }
  EXPECT_EQ(ids.size(), 10'000u);
  EXPECT_EQ(subjects.size(), 10'000u);
  RecordProperty("mails_per_second", static_cast<int>(10'000 / std::chrono::duration<double>(took).count()));
  std::printf("10,000 mails in %.1f s\n", std::chrono::duration<double>(took).count());
}

TEST(EmailLive, FlagsAreLeftAsTheyAre) {
  const auto shop = account("flags@shop.test");
  Intake intake;
  intake.run(*shop);
  for (int n = 1; n <= 3; ++n) drop("flags@shop.test", n, mail_text(n));
  intake.run(*shop);
  ASSERT_EQ(intake.items.size(), 3u);
  EXPECT_EQ(doveadm("search -u flags@shop.test mailbox INBOX unseen | wc -l | grep -qx 3"), 0);
}

TEST(EmailLive, AChangedUidvalidityIsReadAgain) {
  const auto shop = account("validity@shop.test");
  Intake intake;
  intake.run(*shop);
  for (int n = 1; n <= 4; ++n) drop("validity@shop.test", n, mail_text(n));
  intake.run(*shop);
  ASSERT_EQ(intake.items.size(), 4u);
  ASSERT_EQ(doveadm("mailbox update -u validity@shop.test --uid-validity 4242 INBOX"), 0);
  drop("validity@shop.test", 5, mail_text(5));
  intake.run(*shop);
  ASSERT_EQ(intake.items.size(), 9u);
  EXPECT_EQ(intake.items[4].external_id, "INBOX;4242;1");
  EXPECT_EQ(intake.items[4].raw, intake.items[0].raw);
  ASSERT_EQ(intake.notes.size(), 1u);
  EXPECT_NE(intake.notes[0].find("UIDVALIDITY"), std::string::npos);
}

TEST(EmailLive, ExpungedMailLeavesNoTraceAndNoHole) {
  const auto shop = account("expunge@shop.test");
  Intake intake;
  intake.run(*shop);
  for (int n = 1; n <= 6; ++n) drop("expunge@shop.test", n, mail_text(n));
  ASSERT_EQ(doveadm("expunge -u expunge@shop.test mailbox INBOX subject \"number 3\""), 0);
  intake.run(*shop);
  EXPECT_EQ(intake.items.size(), 5u);
  ASSERT_EQ(doveadm("expunge -u expunge@shop.test mailbox INBOX all"), 0);
  drop("expunge@shop.test", 7, mail_text(7));
  intake.run(*shop);
  ASSERT_EQ(intake.items.size(), 6u);
  EXPECT_EQ(intake.items.back().raw, mail_text(7));
}

TEST(EmailLive, TheCursorCountsChangesWhereTheServerDoes) {
  const auto shop = account("modseq@shop.test");
  Intake intake;
  intake.run(*shop);
  drop("modseq@shop.test", 1, mail_text(1));
  intake.run(*shop);
  EXPECT_NE(intake.cursor.find("\"modseq\":"), std::string::npos) << intake.cursor;
  const std::string before = intake.cursor;
  intake.run(*shop);
  EXPECT_EQ(intake.cursor, before);
  // A changed flag moves HIGHESTMODSEQ, but brings no mail.
  ASSERT_EQ(doveadm("flags add -u modseq@shop.test '\\Flagged' mailbox INBOX all"), 0);
  intake.run(*shop);
  EXPECT_NE(intake.cursor, before);
  EXPECT_EQ(intake.items.size(), 1u);
}

TEST(EmailLive, FoldersWithForeignNamesAreReadAndMissingOnesSaid) {
  const auto first = account("folders@shop.test");
  Intake().run(*first);
  ASSERT_EQ(doveadm("mailbox create -u folders@shop.test 'Kunden/Entw&APw-rfe' 2>/dev/null || true"), 0);
  ASSERT_EQ(doveadm("mailbox create -u folders@shop.test 'Kunden/Entwürfe' 2>/dev/null || true"), 0);
  const auto shop = account("folders@shop.test", {{"folders", "INBOX, kunden/entwürfe, Fort"}});
  Intake intake;
  intake.run(*shop);
  EXPECT_EQ(intake.notes, std::vector<std::string>{"the mailbox has no folder Fort"});
  EXPECT_NE(intake.cursor.find("Kunden/Entwürfe"), std::string::npos) << intake.cursor;
}

TEST(EmailLive, WhatIsWrongIsSaidAndToldApart) {
  using K = Kind;
  const struct {
    const char* name;
    Given change;
    K kind;
    const char* part;
  } cases[] = {
      {"wrong password", {{"password", "wrong"}}, K::unauthorized, "login"},
      {"unknown authority", {{"ca_file", ""}}, K::unavailable, "certificate"},
      {"TLS on the STARTTLS port", {{"imap_port", peer()["AMENDS_PEER_IMAP"]}}, K::unavailable, ""},
      {"private network not allowed", {{"allow_private_network", "false"}}, K::invalid, "not allowed"},
  };
  for (const auto& one : cases) {
    const auto page = account("wrong@shop.test", one.change)->pull("");
    ASSERT_FALSE(page) << one.name;
    EXPECT_NE(page.error().what.find(one.part), std::string::npos) << one.name << ": " << page.error().what;
    EXPECT_EQ(page.error().kind, one.kind) << one.name << ": " << page.error().what;
    EXPECT_FALSE(page.error().hint.empty()) << one.name << ": " << page.error().what;
  }
  const auto refused = account("wrong@shop.test", {{"smtp_password", "wrong"}})
                           ->send(mail("wrong@shop.test", {"ann@guest.test"}, "wrong-1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, K::unauthorized);
  const auto plain = account("wrong@shop.test", {{"smtp_security", "insecure_none"}})
                         ->send(mail("wrong@shop.test", {"ann@guest.test"}, "wrong-2"));
  ASSERT_FALSE(plain) << "no password without encryption";
}

TEST(EmailLive, TheServersLimitIsRespected) {
  const auto shop = account("large@shop.test");
  Outbound out = mail("large@shop.test", {"ann@guest.test"}, "large-1");
  for (std::size_t n = 0; n < 28'000; ++n) out.payload += std::string(990, 'x') + "\r\n";
  const auto receipt = shop->send(out);
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->recipients.at(0).state, RecipientState::refused);
  EXPECT_EQ(receipt->recipients.at(0).code, 552);
}

TEST(EmailLive, ALargeMailArrivesWhole) {
  const auto shop = account("big@shop.test");
  const auto customer = account("ann-big@guest.test");
  Intake inbox;
  inbox.run(*shop);
  Outbound out = mail("ann-big@guest.test", {"big@shop.test"}, "big-1");
  for (std::size_t n = 0; n < 12'000; ++n) out.payload += std::string(990, static_cast<char>('a' + n % 26)) + "\r\n";
  const auto receipt = customer->send(out);
  ASSERT_TRUE(receipt) << receipt.error().what;
  const auto* arrived = inbox.wait_for(*shop, "<big-1@shop.test>");
  ASSERT_NE(arrived, nullptr);
  const std::string body = out.payload.substr(out.payload.find("\r\n\r\n"));
  EXPECT_EQ(arrived->raw.substr(arrived->raw.find("\r\n\r\n")), body);
}

TEST(EmailLive, TheCheckTellsWhatIsThere) {
  const auto health = account("check@shop.test")->check();
  ASSERT_TRUE(health) << health.error().what;
  const std::string facts = text::join(health->facts, "\n");
  EXPECT_NE(facts.find("TLSv1.3, certificate good for 1 days"), std::string::npos) << facts;
  EXPECT_NE(facts.find("sent mail in Sent"), std::string::npos) << facts;
  EXPECT_NE(facts.find("IDLE"), std::string::npos) << facts;
  EXPECT_NE(facts.find("INBOX: 0 mails"), std::string::npos) << facts;
  EXPECT_NE(facts.find("SMTP takes mails up to 25 MB"), std::string::npos) << facts;
}

}  // namespace
}  // namespace amends::connectors::email
