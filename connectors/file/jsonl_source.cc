#include <algorithm>

#include "connectors/file/encoding.h"
#include "connectors/file/remarks.h"
#include "connectors/file/source.h"
#include "connectors/file/wire.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"

namespace amends::connectors::file {
namespace {

constexpr std::int64_t kChunk = 4 * 1024 * 1024;
// One line; longer ones are cut short in the wrapped item and skipped.
constexpr std::int64_t kMaxLine = 16 * 1024 * 1024;
constexpr std::size_t kMostLineNotes = 50;

class JsonlSource final : public Source {
 public:
  JsonlSource(const std::string& path, const channel::Settings& settings) : path_(path), settings_(settings) {}

  Result<Batch> read(Position& position, const Budget& budget) override {
    TRY(const FileState now, state_of(path_));
    TRY_DO(start_over_if_replaced(position, now));
    Batch batch;
    if (now.size <= position.at) {
      remember(position, now);
      return batch;
    }
    TRY(std::string chunk, read_bytes(path_, position.at, kChunk));
    if (position.at == 0) {
      const Encoding encoding = detect_encoding(std::string_view(chunk).substr(0, 4096));
      if (encoding == Encoding::utf16le || encoding == Encoding::utf16be) {
        return fail(Kind::invalid, path_ + ": is UTF-16", "JSON lines are UTF-8: save it as that");
      }
    }
    while (chunk.find('\n') == chunk.npos && static_cast<std::int64_t>(chunk.size()) < kMaxLine &&
           position.at + static_cast<std::int64_t>(chunk.size()) < now.size) {
      TRY(const std::string next, read_bytes(path_, position.at + static_cast<std::int64_t>(chunk.size()), kChunk));
      if (next.empty()) break;
      chunk += next;
    }
    const bool whole = position.at + static_cast<std::int64_t>(chunk.size()) >= now.size;
    std::size_t at = 0, bad = 0, bytes = 0;
    while (at < chunk.size() && batch.items.size() < budget.items && bytes < budget.bytes) {
      const std::size_t end = chunk.find('\n', at);
      std::string_view line = std::string_view(chunk).substr(at, end == chunk.npos ? end : end - at);
      if (end == chunk.npos) {
        // The last line of a file that is still being written waits for its end, unless it is whole already.
        if (static_cast<std::int64_t>(chunk.size() - at) >= kMaxLine) {
          TRY_DO(skip_long_line(position, at, line, now, batch));
          remember(position, now);
          batch.more = position.at < now.size;
          return batch;
        }
        if (!whole || !is_object(line)) break;
      }
      add_line(line, position.line, now, batch, bad);
      bytes += line.size();
      ++position.line;
      at = end == chunk.npos ? chunk.size() : end + 1;
    }
    if (bad > kMostLineNotes) batch.notes.push_back(std::to_string(bad - kMostLineNotes) + " more lines can't be read");
    position.at += static_cast<std::int64_t>(at);
    remember(position, now);
    batch.more = at > 0 && position.at < now.size;
    if (batch.more && !batch.items.empty()) {
      const auto bytes_a_row = std::max<std::int64_t>(1, static_cast<std::int64_t>(at / batch.items.size()));
      batch.remaining = (now.size - position.at) / bytes_a_row;
    }
    return batch;
  }

  Result<std::vector<std::string>> preview() override {
    TRY(const FileState now, state_of(path_));
    TRY(std::string chunk, read_bytes(path_, 0, kChunk));
    const bool whole = static_cast<std::int64_t>(chunk.size()) >= now.size;
    // A line that goes on after what was read is no bad line.
    if (const auto end = chunk.rfind('\n'); !whole && end != chunk.npos) chunk.resize(end + 1);
    std::size_t number = 0, rows = 0, bad = 0;
    std::string example;
    std::vector<std::string> problems;
    Remarks remarks;
    for (const auto line : text::lines(chunk)) {
      ++number;
      if (text::trim(without_mark(line)).empty()) continue;
      ++rows;
      const auto content = parse_row(without_mark(line), file_name(path_), settings_);
      if (!content) {
        if (++bad <= 5) problems.push_back("  line " + std::to_string(number) + ": " + content.error().what);
        continue;
      }
      if (rows <= kRowsForRemarks) remarks.add(number, content->notes);
      if (example.empty()) example = content->text.empty() ? content->subject : content->text;
    }
    std::vector<std::string> out = {file_name(path_) + ": JSON lines, " + (whole ? "" : "in its first 4 MB ") +
                                    std::to_string(rows) + " rows, " + std::to_string(bad) + " of them unreadable"};
    if (!example.empty()) out.push_back("  text, such as \"" + text::printable(text::excerpt(example, 60)) + "\"");
    out.insert(out.end(), problems.begin(), problems.end());
    for (std::string& line : remarks.lines()) out.push_back(std::move(line));
    return out;
  }

 private:
  static std::string_view without_mark(std::string_view line) {
    return line.substr(0, 3) == "\xEF\xBB\xBF" ? line.substr(3) : line;
  }
  static bool is_object(std::string_view line) {
    line = text::trim(without_mark(line));
    return !line.empty() && line.front() == '{' && line.back() == '}';
  }

  // Shorter than what was read, or with another beginning: another file under the same name.
  Result<Done> start_over_if_replaced(Position& position, const FileState& now) {
    if (position.head_size == 0) return Done{};
    bool replaced = now.size < position.at;
    if (!replaced) {
      TRY(const std::string head, read_bytes(path_, 0, position.head_size));
      replaced = crypto::sha256_hex(head).substr(0, 32) != position.head;
    }
    if (replaced) position = Position{};
    return Done{};
  }

  void remember(Position& position, const FileState& now) {
    position.size = now.size;
    position.mtime = now.mtime;
    if (position.head_size < kHeadBytes && position.head_size < position.at) {
      const std::int64_t want = std::min(position.at, kHeadBytes);
      if (const auto head = read_bytes(path_, 0, want); head && static_cast<std::int64_t>(head->size()) == want) {
        position.head = crypto::sha256_hex(*head).substr(0, 32);
        position.head_size = want;
      }
    }
  }

  model::Item item_of(std::string raw, const FileState& now) const {
    model::Item item;
    item.place = file_name(path_);
    item.received_at = {now.mtime / 1'000'000};
    item.external_id = name_item(raw, settings_).external_id;
    item.raw = std::move(raw);
    return item;
  }

  void add_line(std::string_view line, std::int64_t number, const FileState& now, Batch& batch, std::size_t& bad) {
    line = text::trim(without_mark(line));
    if (line.empty()) return;
    // A line that holds no item is kept all the same, bytes and all: quarantine shows it with its place.
    std::string raw(line);
    if (const std::string problem = line_problem(line); !problem.empty()) {
      if (++bad <= kMostLineNotes) {
        batch.notes.push_back(file_name(path_) + ", line " + std::to_string(number) + ": " + problem);
      }
      raw = unreadable_json(static_cast<std::size_t>(number), problem, line);
    }
    batch.items.push_back(item_of(std::move(raw), now));
  }

  // Keeps the beginning, finds the end.
  Result<Done> skip_long_line(Position& position, std::size_t at, std::string_view line, const FileState& now,
                              Batch& batch) {
    const std::string reason = "the line is longer than 16 MB";
    batch.notes.push_back(file_name(path_) + ", line " + std::to_string(position.line) + ": " + reason);
    batch.items.push_back(
        item_of(unreadable_json(static_cast<std::size_t>(position.line), reason, text::clip(line, 64 * 1024)), now));
    position.at += static_cast<std::int64_t>(at);
    for (;;) {
      TRY(const std::string chunk, read_bytes(path_, position.at, kChunk));
      if (chunk.empty()) break;
      const std::size_t end = chunk.find('\n');
      position.at += static_cast<std::int64_t>(end == chunk.npos ? chunk.size() : end + 1);
      if (end != chunk.npos) break;
    }
    ++position.line;
    return Done{};
  }

  const std::string path_;
  const channel::Settings& settings_;
};

}  // namespace

std::unique_ptr<Source> open_jsonl(const std::string& path, const channel::Settings& settings) {
  return std::make_unique<JsonlSource>(path, settings);
}

}  // namespace amends::connectors::file
