// One file of rows, read from where the last page ended. CSV is held whole while it is read, because only the whole
// file tells its encoding, separator and which quotes close; JSON lines are read piece by piece and may grow for ever.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/descriptor.h"
#include "core/model/item.h"

namespace amends::connectors::file {

// How far a file was read, and enough of it to see whether it is still the same file.
struct Position {
  std::int64_t at = 0;     // bytes; of the decoded text for CSV
  std::int64_t line = 1;   // the next line's number
  std::int64_t size = 0;   // of the file then
  std::int64_t mtime = 0;  // ns
  std::string head;        // digest of its first bytes (at most kHeadBytes of them, `head_size`)
  std::int64_t head_size = 0;
  std::string seal;  // CSV, when read to its end: digest of everything that was read
};
inline constexpr std::int64_t kHeadBytes = 4096;

struct Batch {
  std::vector<model::Item> items;
  std::vector<std::string> notes;  // rows that can't be read, one sentence each with file and line
  bool more = false;
  std::int64_t remaining = 0;  // rows, estimated from the bytes left
};

struct Budget {
  std::size_t items = 500;
  std::size_t bytes = 4'000'000;
};

class Source {
 public:
  virtual ~Source() = default;
  // The next rows after `position`, which moves past them.
  virtual Result<Batch> read(Position& position, const Budget& budget) = 0;
  // What would be read how, in sentences: encoding, separator, which column is which, how many rows.
  virtual Result<std::vector<std::string>> preview() = 0;
};

enum class Format { csv, jsonl };

std::unique_ptr<Source> open_csv(const std::string& path, const channel::Settings& settings);
std::unique_ptr<Source> open_jsonl(const std::string& path, const channel::Settings& settings);

// Size and time of a file now.
struct FileState {
  std::int64_t size = 0;
  std::int64_t mtime = 0;  // ns
};
Result<FileState> state_of(const std::string& path);
// At most `max` bytes from `offset`.
Result<std::string> read_bytes(const std::string& path, std::int64_t offset, std::int64_t max);
std::string file_name(const std::string& path);

}  // namespace amends::connectors::file
