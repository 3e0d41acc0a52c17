// Records of a CSV file, RFC 4180 as spreadsheets really write it: any of four separators, LF or CRLF or CR, line
// breaks and doubled quotes inside quoted fields, quotes in the middle of plain ones. A quote that never closes spoils
// its own line and no other.
//
// Pure; borrows the text (UTF-8, without a byte order mark). Linear in its length, whatever the quotes do.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amends::connectors::file {

struct CsvRecord {
  std::vector<std::string> fields;
  std::string_view raw;  // the record as it stands in the text, without its last line break
  std::size_t line = 0;  // where it begins, from 1
  std::string problem;   // why it can't be read; "" when it can
};

class CsvReader {
 public:
  CsvReader(std::string_view text, char separator);

  // The next record that is not blank; nothing at the end.
  std::optional<CsvRecord> next();
  // Where the record after the last one begins, in bytes of the text.
  std::size_t offset() const { return at_; }

 private:
  bool read_record(CsvRecord& record);
  void skip_line_break();
  std::size_t end_of_line(std::size_t from) const;

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t last_quote_;    // the last one in the text: a field opened there can't be closed
  std::size_t rescans_left_;  // bytes that may be read a second time after a quote that never closed
};

// The separator under which the first records agree best: comma, semicolon, tab or bar. An Excel "sep=;" line decides.
char sniff_separator(std::string_view text);
// The bytes of a leading "sep=;" line with its break; 0 when there is none.
std::size_t separator_line(std::string_view text);

// A field as RFC 4180 quotes it.
std::string csv_quote(std::string_view field, char separator = ',');

}  // namespace amends::connectors::file
