#include <algorithm>
#include <optional>
#include <unordered_map>

#include "connectors/file/csv.h"
#include "connectors/file/encoding.h"
#include "connectors/file/fields.h"
#include "connectors/file/remarks.h"
#include "connectors/file/source.h"
#include "connectors/file/values.h"
#include "connectors/file/wire.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"

namespace amends::connectors::file {
namespace {

// A CSV file is held in memory twice for a moment, as bytes and as text.
constexpr std::int64_t kMaxCsvBytes = 256 * 1024 * 1024;
constexpr std::size_t kRowsForDates = 200;
constexpr std::size_t kMaxNotes = 50;

std::string short_digest(std::string_view bytes) { return crypto::sha256_hex(bytes).substr(0, 32); }

char separator_named(std::string_view name) {
  if (name == "comma") return ',';
  if (name == "semicolon") return ';';
  if (name == "tab") return '\t';
  if (name == "bar") return '|';
  return '\0';
}

std::string_view separator_word(char c) {
  switch (c) {
    case ',': return "commas";
    case ';': return "semicolons";
    case '\t': return "tabs";
    default: return "bars";
  }
}

class CsvSource final : public Source {
 public:
  CsvSource(const std::string& path, const channel::Settings& settings) : path_(path), settings_(settings) {}

  Result<Batch> read(Position& position, const Budget& budget) override {
    TRY(const FileState now, state_of(path_));
    const bool as_it_was = now.size == position.size && now.mtime == position.mtime;
    if (as_it_was && !position.seal.empty()) return Batch{};
    if (!loaded_ || now.size != state_.size || now.mtime != state_.mtime) TRY_DO(load(now));
    const std::string_view text = text_;
    // Half-read files go on only as long as nothing changed; a finished one goes on when it merely grew.
    const bool grown = !position.seal.empty() && position.at <= static_cast<std::int64_t>(text.size()) &&
                       short_digest(text.substr(0, static_cast<std::size_t>(position.at))) == position.seal;
    if (!as_it_was && !grown) position = Position{};
    if (reader_->offset() != static_cast<std::size_t>(position.at)) wind_to(static_cast<std::size_t>(position.at));

    Batch batch;
    std::size_t bytes = 0, bad = 0;
    while (batch.items.size() < budget.items && bytes < budget.bytes) {
      const auto record = reader_->next();
      if (!record) break;
      std::string problem = problem_of(*record);
      model::Item item;
      item.place = file_name(path_);
      item.received_at = {now.mtime / 1'000'000};
      if (problem.empty()) {
        name_row(*record, item);
      } else {
        item.raw = unreadable_json(record->line, problem, record->raw);
        item.external_id = name_item(item.raw, settings_).external_id;
        if (++bad <= kMaxNotes) {
          batch.notes.push_back(item.place + ", line " + std::to_string(record->line) + ": " + problem);
        }
      }
      bytes += item.raw.size();
      batch.items.push_back(std::move(item));
    }
    if (bad > kMaxNotes) batch.notes.push_back(std::to_string(bad - kMaxNotes) + " more rows can't be read");
    const std::size_t at = reader_->offset();
    position.at = static_cast<std::int64_t>(at);
    position.size = now.size;
    position.mtime = now.mtime;
    batch.more = at < text.size();
    position.seal = batch.more ? "" : short_digest(text);
    if (batch.more && !batch.items.empty()) {
      const std::size_t bytes_a_row = std::max<std::size_t>(1, at / std::max<std::size_t>(1, rows_read_));
      batch.remaining = static_cast<std::int64_t>((text.size() - at) / bytes_a_row);
    }
    return batch;
  }

  Result<std::vector<std::string>> preview() override {
    TRY(const FileState now, state_of(path_));
    TRY_DO(load(now));
    std::size_t rows = 0, bad = 0;
    std::vector<std::string> out, problems;
    std::optional<CsvRecord> first;
    Remarks remarks;
    while (auto record = reader_->next()) {
      ++rows;
      std::string problem = problem_of(*record);
      if (problem.empty() && rows <= kRowsForRemarks) {
        const auto content = parse_row(row_json(*record, columns_, date_order_), file_name(path_), settings_);
        if (content) {
          remarks.add(record->line, content->notes);
        } else {
          problem = content.error().what;
        }
      }
      if (!problem.empty()) {
        if (++bad <= 5) problems.push_back("  line " + std::to_string(record->line) + ": " + problem);
      } else if (!first) {
        first = std::move(record);
      }
    }
    out.push_back(file_name(path_) + ": CSV, " + std::string(name_of(encoding_)) + ", parted by " +
                  std::string(separator_word(separator_)) + ", " + std::to_string(rows) + " rows, " +
                  std::to_string(bad) + " of them unreadable");
    for (const auto& [field, column] : columns_.column_of) {
      std::string line = "  " + std::string(name_of(field)) + " <- " + columns_.headers[column];
      if (first && column < first->fields.size()) {
        const std::string example = text::squeeze(first->fields[column]);
        if (!example.empty()) line += ", such as \"" + text::printable(text::excerpt(example, 50)) + "\"";
      }
      out.push_back(std::move(line));
    }
    std::vector<std::string> unused;
    for (const std::size_t column : columns_.unused()) unused.push_back(columns_.headers[column]);
    if (!unused.empty()) out.push_back("  not used: " + text::excerpt(text::join(unused, ", "), 300));
    out.insert(out.end(), problems.begin(), problems.end());
    for (std::string& line : remarks.lines()) out.push_back(std::move(line));
    reset();
    return out;
  }

 private:
  Result<Done> load(const FileState& now) {
    loaded_ = false;
    if (now.size > kMaxCsvBytes) {
      return fail(Kind::invalid, path_ + ": is larger than 256 MB", "split it, or turn it into JSON lines");
    }
    TRY(const std::string bytes, read_bytes(path_, 0, kMaxCsvBytes));
    const auto wished = encoding_named(settings_.get("encoding"), bytes);
    encoding_ = wished ? *wished : detect_encoding(bytes);
    text_ = to_utf8(bytes, encoding_);
    if (text_.find('\0') != text_.npos) return fail(Kind::invalid, path_ + ": holds NUL bytes, so it is no CSV file");
    separator_ = separator_named(settings_.get("separator"));
    if (separator_ == '\0') separator_ = sniff_separator(text_);
    text_.erase(0, separator_line(text_));
    TRY(const auto wishes, parse_wishes(settings_.get("map")));
    state_ = now;
    reader_.emplace(text_, separator_);
    const auto first = reader_->next();
    if (!first) {
      columns_ = {};
      header_end_ = reader_->offset();
    } else {
      auto columns = map_columns(first->fields, wishes);
      if (!columns) return std::move(columns).error().within(path_);
      columns_ = *std::move(columns);
      header_end_ = columns_.has_header ? reader_->offset() : 0;
    }
    date_order_ = see_date_order();
    reset();
    loaded_ = true;
    return Done{};
  }

  void reset() {
    reader_.emplace(text_, separator_);
    seen_.clear();
    rows_read_ = 0;
    if (header_end_ > 0) reader_->next();
  }

  // Reads again from the start, so that equal rows are counted as they were the first time.
  void wind_to(std::size_t at) {
    reset();
    while (reader_->offset() < at) {
      const auto record = reader_->next();
      if (!record) break;
      model::Item ignored;
      if (problem_of(*record).empty()) name_row(*record, ignored);
    }
  }

  std::string problem_of(const CsvRecord& record) const {
    if (!record.problem.empty()) return record.problem;
    std::size_t used = record.fields.size();
    while (used > 0 && text::trim(record.fields[used - 1]).empty()) --used;
    if (used > columns_.headers.size()) {
      return "the row has " + std::to_string(used) + " fields, the header " + std::to_string(columns_.headers.size());
    }
    return {};
  }

  void name_row(const CsvRecord& record, model::Item& item) {
    ++rows_read_;
    item.raw = row_json(record, columns_, date_order_);
    Name name = name_item(item.raw, settings_);
    if (name.from_digest) {
      const std::size_t before = seen_[name.external_id]++;
      if (before > 0) {
        item.raw = row_json(record, columns_, date_order_, before);
        name = name_item(item.raw, settings_);
      }
    }
    item.external_id = std::move(name.external_id);
  }

  // "03/04/2026" is told by its neighbours: one "25/04/2026" in the column is enough.
  std::string see_date_order() {
    const auto column = columns_.column_of.find(Field::at);
    if (column == columns_.column_of.end()) return {};
    int day_first = 0, month_first = 0;
    for (std::size_t i = 0; i < kRowsForDates; ++i) {
      const auto record = reader_->next();
      if (!record) break;
      if (column->second >= record->fields.size()) continue;
      const int evidence = date_order_evidence(record->fields[column->second]);
      if (evidence > 0) ++day_first;
      if (evidence < 0) ++month_first;
    }
    if (day_first > 0 && month_first == 0) return "dmy";
    if (month_first > 0 && day_first == 0) return "mdy";
    return {};
  }

  const std::string path_;
  const channel::Settings& settings_;
  bool loaded_ = false;
  FileState state_;
  Encoding encoding_ = Encoding::utf8;
  char separator_ = ',';
  std::string text_;  // without a "sep=" line
  std::size_t header_end_ = 0;
  ColumnMap columns_;
  std::string date_order_;
  std::optional<CsvReader> reader_;
  std::unordered_map<std::string, std::size_t> seen_;  // rows without an id, by their name
  std::size_t rows_read_ = 0;
};

}  // namespace

std::unique_ptr<Source> open_csv(const std::string& path, const channel::Settings& settings) {
  return std::make_unique<CsvSource>(path, settings);
}

}  // namespace amends::connectors::file
