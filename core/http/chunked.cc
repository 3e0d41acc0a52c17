#include "core/http/chunked.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/http/hex.h"

namespace amends::http {
namespace {

// Longer than any size line or trailer field of a client that means well.
constexpr std::size_t kLongestLine = 4 * 1024;
// Chunks of one byte cost five more; beyond this nothing is meant but work for us.
constexpr std::size_t kOverheadPerByte = 8;
constexpr std::size_t kFreeOverhead = 16 * 1024;

bool has_control(std::string_view s) {
  return std::any_of(s.begin(), s.end(),
                     [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

}  // namespace

ChunkedReader::Step ChunkedReader::feed(std::string_view& bytes, std::string& out, std::size_t max) {
  while (!bytes.empty()) {
    if (state_ == State::data) {
      const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      out.append(bytes.substr(0, take));
      bytes.remove_prefix(take);
      left_ -= take;
      if (left_ == 0) state_ = State::data_end;
      continue;
    }
    const auto end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end == bytes.npos ? bytes.npos : end + 1);
    overhead_ += piece.size();
    if (overhead_ > kFreeOverhead + kOverheadPerByte * out.size()) return Step::bad;
    line_.append(piece);
    bytes.remove_prefix(piece.size());
    if (line_.size() > kLongestLine || (state_ == State::data_end && line_.size() > 2)) return Step::bad;
    if (end == std::string_view::npos) return Step::more;
    if (line_.size() < 2 || line_[line_.size() - 2] != '\r') return Step::bad;
    const Step step = take_line(std::string_view(line_).substr(0, line_.size() - 2), out.size(), max);
    line_.clear();
    if (step != Step::more) return step;
  }
  return Step::more;
}

ChunkedReader::Step ChunkedReader::take_line(std::string_view line, std::size_t body, std::size_t max) {
  if (has_control(line)) return Step::bad;
  if (state_ == State::data_end) {
    if (!line.empty()) return Step::bad;
    state_ = State::size;
    return Step::more;
  }
  if (state_ == State::trailer) {
    if (line.empty()) return Step::done;
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0 || line.substr(0, colon).find_first_of(" \t") != line.npos) return Step::bad;
    return Step::more;
  }
  std::size_t digits = 0;
  std::uint64_t size = 0;
  while (digits < line.size() && hex_value(line[digits]) >= 0) {
    if (digits == 16) return Step::bad;
    size = size * 16 + static_cast<std::uint64_t>(hex_value(line[digits++]));
  }
  if (digits == 0) return Step::bad;
  const std::string_view extension = text::trim_left(line.substr(digits));
  if (digits != line.size() && (extension.empty() || extension.front() != ';')) return Step::bad;
  if (size > max - std::min(max, body)) return Step::too_long;
  left_ = size;
  state_ = size == 0 ? State::trailer : State::data;
  return Step::more;
}

}  // namespace amends::http
