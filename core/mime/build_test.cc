#include "core/mime/build.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "core/base/direction.h"
#include "core/base/text.h"
#include "core/mime/lines.h"
#include "core/mime/mail.h"
#include "core/mime/parameters.h"

namespace amends::mime {
namespace {

Outgoing plain() {
  Outgoing mail;
  mail.from = {"Lamp Shop", "help@shop.example"};
  mail.to = {{"Jane Doe", "jane@customer.example"}};
  mail.subject = "Your lamp";
  mail.message_id = "m1@shop.example";
  mail.date = {1'795'253'400'000};
  mail.text = "A new one is on its way.\n";
  return mail;
}

void expect_wire_rules(const std::string& raw) {
  std::size_t line = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto c = static_cast<unsigned char>(raw[i]);
    ASSERT_LT(c, 0x80) << "7-bit";
    ASSERT_NE(c, 0) << "NUL";
    if (c == '\n') {
      ASSERT_TRUE(i > 0 && raw[i - 1] == '\r') << "bare LF";
    }
    if (c == '\r') {
      ASSERT_TRUE(i + 1 < raw.size() && raw[i + 1] == '\n') << "bare CR";
    }
    line = c == '\n' ? 0 : line + 1;
    ASSERT_LE(line, 999u) << "998 and the CR";
  }
}

TEST(Build, SmallMailIsReadableInItsSource) {
  Outgoing mail = plain();
  mail.in_reply_to = "q@customer.example";
  mail.references = {"p@customer.example", "q@customer.example"};
  mail.auto_submitted = true;
  mail.extra_headers = {{"X-Amends", "case 7"}};
  EXPECT_EQ(*build(mail),
            "Date: Sat, 21 Nov 2026 09:30:00 +0000\r\n"
            "From: Lamp Shop <help@shop.example>\r\n"
            "To: Jane Doe <jane@customer.example>\r\n"
            "Subject: Your lamp\r\n"
            "Message-ID: <m1@shop.example>\r\n"
            "In-Reply-To: <q@customer.example>\r\n"
            "References: <p@customer.example> <q@customer.example>\r\n"
            "Auto-Submitted: auto-replied\r\n"
            "X-Amends: case 7\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "A new one is on its way.\r\n");
}

TEST(Build, SameInputGivesSameBytes) {
  Outgoing mail = plain();
  mail.html = "<p>A new one</p>";
  mail.files = {{"a.pdf", "application/pdf", std::string("\0\1\2", 3)}};
  EXPECT_EQ(*build(mail), *build(mail));
}

TEST(Build, WhatAFileShowsIsItsContentDescription) {
  Outgoing mail = plain();
  mail.files = {{"cup.png", "image/png", "PNG", "A blue cup,\r\nX-Evil: caf\xC3\xA9"}, {"tea.png", "image/png", "PNG"}};
  const auto built = build(mail);
  ASSERT_TRUE(built);
  const auto first = built->find("Content-Description: ");
  ASSERT_NE(first, built->npos);
  EXPECT_EQ(built->find("Content-Description:", first + 1), built->npos) << "the other has none";
  EXPECT_EQ(built->find("\r\nX-Evil"), built->npos);
  EXPECT_NE(built->find("=?utf-8?", first), built->npos);
  mail.files[0].alt = "A blue cup";
  EXPECT_NE(build(mail)->find("\r\nContent-Description: A blue cup\r\n"), std::string::npos);
}

TEST(Build, WhatCouldInjectAHeaderIsRefusedByName) {
  struct Row {
    const char* field;
    void (*spoil)(Outgoing&);
  };
  const Row rows[] = {
      {"Subject", [](Outgoing& m) { m.subject = "a\r\nBcc: x@evil.example"; }},
      {"Subject", [](Outgoing& m) { m.subject = std::string("a\0b", 3); }},
      {"Subject", [](Outgoing& m) { m.subject = "a\nb"; }},
      {"From", [](Outgoing& m) { m.from.name = "a\rb"; }},
      {"From", [](Outgoing& m) { m.from.handle = "a@x.example>\r\nBcc: <x@evil.example"; }},
      {"From", [](Outgoing& m) { m.from.handle = ""; }},
      {"To", [](Outgoing& m) { m.to[0].handle = "a@x.example, b@evil.example"; }},
      {"To", [](Outgoing& m) { m.to[0].handle = "a@x.example> <b@evil.example"; }},
      {"To", [](Outgoing& m) { m.to[0].handle = "no-address"; }},
      {"To", [](Outgoing& m) { m.to[0].handle = "j\xC3\xB6rg@x.example"; }},
      {"To", [](Outgoing& m) { m.to.clear(); }},
      {"Cc",
       [](Outgoing& m) {
         m.cc = {{"", "@x.example"}};
       }},
      {"Reply-To",
       [](Outgoing& m) {
         m.reply_to = {{"", "a b@x.example"}};
       }},
      {"Message-ID", [](Outgoing& m) { m.message_id = "a> <b@x"; }},
      {"Message-ID", [](Outgoing& m) { m.message_id = ""; }},
      {"In-Reply-To", [](Outgoing& m) { m.in_reply_to = "a@x\r\nBcc: y"; }},
      {"References", [](Outgoing& m) { m.references = {"a@x\n"}; }},
      {"X-A",
       [](Outgoing& m) {
         m.extra_headers = {{"X-A", "b\nBcc: c"}};
       }},
      {"Bcc",
       [](Outgoing& m) {
         m.extra_headers = {{"Bcc", "x@evil.example"}};
       }},
      {"X A",
       [](Outgoing& m) {
         m.extra_headers = {{"X A", "b"}};
       }},
      {"file",
       [](Outgoing& m) {
         m.files = {{"a\r\nb.txt", "text/plain", ""}};
       }},
      {"file",
       [](Outgoing& m) {
         m.files = {{"a.txt", "text/plain\r\nX: y", ""}};
       }},
  };
  for (const auto& row : rows) {
    Outgoing mail = plain();
    row.spoil(mail);
    const auto built = build(mail);
    ASSERT_FALSE(built) << row.field;
    EXPECT_EQ(built.error().kind, Kind::invalid);
    EXPECT_NE(built.error().what.find(row.field), std::string::npos) << built.error().what;
  }
}

TEST(Build, AStrangersUnusableIdsAreLeftOutAndTheThreadStillHolds) {
  Outgoing mail = plain();
  mail.references = {"a@x", "caf\xC3\xA9@x", "b c@x", "d@x"};
  mail.in_reply_to = "caf\xC3\xA9@x";
  const auto read = parse(*build(mail));
  EXPECT_EQ(read.references, (std::vector<std::string>{"a@x", "d@x"}));
  EXPECT_TRUE(read.in_reply_to.empty());
}

TEST(Build, LongThreadsKeepTheirFirstAndLastIds) {
  Outgoing mail = plain();
  for (int i = 0; i < 500; ++i) mail.references.push_back(std::to_string(i) + "@x.example");
  const auto ids = parse(*build(mail)).references;
  ASSERT_EQ(ids.size(), 100u);
  EXPECT_EQ(ids.front(), "0@x.example");
  EXPECT_EQ(ids[1], "401@x.example");
  EXPECT_EQ(ids.back(), "499@x.example");
}

TEST(Build, InternationalDomainsGoOutInTheirAsciiForm) {
  Outgoing mail = plain();
  mail.to[0].handle =
      "jane@b\xC3\xBC"
      "cher.example";
  EXPECT_NE(build(mail)->find("<jane@xn--bcher-kva.example>"), std::string::npos);
}

TEST(Build, LinesThatServersRewriteAreProtected) {
  Outgoing mail = plain();
  mail.text = "From me to you\n.\n..\n-- \nShop\n";
  const std::string raw = *build(mail);
  EXPECT_EQ(raw.find("\r\nFrom me"), std::string::npos);
  EXPECT_EQ(raw.find("\r\n.\r\n"), std::string::npos);
  EXPECT_EQ(parse(raw).text, "From me to you\n.\n..\n-- \nShop");
}

// Text with everything that hurts: other scripts, astral characters, what looks like syntax, long runs.
rc::Gen<std::string> ugly(bool lines) {
  const auto piece =
      rc::gen::oneOf(rc::gen::map(rc::gen::inRange<std::uint32_t>(0x20, 0x7F),
                                  [](std::uint32_t c) { return std::string(1, static_cast<char>(c)); }),
                     rc::gen::map(rc::gen::inRange<std::uint32_t>(0xA1, 0x1FFFF),
                                  [](std::uint32_t c) {
                                    std::string s;
                                    if ((c >= 0xD800 && c < 0xE000) || (c & 0xFFFE) == 0xFFFE || c == 0x2028 ||
                                        c == 0x2029 || c == 0xFEFF)
                                      c = 0xE9;
                                    text::append_utf8(s, c);
                                    return s;
                                  }),
                     rc::gen::element<std::string>(" ", "  ", "=?utf-8?q?x?=", "=?", "?=", "\"", "\\", "<", ">", ",",
                                                   ";", ":", "(", ")", "@", "=3D", "From ", ".", "--", "=_", "日本語",
                                                   "é", "𝒳", "🙂", std::string(120, 'w')),
                     lines ? rc::gen::element<std::string>("\n", "\nFrom ", "\n.", "\n> ", " \n", "\n\n")
                           : rc::gen::just<std::string>("-"));
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) { return text::join(pieces, ""); });
}

// A name as parse() gives it: characters that turn the reading direction round are taken out of it.
std::string name_read(std::string_view name) { return text::without_direction_overrides(text::squeeze(name)); }

RC_GTEST_PROP(Build, WhatIsBuiltIsReadBackTheSame, ()) {
  Outgoing mail = plain();
  mail.subject = *ugly(false);
  mail.from.name = *ugly(false);
  mail.to[0].name = *ugly(false);
  mail.cc = {{*ugly(false), "c@x.example"}, {"", "\"odd local\"@x.example"}};
  mail.text = *ugly(true);
  // HTML beside text that says nothing would be read instead of it.
  if (*rc::gen::arbitrary<bool>() && mail.text.find_first_of("abcdefghijklmnopqrstuvwxyzw") != std::string::npos) {
    mail.html = "<p>" + *ugly(true) + "</p>";
  }
  const std::string name = *ugly(false);
  // A name that is itself an encoded word is decoded: senders who write that mean it.
  RC_PRE(safe_filename(name).compare(0, 2, "=?") != 0);
  const std::string bytes = *rc::gen::arbitrary<std::string>();
  if (*rc::gen::arbitrary<bool>()) mail.files = {{name, "application/pdf", bytes}};

  const auto built = build(mail);
  RC_ASSERT(built.has_value());
  expect_wire_rules(*built);
  const model::Content read = parse(*built);
  RC_ASSERT(read.subject == text::without_direction_overrides(text::trim(mail.subject)));
  RC_ASSERT(read.author == (model::Party{name_read(mail.from.name), mail.from.handle}));
  RC_ASSERT(read.to == (std::vector<model::Party>{{name_read(mail.to[0].name), mail.to[0].handle}}));
  RC_ASSERT(read.cc.size() == 2u);
  RC_ASSERT(read.cc[0].name == name_read(mail.cc[0].name));
  RC_ASSERT(read.cc[1].handle == mail.cc[1].handle);
  RC_ASSERT(read.message_id == mail.message_id);
  RC_ASSERT(read.date == mail.date);
  const std::string text = tidy_lines(mail.text, true);
  if (text.find("<html") == std::string::npos) RC_ASSERT(read.text == text);
  RC_ASSERT(tidy_lines(read.html, true) == tidy_lines(mail.html, true));
  RC_ASSERT(read.attachments.size() == mail.files.size());
  if (!mail.files.empty()) {
    RC_ASSERT(read.attachments[0].filename == safe_filename(name));
    RC_ASSERT(*part_bytes(*built, read.attachments[0].part) == bytes);
  }
}

}  // namespace
}  // namespace amends::mime
