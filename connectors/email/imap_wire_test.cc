#include "connectors/email/imap_wire.h"

#include <gtest/gtest.h>

#include "connectors/email/imap_fetch.h"
#include "connectors/email/imap_folders.h"
#include "connectors/email/imap_pull.h"

namespace amends::connectors::email {
namespace {

// All responses in `bytes`, fed `step` bytes at a time.
Result<std::vector<Response>> read_all(std::string_view bytes, std::size_t step, const WireLimits& limits = {}) {
  ResponseReader reader;
  reader.set_limits(limits);
  std::vector<Response> out;
  while (!bytes.empty()) {
    std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    while (!piece.empty()) {
      std::size_t used = 0;
      TRY(const bool complete, reader.feed(piece, used));
      piece.remove_prefix(used);
      if (!complete) break;
      TRY(Response one, reader.take());
      out.push_back(std::move(one));
    }
  }
  return out;
}

Response one(std::string_view bytes) {
  auto all = read_all(bytes, bytes.size());
  EXPECT_TRUE(all) << all.error().what;
  EXPECT_EQ(all->size(), 1u);
  return all->empty() ? Response{} : all->front();
}

TEST(ImapWire, ReadsTheSameWhateverPiecesArrive) {
  const std::string bytes =
      "* OK [CAPABILITY IMAP4rev1 IDLE] ready {12}\r\n"
      "* 12 FETCH (UID 42 FLAGS (\\Seen $Junk) BODY[] {11}\r\nSubject: a\n X {3+}\r\n\"()(x \"q\\\"\\\\\" NIL))\r\n"
      "+ go on\r\n"
      "a1 NO [TRYCREATE] no such folder\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const auto all = read_all(bytes, step);
    ASSERT_TRUE(all) << step << all.error().what;
    ASSERT_EQ(all->size(), 4u) << step;
    EXPECT_EQ((*all)[0].code, "CAPABILITY");
    EXPECT_EQ((*all)[0].code_args, "IMAP4rev1 IDLE");
    EXPECT_EQ((*all)[0].text, "ready {12}");
    const auto& fetch = (*all)[1];
    EXPECT_EQ(fetch.name, "FETCH");
    EXPECT_EQ(fetch.number, 12u);
    const auto& pairs = fetch.values.at(0).items;
    ASSERT_EQ(pairs.size(), 9u);
    EXPECT_EQ(pairs[3].items.size(), 2u);
    EXPECT_EQ(pairs[5].text, "Subject: a\n");
    EXPECT_EQ(pairs[7].text, "\"()");
    EXPECT_EQ(pairs[8].items.at(1).text, "q\"\\");
    EXPECT_EQ((*all)[2].type, Response::Type::continuation);
    EXPECT_EQ((*all)[3].code, "TRYCREATE");
    EXPECT_EQ((*all)[3].tag, "a1");
  }
}

TEST(ImapWire, LiteralsHoldAnyBytes) {
  std::string bytes = "* 1 FETCH (BODY[] {5}\r\n";
  bytes += std::string("a\0\r\n)", 5);
  bytes += " UID 7 BODY[TEXT] ~{0}\r\n)\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const auto all = read_all(bytes, step);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 1u);
    const auto& pairs = all->front().values.at(0).items;
    ASSERT_EQ(pairs.size(), 6u);
    EXPECT_EQ(pairs[1].text, std::string("a\0\r\n)", 5));
    EXPECT_EQ(pairs[3].text, "7");
    EXPECT_EQ(pairs[4].text, "BODY[TEXT]");
    EXPECT_EQ(pairs[5].text, "");
    EXPECT_EQ(pairs[5].kind, Value::Kind::string);
  }
}

TEST(ImapWire, BracketsHoldAWordTogether) {
  const auto response = one("* 3 FETCH (BODY[HEADER.FIELDS (SUBJECT FROM)]<0> \"x\" UID 9)\r\n");
  const auto& pairs = response.values.at(0).items;
  ASSERT_EQ(pairs.size(), 4u);
  EXPECT_EQ(pairs[0].text, "BODY[HEADER.FIELDS (SUBJECT FROM)]<0>");
  EXPECT_EQ(pairs[3].number(), 9u);
}

TEST(ImapWire, QuotedStringsAreUnescapedAndNilIsNothing) {
  const auto response = one("* LIST (\\HasNoChildren \\Sent) \"/\" \"a \\\"b\\\" \\\\ {5}\"\r\n");
  EXPECT_EQ(response.name, "LIST");
  EXPECT_EQ(response.values.at(2).text, "a \"b\" \\ {5}");
  EXPECT_EQ(one("* LIST () NIL inbox\r\n").values.at(1).kind, Value::Kind::nil);
}

TEST(ImapWire, WordsForPeopleHaveNoLiterals) {
  EXPECT_EQ(one("* BYE see {99999999999}\r\n").text, "see {99999999999}");
  EXPECT_EQ(one("a7 OK done {3}\r\n").tag, "a7");
  EXPECT_EQ(one("+ {3}\r\n").type, Response::Type::continuation);
  EXPECT_EQ(one("+\r\n").type, Response::Type::continuation);
}

TEST(ImapWire, ALoneLineFeedEndsALineToo) { EXPECT_EQ(one("* 4 EXISTS\n").number, 4u); }

TEST(ImapWire, AnnouncedSizesAreNeverBelieved) {
  WireLimits limits;
  limits.literal = 100;
  for (const char* line : {"* 1 FETCH (BODY[] {4294967295}\r\n", "* 1 FETCH (BODY[] {101}\r\n",
                           "* 1 FETCH (BODY[] {99999999999999999999999999}\r\n"}) {
    ResponseReader reader;
    reader.set_limits(limits);
    std::size_t used = 0;
    const auto fed = reader.feed(line, used);
    ASSERT_FALSE(fed) << line;
    EXPECT_EQ(fed.error().kind, Kind::corrupt);
    EXPECT_TRUE(reader.literal_was_too_large());
  }
}

TEST(ImapWire, ManyLiteralsAreCappedTogether) {
  WireLimits limits;
  limits.literals = 10;
  EXPECT_FALSE(read_all("* 1 FETCH (A {6}\r\n123456 B {6}\r\n123456)\r\n", 5, limits));
}

TEST(ImapWire, ALineWithoutEndIsCapped) {
  ResponseReader reader;
  std::size_t used = 0;
  const std::string piece(100'000, 'x');
  Result<bool> last = false;
  for (int i = 0; i < 12 && last; ++i) last = reader.feed(piece, used);
  ASSERT_FALSE(last);
  EXPECT_FALSE(reader.literal_was_too_large());
}

TEST(ImapWire, DeepNestingIsRefusedAndOpenListsEndWithTheLine) {
  EXPECT_FALSE(read_all("* X " + std::string(5000, '(') + "\r\n", 5100));
  EXPECT_EQ(one("* X (a (b\r\n").values.at(0).items.size(), 2u);
  EXPECT_EQ(one("* X a) b\r\n").values.size(), 2u);
}

TEST(ImapWire, WhatIsNoImapIsSaid) {
  for (const char* bytes : {"HTTP/1.1\r\n", "\r\n", " \r\n", "220-hello\r\n"}) {
    EXPECT_FALSE(read_all(bytes, 1000)) << bytes;
  }
}

TEST(ImapWire, RandomBytesNeverHurt) {
  std::uint64_t x = 88172645463325252ULL;
  const auto next = [&] {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x;
  };
  static constexpr std::string_view kParts[] = {"* ",   "(",    ")",      "{3}\r\n", "\"",       "\\",
                                                "[",    "]",    "FETCH ", "\r\n",    "1 ",       "a1 OK ",
                                                "NIL ", "\xff", "{",      "}",       "~{0}\r\n", "+ "};
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes;
    for (std::uint64_t n = next() % 20; n > 0; --n) bytes += kParts[next() % std::size(kParts)];
    const auto all = read_all(bytes, 1 + next() % 7);
    if (!all) {
      EXPECT_EQ(all.error().kind, Kind::corrupt);
    }
  }
}

TEST(ImapWire, StringsAreQuotedWhereTheyCanBe) {
  EXPECT_EQ(quoted("a \"b\" \\"), "\"a \\\"b\\\" \\\\\"");
  EXPECT_FALSE(quoted("a\r\nb LOGOUT"));
  EXPECT_FALSE(quoted("\xC3\xBC"));
  EXPECT_FALSE(quoted(std::string_view("\0", 1)));
}

TEST(ImapWire, UidSetsAreShort) {
  EXPECT_EQ(uid_set({1, 2, 3, 7, 9, 10}), "1:3,7,9:10");
  EXPECT_EQ(uid_set({4294967295u}), "4294967295");
}

TEST(FolderNames, GoThroughModifiedUtf7AndBack) {
  const std::pair<const char*, const char*> pairs[] = {
      {"INBOX", "INBOX"},
      {"Entw&APw-rfe", "Entwürfe"},
      {"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"},
      {"A&-B", "A&B"},
      {"&2D3eAA-", "😀"},
      {"&AOkA6Q-t&AOk-", "éété"},
  };
  for (const auto& [wire, name] : pairs) {
    EXPECT_EQ(from_mutf7(wire), name);
    EXPECT_EQ(to_mutf7(name), wire);
  }
}

TEST(FolderNames, ThatAreNotValidAreSaidToBe) {
  for (const char* wire : {"&", "&AGE-", "&A-", "a&b", "&2D0-", "&AP!-", "caf\xC3\xA9", "&APwx-", "tab\t"}) {
    EXPECT_FALSE(from_mutf7(wire)) << wire;
  }
}

std::vector<Folder> folders(std::initializer_list<std::pair<const char*, const char*>> rows, char delimiter = '/') {
  std::vector<Folder> out;
  for (const auto& [name, use] : rows) out.push_back({name, name, delimiter, true, use, false});
  return out;
}

TEST(Folders, AreFoundAsPeopleWriteThem) {
  const auto all = folders({{"INBOX", ""}, {"INBOX.Sent", ""}, {"INBOX.Kunden.Alt", ""}, {"Übrige", ""}}, '.');
  EXPECT_EQ(find_folder(all, "inbox")->name, "INBOX");
  EXPECT_EQ(find_folder(all, "Sent", "INBOX.")->name, "INBOX.Sent");
  EXPECT_EQ(find_folder(all, "INBOX/Kunden/Alt")->name, "INBOX.Kunden.Alt");
  EXPECT_EQ(find_folder(all, "ÜBRIGE")->name, "Übrige");
  EXPECT_EQ(find_folder(all, "Nowhere", "INBOX."), nullptr);
}

TEST(Folders, SentIsFoundByUseThenByName) {
  EXPECT_EQ(find_sent(folders({{"Sent", ""}, {"[Gmail]/Gesendet", "\\Sent"}}))->name, "[Gmail]/Gesendet");
  EXPECT_EQ(find_sent(folders({{"INBOX", ""}, {"INBOX.Sent Items", ""}}, '.'))->name, "INBOX.Sent Items");
  EXPECT_EQ(find_sent(folders({{"Gesendete Objekte", ""}}))->name, "Gesendete Objekte");
  EXPECT_EQ(find_sent(folders({{"INBOX", ""}, {"Sentinel", ""}})), nullptr);
}

TEST(InternalDate, IsReadWithItsZone) {
  EXPECT_EQ(to_rfc3339(*from_internal_date("17-Jul-1996 02:44:25 -0700")), "1996-07-17T09:44:25Z");
  EXPECT_EQ(to_rfc3339(*from_internal_date(" 1-Jan-2026 00:00:00 +0000")), "2026-01-01T00:00:00Z");
  for (const char* wrong : {"", "yesterday", "17-Jul-1996", "17-Foo-1996 02:44:25 -0700", "99-Jul-1996 02:44:25 -0700",
                            "17-Jul-1996 02:44:25 CEST", "17-Jul-1996 02:44:25 -070x"}) {
    EXPECT_FALSE(from_internal_date(wrong)) << wrong;
  }
}

TEST(LargeMail, KeepsItsHeaderAndSaysWhatIsMissing) {
  const std::string raw = header_with_notice(
      "From: a@b.test\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\nSubject: big\r\n  folded\r\nmime-version: "
      "1.0\r\n\r\nrest",
      "[not here]");
  EXPECT_EQ(raw,
            "From: a@b.test\r\nSubject: big\r\n  folded\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
            "charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n[not here]\r\n");
}

}  // namespace
}  // namespace amends::connectors::email
