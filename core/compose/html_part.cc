#include "core/compose/html_part.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"
#include "core/html/html.h"

namespace amends::compose {
namespace {

constexpr int kDeepestQuote = 8;
constexpr std::size_t kLongestLink = 2000;
constexpr std::string_view kOpenQuote =
    "<blockquote type=\"cite\" style=\"margin:0 0 0 0.8ex;border-left:2px solid #ccc;padding-left:1ex;color:#555\">";

struct Line {
  int depth = 0;
  std::string_view text;
};
Line read_line(std::string_view line) {
  Line out;
  while (!line.empty() && line[0] == '>') {
    if (out.depth < kDeepestQuote) ++out.depth;
    line.remove_prefix(1);
    if (line.size() > 1 && line[0] == ' ' && line[1] == '>') line.remove_prefix(1);
  }
  if (out.depth > 0 && !line.empty() && line[0] == ' ') line.remove_prefix(1);
  out.text = line;
  return out;
}

bool ends_link(char c) {
  return text::is_space(c) || c == '<' || c == '>' || c == '"' || static_cast<unsigned char>(c) < 0x20;
}

// How much of `s` is the link that begins there; 0 when none does. What closes a sentence or a bracket around it stays
// outside.
std::size_t link_length(std::string_view s) {
  std::size_t prefix = 0;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text::starts_with_ignoring_case(s, scheme)) prefix = scheme.size();
  }
  if (prefix == 0) return 0;
  const auto end = std::find_if(s.begin() + static_cast<std::ptrdiff_t>(prefix), s.end(), ends_link);
  auto size = static_cast<std::size_t>(end - s.begin());
  while (size > prefix) {
    const char c = s[size - 1];
    const bool closes = c == ')' && s.substr(0, size).find('(') == std::string_view::npos;
    if (closes || std::string_view(".,;:!?'*_]}").find(c) != std::string_view::npos) {
      --size;
    } else {
      break;
    }
  }
  return size > prefix && size <= kLongestLink ? size : 0;
}

void add_text(std::string& out, std::string_view line) {
  std::size_t from = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const bool starts_word = at == 0 || !text::is_alpha(line[at - 1]);
    const auto size = starts_word && (line[at] == 'h' || line[at] == 'H') ? link_length(line.substr(at)) : 0;
    if (size == 0) continue;
    out += html::escape(line.substr(from, at - from));
    const std::string url = html::escape(line.substr(at, size));
    out += "<a href=\"" + url + "\">" + url + "</a>";
    from = at + size;
    at = from - 1;
  }
  out += html::escape(line.substr(from));
}

}  // namespace

std::string html_of(std::string_view text) {
  std::string out =
      "<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"></head>\n"
      "<body style=\"font-family:sans-serif;font-size:14px;line-height:1.5\">\n";
  int depth = 0;
  bool open = false;
  const auto close_paragraph = [&] {
    if (open) out += "</p>\n";
    open = false;
  };
  for (const auto raw : text::lines(text)) {
    const Line line = read_line(raw);
    if (line.depth != depth) {
      close_paragraph();
      for (; depth < line.depth; ++depth) out += std::string(kOpenQuote) + "\n";
      for (; depth > line.depth; --depth) out += "</blockquote>\n";
    }
    if (text::trim(line.text).empty()) {
      close_paragraph();
      continue;
    }
    out += open ? "<br>\n" : "<p style=\"margin:0 0 1em\">";
    open = true;
    add_text(out, line.text);
  }
  close_paragraph();
  for (; depth > 0; --depth) out += "</blockquote>\n";
  return out + "</body>\n</html>\n";
}

}  // namespace amends::compose
