#include "connectors/file/csv.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::connectors::file {
namespace {

constexpr std::string_view kSeparators = ",;\t|";
constexpr std::size_t kSniffed = 20;  // records

}  // namespace

CsvReader::CsvReader(std::string_view text, char separator)
    : text_(text),
      separator_(separator),
      last_quote_(text.rfind('"')),
      // Enough for any honest file; past it a quote that never closes is taken literally.
      rescans_left_(4 * text.size() + 1'000'000) {}

std::size_t CsvReader::end_of_line(std::size_t from) const {
  return std::min(text_.find_first_of("\r\n", from), text_.size());
}

void CsvReader::skip_line_break() {
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size() && text_[at_] == '\n') ++at_;
  ++line_;
}

// Reads from at_ to the record's end; false when a quote never closes, and then at_ and line_ are as before.
bool CsvReader::read_record(CsvRecord& record) {
  const std::size_t start = at_, start_line = line_;
  std::string field;
  bool may_quote = rescans_left_ > 0;
  bool at_start = true;  // of a field
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '\r' || c == '\n') break;
    if (c == separator_) {
      record.fields.push_back(std::move(field));
      field.clear();
      at_start = true;
      ++at_;
    } else if (c == '"' && at_start && may_quote) {
      std::size_t from = ++at_;
      for (;;) {
        const std::size_t quote = from > last_quote_ ? text_.npos : text_.find('"', at_);
        if (quote == text_.npos) {
          rescans_left_ -= std::min(rescans_left_, at_ - start);
          at_ = start;
          line_ = start_line;
          return false;
        }
        if (quote + 1 < text_.size() && text_[quote + 1] == '"') {
          field.append(text_.substr(from, quote + 1 - from));
          at_ = from = quote + 2;
          continue;
        }
        field.append(text_.substr(from, quote - from));
        at_ = quote + 1;
        break;
      }
      at_start = false;
    } else {
      field += c;
      at_start = at_start && (c == ' ' || c == '\t');
      if (at_start && at_ + 1 < text_.size() && text_[at_ + 1] == '"') field.clear();  // , "spaces before the quote"
      ++at_;
    }
  }
  record.fields.push_back(std::move(field));
  record.raw = text_.substr(start, at_ - start);
  // A CRLF is one break.
  for (std::size_t i = start; i < at_; ++i) {
    if (text_[i] == '\n' || (text_[i] == '\r' && (i + 1 == text_.size() || text_[i + 1] != '\n'))) ++line_;
  }
  return true;
}

std::optional<CsvRecord> CsvReader::next() {
  while (at_ < text_.size()) {
    CsvRecord record;
    record.line = line_;
    if (read_record(record)) {
      if (at_ < text_.size()) skip_line_break();
      const bool blank = std::all_of(record.fields.begin(), record.fields.end(),
                                     [](const std::string& f) { return text::trim(f).empty(); });
      if (blank) continue;
      return record;
    }
    const std::size_t end = end_of_line(at_);
    record.fields.clear();
    record.raw = text_.substr(at_, end - at_);
    record.problem = "a quote opens here and never closes";
    at_ = end;
    if (at_ < text_.size()) skip_line_break();
    return record;
  }
  return {};
}

std::size_t separator_line(std::string_view text) {
  if (text.size() < 5 || !text::starts_with_ignoring_case(text, "sep=")) return 0;
  const std::size_t end = text.find_first_of("\r\n");
  if (end != 5) return 0;
  return text.substr(end, 2) == "\r\n" ? end + 2 : end + 1;
}

char sniff_separator(std::string_view text) {
  if (separator_line(text) != 0) return text[4];
  char best = ',';
  std::size_t best_score = 0;
  for (const char candidate : kSeparators) {
    CsvReader reader(text.substr(0, 256 * 1024), candidate);
    std::size_t columns = 0, agreeing = 0;
    for (std::size_t i = 0; i < kSniffed; ++i) {
      const auto record = reader.next();
      if (!record) break;
      if (i == 0) columns = record->fields.size();
      if (record->problem.empty() && record->fields.size() == columns) ++agreeing;
    }
    const std::size_t score = columns < 2 ? 0 : agreeing * 1000 + std::min<std::size_t>(columns, 999);
    if (score > best_score) {
      best_score = score;
      best = candidate;
    }
  }
  return best;
}

std::string csv_quote(std::string_view field, char separator) {
  const bool plain = field.find_first_of("\"\r\n") == field.npos && field.find(separator) == field.npos &&
                     text::trim(field).size() == field.size();
  if (plain) return std::string(field);
  return '"' + text::replace_all(field, "\"", "\"\"") + '"';
}

}  // namespace amends::connectors::file
