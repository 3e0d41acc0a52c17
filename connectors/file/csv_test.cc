#include "connectors/file/csv.h"

#include <gtest/gtest.h>

#include "connectors/file/encoding.h"

namespace amends::connectors::file {
namespace {

std::vector<std::vector<std::string>> rows(std::string_view text, char separator = ',') {
  CsvReader reader(text, separator);
  std::vector<std::vector<std::string>> out;
  while (auto record = reader.next()) {
    out.push_back(record->problem.empty() ? record->fields : std::vector<std::string>{"!" + std::string(record->raw)});
  }
  return out;
}

using Rows = std::vector<std::vector<std::string>>;

TEST(Csv, ReadsQuotedFieldsWithSeparatorsBreaksAndDoubledQuotes) {
  EXPECT_EQ(rows("a,\"b,c\",\"d\r\ne\",\"say \"\"hi\"\"\"\r\n1,2,3,4\r\n"),
            (Rows{{"a", "b,c", "d\r\ne", "say \"hi\""}, {"1", "2", "3", "4"}}));
}

TEST(Csv, KnowsEveryKindOfLineBreakAndSkipsBlankRows) {
  EXPECT_EQ(rows("a,b\r1,2\n\n , \r\n3,4"), (Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}}));
}

TEST(Csv, AQuoteInTheMiddleOfAPlainFieldIsJustAQuote) {
  EXPECT_EQ(rows("5\" pipe,he said \"no\"\n"), (Rows{{"5\" pipe", "he said \"no\""}}));
  EXPECT_EQ(rows("\"quoted\" then more,x\n"), (Rows{{"quoted then more", "x"}}));
  EXPECT_EQ(rows("a, \"spaced, quote\"\n"), (Rows{{"a", "spaced, quote"}}));
}

TEST(Csv, AQuoteThatNeverClosesSpoilsItsOwnLineOnly) {
  EXPECT_EQ(rows("a,\"b\nc,d\ne,f\n"), (Rows{{"!a,\"b"}, {"c", "d"}, {"e", "f"}}));
}

TEST(Csv, NumbersTheLineARecordBeginsOn) {
  CsvReader reader("h\n\"two\nlines\"\n\nlast", ',');
  EXPECT_EQ(reader.next()->line, 1u);
  EXPECT_EQ(reader.next()->line, 2u);
  EXPECT_EQ(reader.next()->line, 5u);
  EXPECT_FALSE(reader.next());
}

TEST(Csv, StaysLinearOnEndlessUnclosedQuotes) {
  // Each line opens a quote and doubles it, so that no quote ever closes: read again and again this would be quadratic.
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "x,\"\"\"\"\"\n";
  CsvReader reader(text, ',');
  std::size_t count = 0;
  while (reader.next()) ++count;
  EXPECT_GT(count, 0u);
  EXPECT_EQ(reader.offset(), text.size());
}

TEST(Csv, GuessesTheSeparatorUnderWhichRowsAgree) {
  EXPECT_EQ(sniff_separator("a,b\n1,2\n"), ',');
  EXPECT_EQ(sniff_separator("name;text\nBo;\"one, two, three\"\nAl;four, five\n"), ';');
  EXPECT_EQ(sniff_separator("a\tb\n1,5\t2\n"), '\t');
  EXPECT_EQ(sniff_separator("a|b\n1|2\n"), '|');
  EXPECT_EQ(sniff_separator("sep=;\r\na,b;c\r\n"), ';');
  EXPECT_EQ(separator_line("sep=;\r\na;b"), 7u);
  EXPECT_EQ(separator_line("sepia;b"), 0u);
}

TEST(Csv, WhatItQuotesItReadsBack) {
  for (const std::string field : {"plain", "a,b", "say \"hi\"", "two\nlines", " spaced ", ""}) {
    const std::string line = csv_quote(field) + ",x\n";
    EXPECT_EQ(rows(line), (Rows{{field, "x"}})) << line;
  }
}

TEST(Encoding, IsSeenInTheBytes) {
  EXPECT_EQ(detect_encoding("\xEF\xBB\xBFname"), Encoding::utf8);
  EXPECT_EQ(detect_encoding("caf\xC3\xA9"), Encoding::utf8);
  EXPECT_EQ(detect_encoding("caf\xE9"), Encoding::windows1252);
  EXPECT_EQ(detect_encoding(std::string_view("\xFF\xFEn\0a\0", 6)), Encoding::utf16le);
  EXPECT_EQ(detect_encoding(std::string_view("\0n\0a\0m\0e", 8)), Encoding::utf16be);
}

TEST(Encoding, BecomesUtf8WithoutItsMark) {
  EXPECT_EQ(to_utf8("\xEF\xBB\xBFx", Encoding::utf8), "x");
  EXPECT_EQ(to_utf8("4 \x80 \x96 caf\xE9", Encoding::windows1252), "4 € – café");
  EXPECT_EQ(to_utf8(std::string_view("\xFF\xFE\x3D\xD8\x00\xDE", 6), Encoding::utf16le), "😀");
  EXPECT_EQ(to_utf8(std::string_view("\x3D\xD8x", 3), Encoding::utf16le), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace amends::connectors::file
