#include "core/compose/mustache_lint.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::compose {
namespace {

Error at_line(int line, const std::string& what) {
  return fail(Kind::invalid, "line " + std::to_string(line) + ": " + what);
}

bool is_name(std::string_view s) {
  if (s.empty() || s.size() > 64 || !(s[0] >= 'a' && s[0] <= 'z')) return false;
  return std::all_of(s.begin(), s.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || text::is_digit(c) || c == '_'; });
}

Result<Tag> read_tag(std::string_view inside, int line) {
  Tag tag;
  tag.line = line;
  if (inside.empty()) return at_line(line, "an empty tag");
  switch (inside[0]) {
    case '{': return at_line(line, "three braces: values are always escaped where they go");
    case '&':
    case '>':
    case '=': return at_line(line, std::string("{{") + inside[0] + " is not allowed");
    case '!': tag.kind = Tag::Kind::comment; return tag;
    case '#': tag.kind = Tag::Kind::section; break;
    case '^': tag.kind = Tag::Kind::inverted; break;
    case '/': tag.kind = Tag::Kind::close; break;
    default: break;
  }
  const auto name = text::trim(tag.kind == Tag::Kind::value ? inside : inside.substr(1));
  if (!is_name(name)) {
    return at_line(line, "\"" + text::excerpt(text::printable(name), 40) + "\" is no field's name (a-z, 0-9 and _)");
  }
  tag.name = name;
  return tag;
}

}  // namespace

Result<std::vector<Tag>> read_tags(std::string_view source) {
  if (source.size() > kTemplateMax) return fail(Kind::invalid, "a template has at most 64 KB");
  if (!text::is_utf8(source)) return fail(Kind::invalid, "a template is UTF-8");
  std::vector<Tag> tags;
  std::vector<std::pair<std::string, int>> open;
  int line = 1;
  for (std::size_t at = 0; at < source.size(); ++at) {
    if (source[at] == '\n') ++line;
    if (source.compare(at, 2, "}}") == 0) return at_line(line, "}} without {{");
    if (source.compare(at, 2, "{{") != 0) continue;

    const auto close = source.find("}}", at + 2);
    if (close == std::string_view::npos) return at_line(line, "{{ without }}");
    const auto inside = source.substr(at + 2, close - at - 2);
    if (inside.find("{{") != std::string_view::npos) return at_line(line, "{{ inside a tag");
    if (close + 2 < source.size() && source[close + 2] == '}') return at_line(line, "three braces");
    TRY(auto tag, read_tag(inside, line));
    if (tag.kind == Tag::Kind::section || tag.kind == Tag::Kind::inverted) {
      open.emplace_back(tag.name, line);
      if (open.size() > kDeepestSection) return at_line(line, "sections go at most 8 deep");
    } else if (tag.kind == Tag::Kind::close) {
      if (open.empty() || open.back().first != tag.name)
        return at_line(line, "{{/" + tag.name + "}} closes no open section");
      open.pop_back();
    }
    tags.push_back(std::move(tag));
    line += static_cast<int>(std::count(inside.begin(), inside.end(), '\n'));
    at = close + 1;
  }
  if (!open.empty()) return at_line(open.back().second, "{{#" + open.back().first + "}} is never closed");
  return tags;
}

}  // namespace amends::compose
