#include "connectors/email/smtp_wire.h"

#include <gtest/gtest.h>

#include "connectors/email/address.h"
#include "connectors/email/cursor.h"

namespace amends::connectors::email {
namespace {

Result<std::vector<Reply>> read_replies(std::string_view bytes, std::size_t step) {
  ReplyReader reader;
  std::vector<Reply> out;
  while (!bytes.empty()) {
    std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    while (!piece.empty()) {
      std::size_t used = 0;
      TRY(const bool complete, reader.feed(piece, used));
      piece.remove_prefix(used);
      if (complete) out.push_back(reader.take());
    }
  }
  return out;
}

TEST(SmtpReply, ReadsTheSameWhateverPiecesArrive) {
  const std::string bytes = "220 hi\r\n250-a\r\n250-SIZE 5\n250 c\r\n354\r\n550 5.1.1 Gr\xC3\xBC\xDF\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const auto all = read_replies(bytes, step);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 4u);
    EXPECT_EQ((*all)[1].lines, (std::vector<std::string>{"a", "SIZE 5", "c"}));
    EXPECT_EQ((*all)[2].code, 354);
    EXPECT_EQ((*all)[3].text(), "550 5.1.1 Gr\xC3\xBC\xEF\xBF\xBD");
  }
}

TEST(SmtpReply, WhatIsNoReplyIsSaid) {
  for (const char* bytes : {"999 x\r\n", "199 x\r\n", "25 x\r\n", "250_x\r\n", "hello\r\n", "\r\n",
                            "250-a\r\n251 b\r\n", "2500 x\r\n", "-50 x\r\n"}) {
    EXPECT_FALSE(read_replies(bytes, 3)) << bytes;
  }
}

TEST(SmtpReply, IsCappedInLinesAndBytes) {
  std::string lines;
  for (int i = 0; i < 300; ++i) lines += "250-x\r\n";
  EXPECT_FALSE(read_replies(lines, 1000));
  EXPECT_FALSE(read_replies(std::string(100'000, '2'), 1000));
  EXPECT_LE(read_replies("550 " + std::string(2000, 'x') + "\r\n", 100)->front().text().size(), 500u);
}

TEST(SmtpOffers, AreReadByKeyword) {
  const auto reply = read_replies(
      "250-mail.test SIZE 1\r\n250-size 35882577\r\n250-AUTH PLAIN login\r\n250-AUTH=XOAUTH2\r\n250 8BITMIME\r\n", 99);
  const Offers offers(reply->front());
  EXPECT_EQ(offers.size(), 35882577u);
  EXPECT_TRUE(offers.has("8BITMIME"));
  EXPECT_TRUE(offers.has_auth("LOGIN"));
  EXPECT_TRUE(offers.has_auth("XOAUTH2"));
  EXPECT_FALSE(offers.has_auth("PLAI"));
  EXPECT_FALSE(offers.has("MAIL.TEST"));
}

TEST(DotStuffing, ComesAfterLineEndsAreMadeWhole) {
  EXPECT_EQ(*dot_stuffed("a\n.\nb"), "a\r\n..\r\nb\r\n");
  EXPECT_EQ(*dot_stuffed("a\r.\r\n.b\r\n"), "a\r\n..\r\n..b\r\n");
  EXPECT_EQ(*dot_stuffed(".\r\r\n."), "..\r\n\r\n..\r\n");
  EXPECT_EQ(*dot_stuffed("x\r\n.\r\nMAIL FROM:<evil@x>\r\n"), "x\r\n..\r\nMAIL FROM:<evil@x>\r\n");
  EXPECT_EQ(*dot_stuffed(""), "\r\n");
}

TEST(DotStuffing, NeverLeavesABareLineEndOrALoneDot) {
  std::uint64_t x = 1234567;
  for (int i = 0; i < 20'000; ++i) {
    std::string mail;
    for (int n = 0; n < 12; ++n) {
      x = x * 6364136223846793005ULL + 1442695040888963407ULL;
      mail += "\r\n.x"[(x >> 33) % 4];
    }
    const std::string wire = *dot_stuffed(mail);
    ASSERT_EQ(wire.substr(wire.size() - 2), "\r\n");
    for (std::size_t at = 0; at < wire.size(); ++at) {
      if (wire[at] == '\n') {
        ASSERT_TRUE(at > 0 && wire[at - 1] == '\r');
      }
      if (wire[at] == '\r') {
        ASSERT_TRUE(at + 1 < wire.size() && wire[at + 1] == '\n');
      }
    }
    ASSERT_EQ(("\r\n" + wire).find("\r\n.\r\n"), std::string::npos);
  }
}

TEST(DotStuffing, RefusesWhatNoServerHasToTake) {
  EXPECT_FALSE(dot_stuffed(std::string_view("a\0b", 3)));
  EXPECT_FALSE(dot_stuffed(std::string(1'000'000, 'x')));
  EXPECT_TRUE(dot_stuffed(std::string(998, 'x')));
  EXPECT_FALSE(dot_stuffed(std::string(999, 'x')));
}

TEST(Address, OnlyWhatCanStandBetweenAngleBracketsIsOne) {
  for (const char* good : {"a@b", "o'brien+x@shop.test", "a.b_c-d=e@sub.shop.test", "jörg@bücher.test"}) {
    EXPECT_TRUE(is_mail_address(good)) << good;
  }
  for (const char* bad : {"", "a", "@b", "a@", "a b@c", "a@b>", "<a@b>", "a@b\r\nRCPT TO:<x@y>", "a\n@b", "a@b@c",
                          "a@b c", "a,b@c", "\"a b\"@c", "a@b\xff", "a\t@b"}) {
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  }
  EXPECT_FALSE(is_mail_address(std::string(65, 'a') + "@b"));
  EXPECT_FALSE(is_mail_address("a@" + std::string(256, 'b')));
}

TEST(Address, ForeignDomainsBecomeALabelsAndForeignNamesNeedSmtputf8) {
  bool wide = true;
  EXPECT_EQ(*wire_address("info@bücher.test", wide), "info@xn--bcher-kva.test");
  EXPECT_FALSE(wide);
  EXPECT_EQ(*wire_address("jörg@shop.test", wide), "jörg@shop.test");
  EXPECT_TRUE(wide);
}

TEST(Cursor, ComesBackAsItWasWritten) {
  Cursor cursor;
  cursor.folders["INBOX"] = {17, 42, 99, 43, 0};
  cursor.folders["Gesendet/Älter"] = {4294967295, 4294967295, 0, 0, 2};
  EXPECT_EQ(read_cursor(write_cursor(cursor))->folders, cursor.folders);
  EXPECT_TRUE(read_cursor("")->folders.empty());
}

TEST(Cursor, WhatIsNoneIsSaidNotGuessed) {
  for (const char* text :
       {"x", "{}", "{\"v\":2,\"folders\":{}}", "{\"v\":1}", "[]", "{\"v\":1,\"folders\":{\"a\":1}}", "null"}) {
    const auto cursor = read_cursor(text);
    ASSERT_FALSE(cursor) << text;
    EXPECT_EQ(cursor.error().kind, Kind::corrupt);
  }
}

TEST(ExternalId, NamesFolderValidityAndUid) {
  EXPECT_EQ(external_id("INBOX", {17, 0, 0, 0, 0}, 42), "INBOX;17;42");
  EXPECT_EQ(external_id("INBOX", {17, 0, 0, 0, 1}, 42), "INBOX;17.1;42");
}

}  // namespace
}  // namespace amends::connectors::email
