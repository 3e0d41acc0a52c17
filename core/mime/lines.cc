#include "core/mime/lines.h"

#include <array>

#include "core/base/text.h"

namespace amends::mime {

namespace {

// Bytes that need a look; everything else is copied in runs.
constexpr std::array<bool, 256> kSpecial = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = c != '\t';
  table[0x7F] = true;
  table[0xC2] = true;  // may begin a C1 control
  return table;
}();

void trim_line(std::string& out, std::size_t line_start) {
  std::size_t end = out.size();
  while (end > line_start && (out[end - 1] == ' ' || out[end - 1] == '\t')) --end;
  if (end == out.size()) return;
  if (end - line_start == 2 && out.compare(line_start, 3, "-- ") == 0) end = line_start + 3;
  out.resize(end);
}

}  // namespace

std::string tidy_lines(std::string_view in, bool trim) {
  std::string out;
  out.reserve(in.size());
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < in.size();) {
    std::size_t run = i;
    while (run < in.size() && !kSpecial[static_cast<unsigned char>(in[run])]) ++run;
    out.append(in, i, run - i);
    i = run;
    if (i == in.size()) break;
    const auto c = static_cast<unsigned char>(in[i++]);
    if (c == '\r' || c == '\n' || c == '\f' || c == '\v') {
      // "\r\r\n" is one line end that a gateway touched twice.
      if (c == '\r') {
        std::size_t end = i;
        while (end < in.size() && in[end] == '\r') ++end;
        if (end < in.size() && in[end] == '\n') i = end + 1;
      }
      if (trim) trim_line(out, line_start);
      if (!trim || !out.empty()) out += '\n';
      line_start = out.size();
    } else if (c == 0xC2) {
      const bool control = i < in.size() && static_cast<unsigned char>(in[i]) < 0xA0 && in[i] != '\x85';
      if (control) {
        ++i;
      } else {
        out += static_cast<char>(c);
      }
    }
  }
  if (trim) {
    trim_line(out, line_start);
    while (!out.empty() && text::is_space(out.back())) out.pop_back();
  }
  return out;
}

std::string unflow(std::string_view in, bool delsp) {
  std::string out;
  out.reserve(in.size());
  bool open = false;  // the line before ended in a soft break
  std::size_t open_depth = 0;
  for (std::string_view line : text::lines(in)) {
    std::size_t depth = 0;
    while (depth < line.size() && line[depth] == '>') ++depth;
    line.remove_prefix(depth);
    if (!line.empty() && line[0] == ' ') line.remove_prefix(1);
    const bool signature = line == "-- ";
    const bool flowed = !signature && !line.empty() && line.back() == ' ';
    if (open && (depth != open_depth || signature)) {
      while (!out.empty() && out.back() == ' ') out.pop_back();
      out += '\n';
      open = false;
    }
    if (!open) {
      for (std::size_t i = 0; i < depth; ++i) out += '>';
      if (depth > 0) out += ' ';
    }
    if (flowed && delsp) line.remove_suffix(1);
    out += line;
    open = flowed;
    open_depth = depth;
    if (!open) out += '\n';
  }
  return out;
}

}  // namespace amends::mime
