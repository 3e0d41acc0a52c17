// Mail written to hurt: each is read in a moment, and what can be kept is kept.
#include <gtest/gtest.h>

#include <string>

#include "core/base/text.h"
#include "core/mime/mail.h"
#include "core/mime/tree.h"
#include "tests/support/cpu_time.h"

namespace amends::mime {
namespace {

// Parsed without the time going up with the square of the size.
model::Content quickly(const std::string& raw) {
  const test::CpuTime spent;
  auto mail = parse(raw);
  EXPECT_LT(spent.seconds(), test::CpuTime::kLimit);
  EXPECT_TRUE(text::is_utf8(mail.text));
  EXPECT_TRUE(text::is_utf8(mail.subject));
  return mail;
}

bool has_note(const model::Content& mail, std::string_view part) {
  for (const auto& note : mail.notes) {
    if (note.find(part) != note.npos) return true;
  }
  return false;
}

constexpr std::string_view kTop = "From: a@x.example\r\nSubject: s\r\nDate: Sat, 21 Nov 2026 09:30:00 +0000\r\n";

TEST(Hostile, AThousandLevelsAreKeptAsOneAttachmentBelowTheTwentieth) {
  std::string raw(kTop);
  for (int i = 0; i < 1000; ++i) {
    const std::string b = "b" + std::to_string(i);
    raw += "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n";
  }
  raw += "Content-Type: text/plain\r\n\r\ndeep\r\n";
  const auto mail = quickly(raw);
  EXPECT_TRUE(has_note(mail, "nested deeper than 20"));
  ASSERT_EQ(mail.attachments.size(), 1u);
  EXPECT_GT(mail.attachments[0].size, 30'000);
}

TEST(Hostile, ChainOfMailsInsideMailsIsOneFile) {
  std::string raw(kTop);
  for (int i = 0; i < 500; ++i) raw += "Content-Type: message/rfc822\r\n\r\n";
  EXPECT_EQ(quickly(raw).attachments.size(), 1u);
}

TEST(Hostile, AHundredThousandPartsStopAtTheCap) {
  std::string raw(kTop);
  raw += "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 100'000; ++i) raw += "--b\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n";
  const auto mail = quickly(raw);
  EXPECT_TRUE(has_note(mail, "more than 1000 parts"));
  EXPECT_FALSE(mail.text.empty());
}

TEST(Hostile, HeadersOverTheCapAreCutAndTheBodyIsStillRead) {
  std::string raw(kTop);
  for (int i = 0; i < 1'000'000; ++i) raw += "X-N: 1\r\n";
  auto mail = quickly(raw + "\r\nThe body.\r\n");
  EXPECT_TRUE(has_note(mail, "header is over the limit"));
  EXPECT_EQ(mail.text, "The body.");
  mail = quickly(std::string(kTop) + "X-Long: " + std::string(10'000'000, 'x') + "\r\n\r\nThe body.\r\n");
  EXPECT_TRUE(has_note(mail, "header is over the limit"));
  EXPECT_EQ(mail.text, "The body.");
  EXPECT_EQ(mail.subject, "s");
}

TEST(Hostile, AMailOverFiftyMegabytesKeepsItsHeader) {
  const std::string line = std::string(76, 'x') + "\r\n";
  std::string raw(kTop);
  raw += "\r\n";
  while (raw.size() <= std::size_t{51} * 1024 * 1024) raw += line;
  const auto mail = quickly(raw);
  EXPECT_EQ(mail.subject, "s");
  EXPECT_EQ(mail.text, "");
  EXPECT_TRUE(has_note(mail, "over 50 MB"));
}

TEST(Hostile, BoundariesOfEveryShapeEndTheirParts) {
  for (const std::string& boundary :
       {std::string("a.*+?(x)"), std::string(200, 'b'), std::string("--"), std::string(" "), std::string("b--")}) {
    const std::string raw = std::string(kTop) + "Content-Type: multipart/mixed; boundary=\"" + boundary +
                            "\"\r\n\r\n--" + boundary + "\r\nContent-Type: text/plain\r\n\r\nOne\r\n--" + boundary +
                            "\r\n\r\nTwo\r\n--" + boundary + "--\r\n";
    const auto mail = quickly(raw);
    EXPECT_NE(mail.text.find("One"), std::string::npos) << boundary;
    EXPECT_NE(mail.text.find("Two"), std::string::npos) << boundary;
  }
}

TEST(Hostile, LinesOfDelimitersThatAreNoneCostLittle) {
  std::string raw(kTop);
  raw += "Content-Type: multipart/mixed; boundary=-\r\n\r\n";
  raw += std::string(5'000'000, '-');
  quickly(raw);
  raw = std::string(kTop) + "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 100'000; ++i) raw += "--bx\r\n";
  quickly(raw);
}

TEST(Hostile, UnfinishedBlocksInTheTextCostLittle) {
  std::string raw(kTop);
  raw += "\r\n";
  for (int i = 0; i < 30'000; ++i) raw += "begin 644 x\r\n";
  EXPECT_FALSE(quickly(raw).text.empty());
  raw = std::string(kTop) + "\r\n";
  for (int i = 0; i < 30'000; ++i) raw += "=ybegin line=1 size=1 name=x\r\n";
  quickly(raw);
}

TEST(Hostile, NothingInvisibleReachesSubjectsNamesAndFilenames) {
  const auto mail = quickly(
      "From: =?utf-8?q?Ja=00ne=0D=0ABcc:_x=1B[31m?= <j@x.example>\r\nSubject: =?utf-8?b?YQBiDQpjG1szMW0=?=\r\n"
      "Content-Type: application/x; name=\"=?utf-8?q?a=0Ab=00.txt?=\"\r\n\r\nx");
  for (const std::string& s : {mail.subject, mail.author.name, mail.attachments.at(0).filename}) {
    for (const char c : s) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << s;
  }
  EXPECT_EQ(mail.author.handle, "j@x.example");
}

TEST(Hostile, EveryPrefixOfAMailIsAMail) {
  const std::string raw =
      std::string(kTop) +
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>a=C3=A9</p>\r\n--b\r\nContent-Type: x/y;\r\n "
      "name*0*=utf-8''a%C3; name*1*=%A9\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n";
  for (std::size_t i = 0; i <= raw.size(); ++i) {
    const auto mail = parse(std::string_view(raw).substr(0, i));
    EXPECT_TRUE(text::is_utf8(mail.text));
    for (const auto& file : mail.attachments) EXPECT_TRUE(part_bytes(std::string_view(raw).substr(0, i), file.part));
  }
}

TEST(Hostile, WhatIsNoMailIsToldApart) {
  EXPECT_NE(quarantine_reason(""), "");
  EXPECT_NE(quarantine_reason("\r\n\r\n"), "");
  EXPECT_NE(quarantine_reason(std::string(1000, '\0')), "");
  EXPECT_NE(quarantine_reason("%PDF-1.7 \x01\x02"), "");
  EXPECT_EQ(quarantine_reason("Subject: x\r\n\r\n"), "");
}

TEST(PartBytes, SaysWhenThereIsNoSuchPart) {
  const auto bytes = part_bytes("From: a@x\r\n\r\nHi", 1);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().kind, Kind::not_found);
  EXPECT_EQ(*part_bytes("From: a@x\r\n\r\nHi", 0), "Hi");
}

}  // namespace
}  // namespace amends::mime
