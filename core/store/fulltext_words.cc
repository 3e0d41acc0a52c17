#include "core/store/fulltext_words.h"

#include <unordered_map>

namespace amends::store {
namespace {

constexpr char kMainIndex = '0';  // stands before every word; prefix indexes would use '1'…
// FTS5_SEGMENT_ROWID: segment id above 37 bits of page number, height and kind.
constexpr int kSegmentShift = 37;
constexpr std::int64_t kPageBytes = 4050;  // FTS5's own default for a leaf

class Bytes {
 public:
  Bytes(std::string_view bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  // SQLite's varint: 7 bits a byte, high bit means more. Only small numbers stand where this reads.
  bool varint(std::size_t& value) {
    value = 0;
    for (int i = 0; i < 5 && at_ < bytes_.size(); ++i) {
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value = value << 7 | (byte & 0x7f);
      if (byte < 0x80) return true;
    }
    return false;
  }
  bool take(std::size_t size, std::string_view& out) {
    if (size > bytes_.size() || at_ > bytes_.size() - size) return false;
    out = bytes_.substr(at_, size);
    at_ += size;
    return true;
  }

 private:
  std::string_view bytes_;
  std::size_t at_;
};

std::size_t two_bytes(std::string_view page, std::size_t at) {
  return static_cast<std::size_t>(static_cast<unsigned char>(page[at])) << 8 | static_cast<unsigned char>(page[at + 1]);
}

}  // namespace

std::vector<IndexWord> words_on_page(std::string_view page) {
  std::vector<IndexWord> words;
  if (page.size() < 4) return words;
  const std::size_t footer = two_bytes(page, 2);
  if (footer < 4 || footer > page.size()) return words;
  Bytes offsets(page, footer);
  std::string word;
  std::size_t at = 0, step = 0;
  while (offsets.varint(step)) {
    at += step;
    if (at >= footer) break;
    if (!words.empty()) words.back().weight = static_cast<std::int64_t>(step);
    Bytes entry(page.substr(0, footer), at);
    std::size_t kept = 0, fresh = 0;
    std::string_view rest;
    if (!words.empty() && !entry.varint(kept)) break;
    if (!entry.varint(fresh) || !entry.take(fresh, rest) || kept > word.size()) break;
    word.resize(kept);
    word += rest;
    words.push_back({word, static_cast<std::int64_t>(footer - at)});
  }
  return words;
}

IndexWords words_beginning(Reader& reader, std::string_view beginning, int most_pages) {
  const std::string from = kMainIndex + std::string(beginning);
  IndexWords found;
  std::unordered_map<std::string, std::int64_t> weights;
  std::vector<std::int64_t> segments;
  for (auto q = reader.query("SELECT DISTINCT segid FROM message_index_idx"); q.next();) {
    segments.push_back(q.row().integer(0));
  }
  const auto begins = [](std::string_view word, std::string_view with) { return word.substr(0, with.size()) == with; };
  for (const auto segment : segments) {
    // A leaf is listed under a key that is above every word before the leaf and not above its first word.
    std::vector<std::int64_t> pages;
    bool beyond = false;
    auto q = reader.query(
        "SELECT pgno >> 1, term FROM message_index_idx WHERE segid = ?1 AND term >= coalesce((SELECT max(term) FROM "
        "message_index_idx WHERE segid = ?1 AND term <= ?2), x'') ORDER BY term",
        segment, Blob{from});
    while (!beyond && q.next()) {
      pages.push_back(q.row().integer(0));
      const auto key = q.row().blob(1);
      beyond = key > std::string_view(from) && !begins(key, from);
      if (static_cast<int>(pages.size()) > most_pages) {
        found.all = false;
        break;
      }
    }
    for (std::size_t i = 0; i < pages.size(); ++i) {
      if (--most_pages < 0) {
        found.all = false;
        break;
      }
      const auto more_pages = (i + 1 < pages.size() ? pages[i + 1] : pages[i] + 1) - pages[i] - 1;
      reader.first(
          "SELECT block FROM message_index_data WHERE id = ?",
          [&](Row row) {
            auto words = words_on_page(row.blob(0));
            if (!words.empty()) words.back().weight += more_pages * kPageBytes;
            for (const auto& word : words) {
              if (begins(word.word, from)) weights[word.word.substr(1)] += word.weight;
            }
            return 0;
          },
          (segment << kSegmentShift) + pages[i]);
    }
  }
  for (auto& [word, weight] : weights) found.words.push_back({word, weight});
  return found;
}

}  // namespace amends::store
