#include "core/html/sheet.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/html/elements.h"

namespace amends::html {
namespace {

constexpr std::size_t kMostBytes = 262'144;  // of all sheets of a page
constexpr std::size_t kMostRules = 2'000;
constexpr std::size_t kMostCompounds = 6;
constexpr std::size_t kMostMatching = 48;  // rules of one element
constexpr std::size_t kLongestClasses = 512;
constexpr int kDeepestMedia = 4;

bool is_sheet_name_byte(char c) {
  return text::is_alpha(c) || text::is_digit(c) || c == '-' || c == '_' || (c & 0x80) != 0;
}

// Without comments and the "<!--" and "-->" that hide a sheet from old readers.
std::string without_comments(std::string_view css) {
  std::string out;
  out.reserve(css.size());
  char quote = 0;
  for (std::size_t at = 0; at < css.size(); ++at) {
    const char c = css[at];
    if (quote != 0) {
      if (c == quote || c == '\n') quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (css.substr(at, 2) == "/*") {
      at = css.find("*/", at + 2);
      if (at == css.npos) break;
      ++at;
      continue;
    } else if (css.substr(at, 4) == "<!--") {
      at += 3;
      continue;
    } else if (css.substr(at, 3) == "-->") {
      at += 2;
      continue;
    }
    out += c;
  }
  return out;
}

// Where one of `stops` stands outside of quotes and braces; the end when nowhere.
std::size_t find_outside(std::string_view css, std::size_t at, std::string_view stops) {
  char quote = 0;
  int depth = 0;
  for (; at < css.size(); ++at) {
    const char c = css[at];
    if (quote != 0) {
      if (c == '\\') ++at;
      if (c == quote || c == '\n') quote = 0;
    } else if (depth == 0 && stops.find(c) != stops.npos) {
      return at;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}') {
      depth = std::max(0, depth - 1);
    }
  }
  return css.size();
}

// "(min-width: 480px)" without its parentheses.
bool feature_holds(std::string_view feature) {
  const std::size_t colon = feature.find(':');
  const std::string name = text::ascii_lower(text::trim(feature.substr(0, colon)));
  const std::string value =
      text::ascii_lower(text::trim(colon == feature.npos ? std::string_view() : feature.substr(colon + 1)));
  if (name == "prefers-color-scheme") return value == "light";
  const bool least = name == "min-width" || name == "min-device-width";
  const bool most = name == "max-width" || name == "max-device-width";
  if (!least && !most) return false;
  int width = 0;
  std::size_t at = 0;
  for (; at < value.size() && text::is_digit(value[at]); ++at)
    width = std::min(width * 10 + (value[at] - '0'), 100'000);
  if (at == 0) return false;
  if (value.find("em", at) != value.npos) width *= 16;
  return least ? width <= Sheet::kPaneWidth : width >= Sheet::kPaneWidth;
}

bool query_holds(std::string_view query) {
  bool holds = true;
  for (std::size_t at = 0; at < query.size();) {
    if (query[at] == '(') {
      const std::size_t close = query.find(')', at);
      if (close == query.npos) return false;
      holds = holds && feature_holds(query.substr(at + 1, close - at - 1));
      at = close + 1;
    } else if (is_sheet_name_byte(query[at])) {
      std::size_t end = at;
      while (end < query.size() && is_sheet_name_byte(query[end])) ++end;
      const std::string word = text::ascii_lower(query.substr(at, end - at));
      holds = holds && (word == "only" || word == "and" || word == "all" || word == "screen");
      at = end;
    } else if (text::is_space(query[at])) {
      ++at;
    } else {
      return false;
    }
  }
  return holds;
}

bool has_class(std::string_view classes, std::string_view name) {
  for (std::size_t at = classes.find(name); at != classes.npos; at = classes.find(name, at + 1)) {
    const std::size_t after = at + name.size();
    if ((at == 0 || text::is_space(classes[at - 1])) && (after == classes.size() || text::is_space(classes[after])))
      return true;
  }
  return false;
}

}  // namespace

bool media_holds(std::string_view media) {
  if (text::trim(media).empty()) return true;
  for (const std::string_view query : text::split(media, ',')) {
    if (query_holds(text::trim(query))) return true;
  }
  return false;
}

void Sheet::add(std::string_view css) {
  css = css.substr(0, kMostBytes - std::min(read_, kMostBytes));
  read_ += css.size();
  if (text::trim(css).empty()) return;
  texts_.push_back(without_comments(css));
  rules_of(texts_.back(), 0);
}

void Sheet::rules_of(std::string_view css, int depth) {
  for (std::size_t at = 0; at < css.size();) {
    const std::size_t open = find_outside(css, at, "{;");
    if (open == css.size()) return;
    const std::string_view head = text::trim(css.substr(at, open - at));
    at = open + 1;
    if (css[open] == ';') continue;  // @import, @charset
    const std::size_t close = find_outside(css, at, "}");
    const std::string_view block = css.substr(at, close - at);
    at = close + 1;
    if (!head.empty() && head[0] == '@') {
      if (depth < kDeepestMedia && text::starts_with_ignoring_case(head, "@media") && media_holds(head.substr(6)))
        rules_of(block, depth + 1);
      continue;
    }
    if (block.find('{') == block.npos) rule(head, block);
  }
}

void Sheet::rule(std::string_view selectors, std::string_view block) {
  const std::vector<Declaration> declarations = clean_declarations(block);
  if (declarations.empty()) return;
  blocks_.push_back(declarations);
  for (const std::string_view one : text::split(selectors, ',')) {
    if (rules_.size() >= kMostRules) return;
    Rule made;
    made.block = blocks_.size() - 1;
    if (!selector(text::trim(one), made)) continue;
    const Compound& last = made.compounds.front();
    const std::size_t number = rules_.size();
    if (!last.id.empty())
      by_id_[last.id].push_back(number);
    else if (!last.classes.empty())
      by_class_[last.classes[0]].push_back(number);
    else
      by_tag_[last.tag].push_back(number);
    rules_.push_back(std::move(made));
  }
}

void Sheet::add_weakest(std::string_view tag, Declaration declaration) {
  blocks_.push_back({std::move(declaration)});
  Rule made;
  made.compounds.push_back({tag, {}, {}, false});
  made.block = blocks_.size() - 1;
  by_tag_[tag].push_back(rules_.size());
  rules_.push_back(std::move(made));
}

// "div.note > p" into compounds. False for what isn't read here, pseudo-classes but :link among it.
bool Sheet::selector(std::string_view s, Rule& out) const {
  std::vector<Compound> compounds;
  bool child = false;
  for (std::size_t at = 0; at < s.size();) {
    Compound one;
    one.child = child;
    bool any = false;
    for (; at < s.size() && !text::is_space(s[at]) && s[at] != '>'; any = true) {
      const char kind = s[at];
      if (kind == '*') {
        ++at;
        continue;
      }
      const std::size_t begin = kind == '.' || kind == '#' || kind == ':' ? at + 1 : at;
      std::size_t end = begin;
      while (end < s.size() && is_sheet_name_byte(s[end])) ++end;
      if (end == begin) return false;
      const std::string_view name = s.substr(begin, end - begin);
      out.specificity += kind == '#' ? 0x10000U : kind == '.' || kind == ':' ? 0x100U : 1U;
      if (kind == '.') one.classes.push_back(name);
      if (kind == '#') one.id = name;
      if (kind == ':' && (name != "link" || one.tag != "a")) return false;
      if (begin == at) {
        const Element* element = find_element(text::ascii_lower(name));
        if (any || element == nullptr) return false;
        one.tag = element->name;
      }
      at = end;
    }
    if (!any || compounds.size() >= kMostCompounds) return false;
    compounds.push_back(std::move(one));
    child = false;
    for (; at < s.size() && (text::is_space(s[at]) || s[at] == '>'); ++at) {
      if (s[at] == '>' && child) return false;
      child = child || s[at] == '>';
    }
  }
  if (compounds.empty() || child) return false;
  std::reverse(compounds.begin(), compounds.end());
  out.compounds = std::move(compounds);
  return true;
}

bool Sheet::is(const Compound& compound, const Node& node) {
  --work_;
  if (!compound.tag.empty() && compound.tag != node.tag) return false;
  if (!compound.id.empty() && compound.id != node.id) return false;
  if (compound.classes.empty()) return true;
  const std::string_view classes = node.classes.substr(0, kLongestClasses);
  work_ -= static_cast<int>(classes.size() / 16);
  return std::all_of(compound.classes.begin(), compound.classes.end(),
                     [&](std::string_view name) { return has_class(classes, name); });
}

// Whether the compounds from `compound` on fit path[at] and its ancestors.
bool Sheet::matches(const Rule& rule, std::size_t compound, const std::vector<Node>& path, std::size_t at) {
  if (work_ <= 0 || !is(rule.compounds[compound], path[at])) return false;
  if (compound + 1 == rule.compounds.size()) return true;
  for (std::size_t i = at; i-- > 0;) {
    if (matches(rule, compound + 1, path, i)) return true;
    if (rule.compounds[compound].child) return false;
  }
  return false;
}

void Sheet::collect(const Index& index, std::string_view key, const std::vector<Node>& path,
                    std::vector<std::size_t>& out) {
  const auto found = index.find(key);
  if (found == index.end()) return;
  for (const std::size_t number : found->second) {
    if (out.size() >= kMostMatching || work_ <= 0) return;
    if (matches(rules_[number], 0, path, path.size() - 1)) out.push_back(number);
  }
}

std::string Sheet::style_of(const std::vector<Node>& path, std::string_view own) {
  std::vector<std::size_t> found;
  if (!rules_.empty() && work_ > 0) {
    const Node& node = path.back();
    collect(by_tag_, {}, path, found);
    collect(by_tag_, node.tag, path, found);
    const std::string_view classes = node.classes.substr(0, kLongestClasses);
    for (std::size_t at = 0; at < classes.size();) {
      std::size_t end = at;
      while (end < classes.size() && !text::is_space(classes[end])) ++end;
      if (end > at) collect(by_class_, classes.substr(at, end - at), path, found);
      at = end + 1;
    }
    if (!node.id.empty()) collect(by_id_, node.id, path, found);
  }
  if (found.empty()) return clean_style(own);
  // A class named twice finds its rules twice.
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::stable_sort(found.begin(), found.end(),
                   [&](std::size_t a, std::size_t b) { return rules_[a].specificity < rules_[b].specificity; });
  std::vector<Declaration> merged;
  const std::vector<Declaration> mine = clean_declarations(own);
  const auto put = [&](const std::vector<Declaration>& block, bool important) {
    for (const Declaration& d : block) {
      if (d.important != important) continue;
      work_ -= static_cast<int>(merged.size() / 4 + 1);
      merged.erase(std::remove_if(merged.begin(), merged.end(), [&](const Declaration& o) { return o.name == d.name; }),
                   merged.end());
      merged.push_back(d);
    }
  };
  for (const bool important : {false, true}) {
    for (const std::size_t number : found) put(blocks_[rules_[number].block], important);
    put(mine, important);
  }
  std::string plain = clean_style(own);
  std::string out = style_text(merged);
  const std::size_t grown = out.size() > plain.size() ? out.size() - plain.size() : 0;
  if (out.size() > kLongestStyle || grown > growth_) return plain;
  growth_ -= grown;
  return out;
}

}  // namespace amends::html
