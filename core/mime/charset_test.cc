#include "core/mime/charset.h"

#include <gtest/gtest.h>

#include <string>

namespace amends::mime {
namespace {

std::string text_read(std::string bytes, std::string_view label, std::string_view hint = {}) {
  Notes notes;
  to_utf8(bytes, label, notes, hint);
  return bytes;
}

struct CharsetRow {
  std::string bytes;
  const char* label;
  const char* text;
};

TEST(Charset, LabelsMeanWhatTheWebSaysTheyMean) {
  const CharsetRow rows[] = {
      {"\x80 \x93quoted\x94", "iso-8859-1", "€ “quoted”"},
      {"caf\xE9", "latin1", "café"},
      {"caf\xE9", "us-ascii", "café"},
      {"\xE9", "ISO_8859-1:1987", "é"},
      {"\xE9", "cp-1252", "é"},
      {"\xCF\xF0\xE8\xE2\xE5\xF2", "windows-1251", "Привет"},
      {"\xCF\xF0\xE8\xE2\xE5\xF2", "cp1251", "Привет"},
      {"\xCF\xF0\xE8\xE2\xE5\xF2", "win-1251", "Привет"},
      {"\xF0\xD2\xC9\xD7\xC5\xD4", "KOI8-R", "Привет"},
      {"\xC4\xE3\xBA\xC3", "gb2312", "你好"},
      {"\x81\x30\x81\x30", "gb2312", "\xC2\x80"},
      {"\xB0\xA1\x81\x41", "ks_c_5601-1987", "가갂"},
      {"\xB0\xA1", "euc-kr", "가"},
      {"\x82\xB1\x87\x40", "shift_jis", "こ①"},
      {"\xA4\xB3", "euc-jp", "こ"},
      {"\xA7\x41", "big5", "你"},
      {"\xA1\xB1", "iso8859-2", "Ąą"},
      {"\xA4", "8859_15", "€"},
      {"\xF8", "cp850", "°"},
      {"na\xEFve", "_unknown_", "naïve"},
      {std::string("h\0i\0", 4), "utf-16le", "hi"},
      {std::string("\xFE\xFF\0h\0i", 6), "utf-16", "hi"},
  };
  for (const auto& row : rows) EXPECT_EQ(text_read(row.bytes, row.label), row.text) << row.label;
}

TEST(Charset, Utf8IsBelievedOverALabelThatSoftwareWritesWithoutLooking) {
  for (const char* label : {"us-ascii", "iso-8859-1", "windows-1252", "", "x-unknown", "default"}) {
    EXPECT_EQ(text_read("Gr\xC3\xBC\xC3\x9F"
                        "e",
                        label),
              "Grüße")
        << label;
  }
}

TEST(Charset, AnotherLabelThanThoseIsBelievedEvenWhenTheBytesCouldBeUtf8) {
  EXPECT_EQ(text_read("\xC3\xA9", "windows-1251"), "Г©");
}

TEST(Charset, IsoTwentyTwentyTwoJpKnowsTheRowsThatJapaneseSoftwareAdded) {
  EXPECT_EQ(text_read("\x1B$B$3$s\x1B(B!", "iso-2022-jp"), "こん!");
  EXPECT_EQ(text_read("\x1B$B-!\x1B(B", "ISO-2022-JP"), "①");
  EXPECT_EQ(text_read("\x1B(I12\x1B(B", "iso-2022-jp"), "ｱｲ");
  EXPECT_EQ(text_read("\x1B$B$3$s\x1B(B", ""), "こん") << "escapes tell it without a label";
  EXPECT_EQ(text_read("\x1B$B$3\nplain", "iso-2022-jp"), "こ\nplain") << "a line ends in ASCII";
}

TEST(Charset, InvalidBytesBecomeTheReplacementCharacterAndANote) {
  std::string bytes = "ok \xC3( end";
  Notes notes;
  to_utf8(bytes, "utf-8", notes);
  EXPECT_EQ(bytes, "ok \xEF\xBF\xBD( end");
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("U+FFFD"), std::string::npos);
}

TEST(Charset, AWholeTextCutInsideACharacterIsStillUtf8) {
  EXPECT_EQ(text_read("\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\xD1", ""), "привет\xEF\xBF\xBD");
}

TEST(Charset, Utf7IsNeverInterpreted) {
  EXPECT_EQ(text_read("+ADw-script+AD4-", "utf-7"), "+ADw-script+AD4-");
  EXPECT_EQ(text_read("+ADw-script+AD4-", "unicode-1-1-utf-7"), "+ADw-script+AD4-");
}

TEST(Charset, TextWithoutALabelIsGuessedByItsScript) {
  EXPECT_EQ(
      text_read("\xC7\xE4\xF0\xE0\xE2\xF1\xF2\xE2\xF3\xE9\xF2\xE5, \xEA\xE0\xEA \xE2\xE0\xF8\xE8 \xE4\xE5\xEB\xE0", ""),
      "Здравствуйте, как ваши дела");
  EXPECT_EQ(text_read("na\xEFve caf\xE9 fa\xE7"
                      "ade, r\xE9sum\xE9",
                      ""),
            "naïve café façade, résumé");
  EXPECT_EQ(text_read("\xE9", "", "iso-8859-7"), "ι") << "another part of the mail said its charset";
}

TEST(Charset, AByteOrderMarkIsNoText) {
  EXPECT_EQ(text_read("\xEF\xBB\xBFhi", "utf-8"), "hi");
  EXPECT_EQ(text_read("\xEF\xBB\xBFh\xC3\xAF", "iso-8859-1"), "hï");
}

TEST(Charset, AnAbsurdLabelCostsNothing) {
  EXPECT_EQ(text_read("caf\xC3\xA9", std::string(10'000, 'x')), "café");
  EXPECT_EQ(text_read("abc", "\"utf-8"), "abc");
}

}  // namespace
}  // namespace amends::mime
