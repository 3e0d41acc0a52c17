#include "core/mime/reply_words.h"

#include <algorithm>
#include <bitset>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/base/text.h"
#include "core/mime/reply_word_tables.h"

namespace amends::mime::words {
namespace {

std::unordered_map<std::string, Mark> folded_marks() {
  std::unordered_map<std::string, Mark> out;
  for (const auto& row : mark_rows()) out.emplace(text::fold(row.words), row.mark);
  return out;
}

std::unordered_map<std::string, Field> folded_labels() {
  std::unordered_map<std::string, Field> out;
  for (const auto& row : label_rows()) out.emplace(text::fold(row.word), row.field);
  return out;
}

template <class Table>
std::vector<std::string> folded(const Table& table) {
  std::vector<std::string> out;
  for (const std::string_view word : table) out.push_back(text::fold(word));
  return out;
}

bool starts_with(std::string_view line, std::string_view start) {
  return !line.empty() && !start.empty() && line[0] == start[0] && line.substr(0, start.size()) == start;
}

// Whether any of a table's phrases, each of two bytes at least, stands somewhere in a line: one pass over the line
// instead of one a phrase, as every line of every mail is asked.
class Phrases {
 public:
  template <class Table>
  explicit Phrases(const Table& table) : phrases_(folded(table)) {
    for (const std::string& phrase : phrases_) starts_.set(pair_at(phrase, 0));
  }
  bool any_in(std::string_view line) const {
    for (std::size_t at = 0; at + 1 < line.size(); ++at) {
      if (!starts_[pair_at(line, at)]) continue;
      for (const std::string& phrase : phrases_) {
        if (line.compare(at, phrase.size(), phrase) == 0) return true;
      }
    }
    return false;
  }

 private:
  static std::size_t pair_at(std::string_view s, std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(s[at])) << 8 | static_cast<unsigned char>(s[at + 1]);
  }
  std::vector<std::string> phrases_;
  std::bitset<65536> starts_;
};

// The part of a client's line that may be a device: before the first sentence mark.
bool names_device(std::string_view folded_line) {
  static const auto kFolded = folded(device_rows());
  const std::string_view head = folded_line.substr(0, folded_line.find_first_of(",.;"));
  return std::any_of(kFolded.begin(), kFolded.end(),
                     [&](const std::string& device) { return head.find(device) != head.npos; });
}

}  // namespace

std::span<const Attribution> attributions() {
  // The rows with their words folded; the strings live as long as the program.
  static const auto kFolded = [] {
    static std::vector<std::string> words;
    std::vector<Attribution> out;
    words.reserve(attribution_rows().size() * 2);
    for (const auto& row : attribution_rows()) {
      const std::string_view lead = words.emplace_back(text::fold(row.lead));
      const std::string_view verb = words.emplace_back(text::fold(row.verb));
      out.push_back({lead, verb, row.place});
    }
    return out;
  }();
  return kFolded;
}

std::optional<Field> field_of(std::string_view folded_label) {
  static const auto kFolded = folded_labels();
  const auto found = kFolded.find(std::string(folded_label));
  if (found == kFolded.end()) return std::nullopt;
  return found->second;
}

std::optional<Mark> mark_of(std::string_view folded_words) {
  static const auto kFolded = folded_marks();
  if (const auto found = kFolded.find(std::string(folded_words)); found != kFolded.end()) return found->second;
  for (const auto& row : mark_prefix_rows()) {
    if (starts_with(folded_words, row.words)) return row.mark;
  }
  static const Phrases kAbove(answer_above_rows());
  if (kAbove.any_in(folded_words)) return Mark::original;
  return std::nullopt;
}

bool is_undashed_forward(std::string_view folded_words) {
  static const auto kFolded = folded(undashed_forward_rows());
  return std::find(kFolded.begin(), kFolded.end(), folded_words) != kFolded.end();
}

int month_of(std::string_view folded_word) {
  static const auto kFolded = [] {
    std::unordered_map<std::string, int> out;
    for (const auto& row : month_rows()) out.emplace(text::fold(row.word), row.month);
    return out;
  }();
  const auto found = kFolded.find(std::string(folded_word));
  return found == kFolded.end() ? 0 : found->second;
}

bool is_client_signature(std::string_view line) {
  static const auto kFolded = [] {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& row : client_rows()) out.emplace_back(text::fold(row.prefix), text::fold(row.suffix));
    return out;
  }();
  if (line.size() > 160) return false;
  while (!line.empty() && (line.back() == '.' || line.back() == '!')) line.remove_suffix(1);
  for (const auto& [prefix, suffix] : kFolded) {
    if ((!prefix.empty() && !starts_with(line, prefix)) || line.size() < prefix.size() + suffix.size()) continue;
    if (line.substr(line.size() - suffix.size()) != suffix) continue;
    // "Sent from my desk, is much easier" is a sentence; "Sent from my iPhone, sorry for typos" is not one to read.
    const auto words = std::count(line.begin(), line.end(), ' ') + 1;
    if (names_device(line.substr(prefix.empty() ? 0 : prefix.size() - 1))) return words <= 16;
    return words <= 8 && line.find_first_of(",.;?") == line.npos;
  }
  return false;
}

bool is_list_footer(std::string_view line) {
  static const auto kFolded = folded(list_footer_rows());
  return std::any_of(kFolded.begin(), kFolded.end(),
                     [&](const std::string& start) { return starts_with(line, start); });
}

bool is_closing(std::string_view line) {
  static const auto kFolded = [] {
    const auto words = folded(closing_rows());
    return std::unordered_set<std::string>(words.begin(), words.end());
  }();
  while (!line.empty() && (line.back() == ',' || line.back() == '.' || line.back() == '!')) line.remove_suffix(1);
  return line.size() < 64 && kFolded.count(std::string(line)) != 0;
}

}  // namespace amends::mime::words
