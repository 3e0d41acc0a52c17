#include "core/store/fulltext_words.h"

#include <algorithm>

namespace amends::store {
namespace {

constexpr char kMainIndex = '0';  // stands before every word; prefix indexes would use '1'…
// FTS5_SEGMENT_ROWID: segment id above 37 bits of page number, height and kind.
constexpr int kSegmentShift = 37;
constexpr std::int64_t kPageBytes = 4050;  // FTS5's own default for a leaf
// Reading a leaf takes about ten microseconds. Beyond this many, only those are read whose last word has the most
// postings.
constexpr std::size_t kMostLeaves = 96;

struct Leaf {
  std::int64_t id;     // of its row
  std::int64_t bytes;  // with the leaves after it that hold only postings
};

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

IndexWords words_beginning(Reader& reader, std::string_view beginning) {
  const std::string from = kMainIndex + std::string(beginning);
  const auto begins = [&](std::string_view word) { return word.substr(0, from.size()) == from; };
  std::vector<Leaf> leaves;
  // A leaf is listed under a key that is above every word before the leaf and not above its first word; leaves between
  // two that are listed hold nothing but postings of the last word before them.
  for (auto segments = reader.query("SELECT DISTINCT segid FROM message_index_idx"); segments.next();) {
    const auto segment = segments.row().integer(0);
    auto q = reader.query(
        "SELECT pgno >> 1, term FROM message_index_idx WHERE segid = ?1 AND term >= coalesce((SELECT max(term) FROM "
        "message_index_idx WHERE segid = ?1 AND term <= ?2), x'') ORDER BY term",
        segment, Blob{from});
    std::int64_t before = 0;  // the page of the last leaf listed
    while (q.next()) {
      const auto page = q.row().integer(0);
      if (before > 0) leaves.back().bytes = (page - before) * kPageBytes;
      before = page;
      const auto key = q.row().blob(1);
      if (key > std::string_view(from) && !begins(key)) break;
      leaves.push_back({(segment << kSegmentShift) + page, kPageBytes});
    }
  }

  IndexWords found;
  if (leaves.size() > kMostLeaves) {
    found.all = false;
    std::nth_element(leaves.begin(), leaves.begin() + kMostLeaves, leaves.end(),
                     [](const Leaf& a, const Leaf& b) { return a.bytes > b.bytes; });
    leaves.resize(kMostLeaves);
  }
  std::vector<IndexWord> words;
  for (const auto& leaf : leaves) {
    auto q = reader.query("SELECT block FROM message_index_data WHERE id = ?", leaf.id);
    if (!q.next()) continue;
    auto here = words_on_page(q.row().blob(0));
    if (!here.empty()) here.back().weight += leaf.bytes - kPageBytes;
    for (auto& word : here) {
      if (!begins(word.word)) continue;
      word.word.erase(0, 1);
      words.push_back(std::move(word));
    }
  }
  std::sort(words.begin(), words.end(), [](const IndexWord& a, const IndexWord& b) { return a.word < b.word; });
  for (auto& word : words) {
    if (found.words.empty() || found.words.back().word != word.word) {
      found.words.push_back(std::move(word));
    } else {
      found.words.back().weight += word.weight;
    }
  }
  return found;
}

}  // namespace amends::store
