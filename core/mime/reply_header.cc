#include "core/mime/reply_header.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/mime/reply_words.h"

namespace amends::mime::reply {
namespace {

using words::Field;

constexpr std::size_t kLongestLabel = 64;     // bytes, with emphasis
constexpr std::size_t kMostHeaderLines = 40;  // To: and Cc: of a big round wrap over many
constexpr std::size_t kMostWrapped = 12;

std::string_view strip_emphasis(std::string_view s) {
  const auto is_mark = [](char c) { return c == '*' || c == '_' || c == ' ' || c == '\t' || c == '|'; };
  while (!s.empty() && is_mark(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_mark(s.back())) s.remove_suffix(1);
  return trim_invisible(s);
}

// Where the colon after a label stands and how wide it is; npos when there is none near the start.
std::pair<std::size_t, std::size_t> colon_of(std::string_view line) {
  constexpr std::string_view kFullWidthColon = "\xEF\xBC\x9A";
  const std::string_view head = line.substr(0, kLongestLabel);
  const std::size_t narrow = head.find(':');
  const std::size_t wide = head.find(kFullWidthColon);
  return wide < narrow ? std::pair{wide, kFullWidthColon.size()} : std::pair{narrow, std::size_t{1}};
}

std::string_view content_of(const Line& line, bool quoted) { return quoted ? line.content() : line.text; }

std::string_view value_of(std::string_view line) {
  const auto [colon, width] = colon_of(line);
  return strip_emphasis(line.substr(colon + width));
}

bool has_time(std::string_view s) {
  for (std::size_t i = 1; i + 2 < s.size(); ++i) {
    if ((s[i] == ':' || s[i] == '.' || s[i] == 'h') && text::is_digit(s[i - 1]) && text::is_digit(s[i + 1]) &&
        text::is_digit(s[i + 2])) {
      return true;
    }
  }
  return false;
}

void append(std::string& value, std::string_view more) {
  if (!value.empty() && !more.empty()) value += ' ';
  value += more;
}

}  // namespace

void label_lines(std::vector<Line>& lines) {
  for (Line& line : lines) {
    const std::string_view content = line.content();
    const std::size_t colon = colon_of(content).first;
    if (colon == content.npos || colon == 0) continue;
    line.label = words::field_of(normal(strip_emphasis(content.substr(0, colon))));
  }
}

std::optional<HeaderBlock> header_block(const std::vector<Line>& lines, std::size_t at) {
  if (at >= lines.size() || lines[at].blank()) return std::nullopt;
  const bool quoted = lines[at].quoted();
  if (!lines[at].label) return std::nullopt;

  HeaderBlock block;
  bool seen[5] = {};
  bool address = false, time = false;
  std::string* value = nullptr;
  std::string ignored;
  std::size_t pending = 0;  // lines since the last label that may be its continuation
  std::size_t blanks = 0;
  const std::size_t stop = std::min(lines.size(), at + kMostHeaderLines);
  for (std::size_t i = at; i < stop; ++i) {
    if (quoted && !lines[i].quoted() && !lines[i].blank()) break;
    const std::string_view line = content_of(lines[i], quoted);
    if (line.empty()) {
      if (++blanks > 1) break;
      continue;
    }
    const auto label = quoted || !lines[i].quoted() ? lines[i].label : std::nullopt;
    if (!label) {
      // A line without a label belongs to the block only when another label follows.
      if (blanks != 0 && pending == 0 && block.end != i - blanks) break;
      if (++pending > kMostWrapped) break;
      continue;
    }
    const auto index = static_cast<std::size_t>(*label);
    if (blanks != 0 && pending != 0) break;  // text, an empty line, a label: another block
    if (seen[index] && *label != Field::other && *label != Field::to) break;
    for (std::size_t k = i - pending; k < i && value != nullptr; ++k) append(*value, content_of(lines[k], quoted));
    seen[index] = true;
    value = *label == Field::from      ? &block.from
            : *label == Field::date    ? &block.date
            : *label == Field::subject ? &block.subject
                                       : &ignored;
    append(*value, value_of(line));
    address = address || line.find('@') != line.npos;
    time = time || (*label == Field::date && has_time(line));
    block.end = i + 1;
    pending = blanks = 0;
  }
  // A long last line goes on in the next one when that stands alone.
  if (block.end > at && block.end + 1 < lines.size() && lines[block.end - 1].raw.size() >= 60 && value != nullptr) {
    const std::string_view rest = content_of(lines[block.end], quoted);
    if (!rest.empty() && rest.size() <= 60 && lines[block.end].quoted() == quoted &&
        content_of(lines[block.end + 1], quoted).empty()) {
      append(*value, rest);
      ++block.end;
    }
  }
  const bool from = seen[static_cast<std::size_t>(Field::from)];
  const bool date = seen[static_cast<std::size_t>(Field::date)];
  const bool to = seen[static_cast<std::size_t>(Field::to)];
  const bool subject = seen[static_cast<std::size_t>(Field::subject)];
  const int kinds = from + date + to + subject;
  if (kinds < 2 || !(from || date)) return std::nullopt;
  // "From: Berlin / To: Munich / Date: 5 May" is an itinerary.
  if (!subject && !address && !time) return std::nullopt;
  if (from && !date && !to && !address) return std::nullopt;
  return block;
}

model::Party read_party(std::string_view value) {
  const auto is_address = [](char c) {
    return text::is_alpha(c) || text::is_digit(c) ||
           std::string_view(".!#$%&*+/=?^_{}~-").find(c) != std::string_view::npos || (c & 0x80) != 0;
  };
  model::Party party;
  std::string_view name = value;
  for (std::size_t at = value.find('@'); at != value.npos; at = value.find('@', at + 1)) {
    std::size_t begin = at, end = at + 1;
    while (begin > 0 && is_address(value[begin - 1])) --begin;
    while (end < value.size() && is_address(value[end])) ++end;
    while (end > at + 1 && value[end - 1] == '.') --end;
    if (begin == at || end == at + 1) continue;
    party.handle = text::ascii_lower(value.substr(begin, end - begin));
    name = value.substr(0, begin);
    break;
  }
  if (text::trim_right(name).size() >= 7 &&
      text::equals_ignoring_case(text::trim_right(name).substr(text::trim_right(name).size() - 7), "mailto:")) {
    name = text::trim_right(name);
    name.remove_suffix(7);
  }
  constexpr std::string_view kAround = " \t\"'<>()[]*,;";
  while (!name.empty() && kAround.find(name.front()) != name.npos) name.remove_prefix(1);
  while (!name.empty() && kAround.find(name.back()) != name.npos) name.remove_suffix(1);
  name = trim_invisible(name);
  if (text::ascii_lower(name) != party.handle) party.name = text::squeeze(name);
  return party;
}

}  // namespace amends::mime::reply
