#include "core/mime/reply_lines.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace amends::mime::reply {
namespace {

constexpr std::string_view kInvisible[] = {
    "\xC2\xA0",      // no-break space
    "\xE2\x80\x8B",  // zero width space
    "\xE2\x80\x8C",  // zero width non-joiner
    "\xE2\x80\x8D",  // zero width joiner
    "\xE2\x80\x8E",  // left-to-right mark
    "\xE2\x80\x8F",  // right-to-left mark
    "\xE2\x80\xAA",  // left-to-right embedding
    "\xE2\x80\xAC",  // pop directional formatting
    "\xE2\x80\xAF",  // narrow no-break space
    "\xE2\x81\xA0",  // word joiner
    "\xE3\x80\x80",  // ideographic space
    "\xEF\xBB\xBF",  // byte order mark
    "\xC2\xAD",      // soft hyphen
};

bool starts_with(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }
bool ends_with(std::string_view s, std::string_view suffix) {
  return s.size() >= suffix.size() && s.substr(s.size() - suffix.size()) == suffix;
}

}  // namespace

std::string_view trim_invisible(std::string_view s) {
  for (bool again = true; again;) {
    s = text::trim(s);
    again = false;
    if (s.empty() || (static_cast<unsigned char>(s.front()) < 0x80 && static_cast<unsigned char>(s.back()) < 0x80))
      break;
    for (const std::string_view mark : kInvisible) {
      if (starts_with(s, mark)) {
        s.remove_prefix(mark.size());
        again = true;
      }
      if (ends_with(s, mark)) {
        s.remove_suffix(mark.size());
        again = true;
      }
    }
  }
  return s;
}

std::string_view Line::content() const { return marks == 0 ? text : trim_invisible(raw.substr(marks)); }

const Line::Words& Line::made() const {
  if (!words_) {
    Words made;
    made.normal = normal(text::clip(strip_rules(text, &made.dashes), kWords));
    words_ = std::move(made);
  }
  return *words_;
}
const std::string& Line::words() const { return made().normal; }
std::size_t Line::dashes() const { return made().dashes; }

std::size_t quote_marks(std::string_view raw) {
  constexpr std::string_view kFullWidth = "\xEF\xBC\x9E";  // ＞
  std::size_t at = 0, end = 0;
  while (at < raw.size()) {
    const std::size_t indent = at;
    while (at < raw.size() && (raw[at] == ' ' || raw[at] == '\t')) ++at;
    if (at - indent > 8) break;
    if (at < raw.size() && raw[at] == '>') {
      end = ++at;
    } else if (starts_with(raw.substr(at), kFullWidth)) {
      end = at += kFullWidth.size();
    } else {
      break;
    }
  }
  if (end == 0) return 0;
  // ">>> see here <<<" is an ornament.
  if (ends_with(text::trim_right(raw), "<<<") || ends_with(text::trim_right(raw), "<<")) return 0;
  if (end < raw.size() && raw[end] == ' ') ++end;
  return end;
}

std::vector<Line> read_lines(std::string_view text) {
  std::vector<Line> out;
  for (const std::string_view raw : text::lines(text)) {
    Line line;
    line.raw = raw;
    line.text = trim_invisible(raw);
    line.marks = quote_marks(raw);
    out.push_back(std::move(line));
  }
  return out;
}

std::string_view strip_rules(std::string_view s, std::size_t* dashes) {
  constexpr std::string_view kRules = "-_=*~#+ \t";
  std::size_t count = 0, stars = 0;
  const auto long_dash = [](std::string_view t) {
    return starts_with(t, "\xE2\x80\x94") || starts_with(t, "\xE2\x80\x93") || starts_with(t, "\xE2\x94\x80");
  };
  for (;;) {
    if (!s.empty() && kRules.find(s.front()) != kRules.npos) {
      stars += s.front() == '*';
      count += s.front() == ' ' || s.front() == '\t' || s.front() == '*' ? 0 : 1;
      s.remove_prefix(1);
    } else if (long_dash(s)) {
      ++count;
      s.remove_prefix(3);
    } else {
      break;
    }
  }
  for (;;) {
    if (!s.empty() && kRules.find(s.back()) != kRules.npos) {
      s.remove_suffix(1);
    } else if (s.size() >= 3 && long_dash(s.substr(s.size() - 3))) {
      s.remove_suffix(3);
    } else {
      break;
    }
  }
  if (dashes != nullptr) *dashes = stars > 2 ? count + stars : count;  // "*x*" and "**x**" are emphasis
  return s;
}

bool is_rule(std::string_view text, std::size_t least) {
  std::size_t count = 0;
  const std::string_view rest = strip_rules(text);
  if (!rest.empty()) return false;
  for (const char c : text) count += c == '-' || c == '_' || c == '=' || c == '*' || c == '~' || (c & 0x80) != 0;
  return count >= least;
}

std::string normal(std::string_view s) {
  std::string folded = text::squeeze(text::fold(s));
  if (text::is_ascii(folded)) return folded;
  return text::replace_all(folded, "\xE2\x80\x99", "'");  // ’
}

std::size_t next_text(const std::vector<Line>& lines, std::size_t at) {
  while (at < lines.size() && lines[at].blank()) ++at;
  return at;
}

}  // namespace amends::mime::reply
