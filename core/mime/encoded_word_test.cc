#include "core/mime/encoded_word.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace amends::mime {
namespace {

std::string words_read(std::string_view raw, std::string_view hint = {}) {
  Notes notes;
  return decode_words(unfold(raw), notes, hint);
}

struct WordRow {
  const char* raw;
  const char* text;
};

TEST(EncodedWord, IsReadAsPeopleMeantIt) {
  const WordRow rows[] = {
      {"=?utf-8?Q?Caf=C3=A9?=", "Café"},
      {"=?UTF-8?b?Q2Fmw6k=?=", "Café"},
      {"=?utf-8?B?Q2Fmw6k?=", "Café"},                  // padding missing
      {"=?iso-8859-1?q?a?= =?iso-8859-1?q?b?=", "ab"},  // RFC 2047 section 8
      {"=?iso-8859-1?q?a_?= =?iso-8859-1?q?b?=", "a b"},
      {"=?iso-8859-1?q?a?=\r\n  =?utf-8?q?b?=", "ab"},
      {"=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b"},
      {"=?utf-8?B?4oKs4g==?= =?utf-8?B?gqw=?=", "€€"},  // a character over two words
      {"=?utf-8?q?=E2=82?= =?utf-8?q?=AC?=", "€"},
      {"=?UTF-8?B?4oI=?= =?utf-8?Q?=AC?=", "€"},  // over two words of two encodings
      {"=?utf-8*en?q?a=C3=A9?=", "aé"},           // RFC 2231 section 5
      {"=?utf-8?q?a?==?utf-8?q?b?=", "ab"},       // no space between
      {"=?utf-8?q?a b c?=", "a b c"},             // spaces inside
      {"Re: =?utf-8?q?a?=!", "Re: a!"},
      {"=?utf-8?Q?why=3F?= not", "why? not"},
      {"=?utf-8?Q?why?\?=", "why?"},
      {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
      {"=?utf-8?q?unterminated", "=?utf-8?q?unterminated"},
      {"=??q?abc?=", "=??q?abc?="},
      {"=?fakecharset?q?abc?=", "abc"},
      {"=?gb2312?B?xOO6ww==?=", "你好"},
      {"=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=", "こん"},
      {"=?utf-8?q?a=00b=0Aevil@x?=", "ab evil@x"},  // no controls, one line
      {"=?utf-7?q?+ADw-?=", "+ADw-"},
      {"=?utf-8?q?\?=", ""},
      {"a =? b ?= c", "a =? b ?= c"},
      {"Gr\xC3\xBC\xC3\x9F"
       "e",
       "Grüße"},
      {"Gr\xFC\xDF"
       "e",
       "Grüße"},
      {"one\r\n two\r\n\tthree", "one two three"},
      {"ansi \x1B[31mred", "ansi [31mred"},
  };
  for (const auto& row : rows) EXPECT_EQ(words_read(row.raw), row.text) << row.raw;
}

TEST(EncodedWord, RawBytesAreInTheCharsetThatTheMailSaysElsewhere) {
  EXPECT_EQ(words_read("\xCF\xF0\xE8\xE2\xE5\xF2", "windows-1251"), "Привет");
}

TEST(EncodedWord, AnEncodedWordIsDecodedOnce) {
  EXPECT_EQ(words_read("=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?="), "=?utf-8?q?x?=");
}

TEST(EncodedWord, AMegabyteOfBeginningsIsQuick) {
  std::string many;
  while (many.size() < 1'000'000) many += "=?utf-8?q?x ";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(words_read(many + ".").size(), many.size() + 1);
  many.clear();
  while (many.size() < 1'000'000) many += "=?utf-8?q?x?=";
  EXPECT_EQ(words_read(many).size(), many.size() / 13);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

}  // namespace
}  // namespace amends::mime
