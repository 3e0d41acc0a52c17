#include "core/mime/reply_attribution.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/base/text.h"
#include "core/mime/reply_words.h"

namespace amends::mime::reply {
namespace {

using words::Place;

constexpr std::size_t kLongestLine = 320;  // bytes; longer ones are prose
constexpr std::size_t kLongestWindow = 640;
constexpr std::size_t kMostLines = 5;

bool is_word_byte(char c) { return text::is_alpha(c) || text::is_digit(c) || (c & 0x80) != 0; }

struct Evidence {
  int digits = 0;
  bool time = false;
  bool address = false;
  bool early_digit = false;  // a date stands near the start, as after "On"
};

Evidence evidence_of(std::string_view w) {
  Evidence e;
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (!text::is_digit(w[i])) continue;
    ++e.digits;
    if (i < 48) e.early_digit = true;
    if (i + 3 < w.size() + 1 && i + 2 < w.size() && (w[i + 1] == ':' || w[i + 1] == '.' || w[i + 1] == 'h') &&
        text::is_digit(w[i + 2])) {
      e.time = true;
    }
  }
  const std::size_t at = w.find('@');
  e.address = at != w.npos && at > 0 && at + 1 < w.size() && is_word_byte(w[at - 1]) && is_word_byte(w[at + 1]);
  if (!e.address) {
    // "<bob at example.com>", as archives write it
    const std::size_t open = w.rfind('<');
    const std::size_t close = w.find('>', open == w.npos ? 0 : open);
    if (open != w.npos && close != w.npos) {
      const std::string_view inside = w.substr(open, close - open);
      e.address = inside.find(" at ") != inside.npos && inside.find('.') != inside.npos;
    }
  }
  return e;
}

bool has_lead(std::string_view w, std::string_view lead) {
  if (w.substr(0, lead.size()) != lead || w.size() <= lead.size()) return false;
  if ((lead.back() & 0x80) != 0 && (lead[0] & 0xF0) == 0xE0) return true;  // CJK: no space needed
  const char next = w[lead.size()];
  return next == ' ' || next == '.' || next == ',' || next == ':';
}

bool cjk_start(std::string_view verb) { return !verb.empty() && static_cast<unsigned char>(verb[0]) >= 0xE3; }

bool verb_last(std::string_view w, std::string_view verb) {
  if (w.size() <= verb.size() || w.substr(w.size() - verb.size()) != verb) return false;
  return cjk_start(verb) || !is_word_byte(w[w.size() - verb.size() - 1]);
}

bool verb_inside(std::string_view w, std::string_view verb, std::size_t from) {
  for (std::size_t at = w.find(verb, from); at != w.npos; at = w.find(verb, at + 1)) {
    const std::size_t end = at + verb.size();
    if (at > 0 && !is_word_byte(w[at - 1]) && (end == w.size() || !is_word_byte(w[end]))) return true;
  }
  return false;
}

struct Reading {
  Trust trust = Trust::none;
  bool has_lead = false;
  int rank() const { return static_cast<int>(trust) * 2 + (has_lead ? 1 : 0); }
};

// "2012/10/18 Bob <bob@example.com>", "Tue, 3 May 2022 10:00 Bob <bob@example.com>:" – no verb at all.
Trust dated_name(std::string_view w, const Evidence& e, bool colon, bool one_line) {
  if (!e.address || e.digits < 4 || !e.early_digit || w.empty()) return Trust::none;
  // "3. Mai 2022, 10:41 von bob@example.com:"
  if (colon && e.time && one_line && text::is_digit(w[0]) && w.size() <= 120 && w.back() != '>')
    return Trust::if_quoted;
  if (w.back() != '>' && w.back() != ')' && w.back() != ']') return Trust::none;
  const std::size_t open = w.find_last_of("<([");
  if (open == w.npos || w.find('@', open) == w.npos || w.size() - open > 120) return Trust::none;
  if (colon && e.time) return Trust::sure;
  if (!one_line || !text::is_digit(w[0])) return Trust::none;
  return colon ? Trust::sure : Trust::if_quoted;
}

// `w` is normal, without the colon that ended it.
Reading read_window(std::string_view w, bool colon, bool one_line) {
  Reading best;
  const Evidence e = evidence_of(w);
  const auto offer = [&](Trust trust, bool lead) {
    const Reading reading{trust, lead};
    if (reading.rank() > best.rank()) best = reading;
  };
  if (!one_line && !e.early_digit && !e.address) return best;
  for (const auto& row : words::attributions()) {
    const bool lead = !row.lead.empty();
    if (lead && !has_lead(w, row.lead)) continue;
    if (row.place == Place::last) {
      if (!verb_last(w, row.verb)) continue;
      if (!colon && !e.address && !e.time) continue;
    } else {
      if (!colon) continue;
      if (!row.verb.empty() && !verb_inside(w, row.verb, row.lead.size())) continue;
    }
    if (lead) {
      if (e.early_digit && e.digits >= 3 && (e.time || e.address))
        offer(Trust::sure, true);
      else if (e.early_digit && e.digits >= 3)
        offer(Trust::if_reply, true);
      else if (one_line || e.early_digit)
        offer(e.address && colon ? Trust::if_reply : Trust::if_quoted, true);
    } else if (e.address && e.digits >= 3 && e.time) {
      offer(Trust::sure, false);
    } else if (e.address) {
      offer(colon ? Trust::if_reply : Trust::if_quoted, false);
    } else if (one_line && colon && w.size() <= 100) {
      offer(e.digits >= 3 && e.time ? Trust::if_reply : Trust::if_quoted, false);
    }
  }
  offer(dated_name(w, e, colon, one_line), true);
  return best;
}

bool is_between_dashes(std::string_view t) {
  return t.size() > 6 && t.substr(0, 3) == "---" && t.substr(t.size() - 3) == "---";
}

// What an attribution can end with; everything else is never looked at closer.
bool may_end(std::string_view t) {
  if (t.empty() || t.size() > kLongestLine) return false;
  const unsigned char last = static_cast<unsigned char>(t.back());
  return last == ':' || last == '>' || last == ')' || last == ']' || last >= 0x80 || text::is_alpha(t.back()) ||
         is_between_dashes(t);
}

// Some phones put the quoted text right behind "On …, Bob <bob@example.com> wrote:".
bool runs_on(std::string_view line) {
  if (line.find('@') == line.npos || line.find(':') == line.npos) return false;
  const std::string folded = normal(strip_rules(text::clip(line, kLongestWindow)));
  for (const auto& row : words::attributions()) {
    if (row.lead.empty() || row.place != Place::last || !has_lead(folded, row.lead)) continue;
    for (std::size_t at = folded.find(row.verb); at != folded.npos; at = folded.find(row.verb, at + 1)) {
      const std::size_t end = at + row.verb.size();
      const std::string_view after = text::trim_left(std::string_view(folded).substr(end));
      if (after.empty() || after.front() != ':' || end > kLongestLine) continue;
      const Evidence e = evidence_of(std::string_view(folded).substr(0, end));
      if (e.early_digit && e.digits >= 3 && e.time && e.address) return true;
    }
  }
  return false;
}

// Most lines of prose end in a letter: only those whose last word ends a verb of the table are looked at closer.
bool may_end_in_verb(std::string_view folded) {
  static const auto kLastWords = [] {
    std::unordered_set<std::string_view> out;
    for (const auto& row : words::attributions()) out.insert(row.verb.substr(row.verb.rfind(' ') + 1));
    return out;
  }();
  if (!text::is_alpha(folded.back())) return true;
  std::size_t begin = folded.size();
  while (begin > 0 && is_word_byte(folded[begin - 1])) --begin;
  return kLastWords.count(folded.substr(begin)) != 0;
}

}  // namespace

std::vector<Attribution> find_attributions(const std::vector<Line>& lines) {
  std::vector<Attribution> out(lines.size());
  static_assert(Line::kWords >= kLongestLine);
  const auto folded_line = [&](std::size_t i) -> const std::string& {
    static const std::string kNone = " ";
    const std::string& words = lines[i].words();
    return words.empty() ? kNone : words;
  };
  for (std::size_t last = 0; last < lines.size(); ++last) {
    if (lines[last].blank() || lines[last].quoted() || lines[last].fixed) continue;
    if (!may_end(lines[last].text)) {
      if (runs_on(lines[last].text)) out[last] = {last + 1, Trust::sure};
      continue;
    }
    if (!may_end_in_verb(folded_line(last))) {
      if (runs_on(lines[last].text)) out[last] = {last + 1, Trust::sure};
      continue;
    }
    std::string window;
    Reading best;
    std::size_t best_start = 0;
    std::size_t used = 0, blanks = 0;
    for (std::size_t start = last + 1; start-- > 0;) {
      const Line& line = lines[start];
      if (line.blank()) {
        if (++blanks > 2) break;
        continue;
      }
      if (line.quoted() || line.fixed || line.text.size() > kLongestLine || ++used > kMostLines) break;
      const std::string& piece = folded_line(start);
      // A line that ends a sentence or an attribution of its own can't be the start of this one.
      if (start != last && (piece.back() == ':' || piece.back() == '!' || piece.back() == '?')) break;
      window = window.empty() ? piece : piece + " " + window;
      if (window.size() > kLongestWindow) break;
      std::string_view w = text::trim(window);
      const bool colon = !w.empty() && w.back() == ':';
      if (colon) w = text::trim_right(w.substr(0, w.size() - 1));
      if (w.empty()) break;
      // "---- Bob wrote ----"
      const bool dashed = used == 1 && !colon && is_between_dashes(line.text);
      Reading reading = read_window(w, colon || dashed, used == 1);
      if (dashed && reading.trust != Trust::none) reading.trust = Trust::sure;
      if (reading.trust == Trust::none) continue;
      // Over several lines only the date after "On" or the address makes the start believable.
      const bool only_verb = folded_line(last).size() <= 24 && reading.trust != Trust::none && used == 2;
      if (used > 1 && !reading.has_lead && (blanks != 0 || (reading.trust != Trust::sure && !only_verb))) continue;
      if (used > 1 && reading.has_lead && piece.size() >= 16 &&
          std::none_of(piece.begin(), piece.end(), [](char c) { return text::is_digit(c); })) {
        continue;
      }
      if (reading.rank() > best.rank()) {
        best = reading;
        best_start = start;
      }
    }
    if (best.trust == Trust::none && runs_on(lines[last].text)) {
      best.trust = Trust::sure;
      best_start = last;
    }
    if (best.trust != Trust::none && out[best_start].trust < best.trust) out[best_start] = {last + 1, best.trust};
  }
  return out;
}

}  // namespace amends::mime::reply
