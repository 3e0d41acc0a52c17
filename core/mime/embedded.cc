#include "core/mime/embedded.h"

#include "core/base/text.h"
#include "core/mime/line_at.h"
#include "core/mime/transfer.h"

namespace amends::mime {

namespace {

// "begin 644 name": the name, "" when the line is none.
std::string_view uu_name(std::string_view line) {
  if (line.compare(0, 6, "begin ") != 0) return {};
  std::size_t i = 6;
  while (i < line.size() && line[i] >= '0' && line[i] <= '7') ++i;
  if (i < 9 || i > 10 || i >= line.size() || line[i] != ' ') return {};
  return text::trim(line.substr(i));
}

bool is_uu_line(std::string_view line) {
  if (line.empty()) return false;
  for (const char c : line) {
    if (c < ' ' || c > '`') return false;
  }
  const auto length = static_cast<std::size_t>((line[0] - ' ') & 63);
  const std::size_t want = (length + 2) / 3 * 4;
  // Trailing spaces get lost and some add a check character.
  return line.size() <= want + 3 && line.size() * 3 + 12 >= want;
}

// Reads the block whose begin line ends at `at`; false when it's none after all.
bool read_uu(std::string_view s, std::size_t at, std::string& bytes, std::size_t& behind) {
  std::size_t lines = 0;
  while (at < s.size()) {
    std::size_t next = at;
    const std::string_view line = line_at(s, at, next);
    if (text::trim_right(line) == "end") {
      behind = next;
      return true;
    }
    if (line.empty() || line == "`") {
      at = next;
      continue;
    }
    if (!is_uu_line(line)) return false;
    decode_uu_line(line, bytes);
    ++lines;
    at = next;
  }
  behind = at;
  return lines > 2;  // cut off: still a file
}

// yenc.org, draft 1.3.
bool read_yenc(std::string_view s, std::size_t at, std::string& bytes, std::size_t& behind) {
  while (at < s.size()) {
    std::size_t next = at;
    const std::string_view line = line_at(s, at, next);
    at = next;
    if (line.compare(0, 5, "=yend") == 0) {
      behind = next;
      return true;
    }
    if (line.compare(0, 6, "=ypart") == 0) continue;
    for (std::size_t i = 0; i < line.size(); ++i) {
      auto c = static_cast<unsigned char>(line[i]);
      if (c == '=' && i + 1 < line.size()) c = static_cast<unsigned char>(static_cast<unsigned char>(line[++i]) - 64);
      bytes += static_cast<char>(c - 42);
    }
  }
  return false;
}

std::string_view yenc_name(std::string_view line) {
  if (line.compare(0, 8, "=ybegin ") != 0) return {};
  const std::size_t name = line.find(" name=");
  return name == line.npos ? std::string_view() : text::trim(line.substr(name + 6));
}

}  // namespace

std::vector<EmbeddedFile> take_embedded(std::string& text) {
  std::vector<EmbeddedFile> files;
  constexpr std::size_t kMost = 100;
  const bool any = text.find("begin ") != text.npos;
  if (!any) return files;
  const std::string_view s = text;
  std::string rest;
  std::size_t kept = 0;
  int failures = 0;
  for (std::size_t at = 0; at < s.size() && files.size() < kMost && failures < 20;) {
    std::size_t hit = s.find("begin ", at);
    if (hit == s.npos) break;
    const bool yenc = hit >= 2 && s.compare(hit - 2, 2, "=y") == 0;
    if (yenc) hit -= 2;
    at = hit + 8;
    if (hit > 0 && s[hit - 1] != '\n') continue;
    std::size_t next = hit;
    const std::string_view line = line_at(s, hit, next);
    const std::string_view name = yenc ? yenc_name(line) : uu_name(line);
    if (name.empty()) continue;
    EmbeddedFile file{std::string(name), {}};
    std::size_t behind = next;
    if (!(yenc ? read_yenc(s, next, file.bytes, behind) : read_uu(s, next, file.bytes, behind))) {
      ++failures;
      continue;
    }
    files.push_back(std::move(file));
    rest.append(s, kept, hit - kept);
    kept = at = behind;
  }
  if (files.empty()) return files;
  rest.append(s, kept);
  text = std::move(rest);
  return files;
}

}  // namespace amends::mime
