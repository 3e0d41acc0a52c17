#include "core/mime/reply_signature.h"

#include <algorithm>
#include <string>

#include "core/base/text.h"
#include "core/mime/reply_words.h"

namespace amends::mime::reply {
namespace {

constexpr std::size_t kTallest = 12;  // lines of a signature under a delimiter that isn't exactly "-- "
constexpr std::size_t kWidest = 120;  // bytes of a line in it
constexpr std::size_t kNearEnd = 8;   // a phone's line stands this near to the end

class Finder {
 public:
  Finder(std::vector<Line>& lines, std::size_t begin, std::size_t end) : lines_(lines), begin_(begin), end_(end) {
    shrink();
  }

  // RFC 4880, section 7: the lines around a text signed in clear.
  void clear_signed() {
    if (begin_ < end_ && lines_[begin_].text == "-----BEGIN PGP SIGNED MESSAGE-----") {
      for (std::size_t i = begin_; i < end_ && !lines_[i].blank(); ++i) lines_[i].role = Role::signature;
      while (begin_ < end_ && lines_[begin_].role == Role::signature) ++begin_;
      shrink();
    }
    for (std::size_t i = begin_; i < end_; ++i) {
      if (lines_[i].text == "-----BEGIN PGP SIGNATURE-----") return cut(i);
    }
  }

  void list_footer() {
    for (std::size_t i = begin_; i < end_; ++i) {
      const bool drawn = is_rule(lines_[i].text, 20);
      if (drawn) {
        // "____ / name mailing list / address / https://…/listinfo/…"
        for (std::size_t k = next(i + 1), n = 0; k < end_ && n < 3; k = next(k + 1), ++n) {
          const std::string line = normal(text::clip(lines_[k].text, 200));
          if (line.find("mailing list") != line.npos || line.find("listinfo") != line.npos ||
              line.find("mailman") != line.npos || line.find("unsubscribe") != line.npos) {
            return cut(i);
          }
        }
        continue;
      }
      const std::string& words = lines_[i].words();
      // Mailman's place holder for what it cut off.
      if (lines_[i].dashes() >= 8 && words == "next part") return cut(i);
      if (words::is_list_footer(words)) {
        const std::size_t before = previous(i);
        return cut(before != i && is_rule(lines_[before].text, 2) ? before : i);
      }
    }
  }

  void delimiter() {
    for (std::size_t i = begin_; i < end_; ++i) {
      if (lines_[i].raw == "-- ") return cut(i, true);
    }
    // Without its space "--" is also drawn between paragraphs: what follows must look like a signature.
    for (std::size_t i = end_; i-- > begin_;) {
      if (!is_delimiter(lines_[i].text)) continue;
      std::size_t count = 0;
      bool narrow = true, reachable = false;
      for (std::size_t k = i + 1; k < end_; ++k) {
        reachable = reachable || is_contact(lines_[k].text);
        count += !lines_[k].blank();
        narrow = narrow && lines_[k].text.size() <= kWidest;
      }
      // A drawn line parts sections as well: under it something must say how to reach somebody.
      const bool long_rule = is_rule(lines_[i].text, 5);
      if (count <= kTallest && narrow && (!long_rule || reachable)) cut(i, true);
      return;
    }
  }

  void client_lines() {
    std::size_t seen = 0;
    std::size_t found = end_;
    for (std::size_t i = end_; i-- > begin_ && seen < kNearEnd;) {
      if (lines_[i].blank()) continue;
      ++seen;
      if (!words::is_client_signature(without_links(lines_[i].text))) continue;
      const bool apart = i == begin_ || lines_[i - 1].blank() || lines_[i - 1].role != Role::reply ||
                         is_rule(lines_[i - 1].text, 2) ||
                         words::is_client_signature(without_links(lines_[i - 1].text));
      const bool ends = next(i + 1) >= end_;
      if (apart || ends) found = i;
    }
    if (found == end_) return;
    const std::size_t before = previous(found);
    cut(before != found && is_rule(lines_[before].text, 2) ? before : found);
  }

  // "-Bob", "— Bob Smith" alone under the text.
  void dashed_name() {
    if (begin_ >= end_) return;
    const std::size_t i = end_ - 1;
    const std::string_view line = lines_[i].text;
    std::size_t dashes = 0;
    const std::string_view name = strip_rules(line, &dashes);
    if (dashes == 0 || dashes > 2 || name.empty() || line.front() == '*' || line.front() == '+') return;
    if (i == begin_ || line.size() > 48 || !looks_like_name(name)) return;
    const std::size_t before = previous(i);
    // In a list it is an item.
    std::size_t other = 0;
    strip_rules(lines_[before].text, &other);
    if (other != 0 || lines_[before].text.back() == ':') return;
    cut(i);
  }

  // A closing, a name and under it how to reach them.
  void contact_block(std::string_view author_name) {
    const std::string author = normal(author_name);
    const std::size_t from = end_ - begin_ > 14 ? end_ - 14 : begin_;
    for (std::size_t i = from; i < end_; ++i) {
      const std::string& line = lines_[i].words();
      if (line.empty() || i == begin_) continue;
      const bool is_author = !author.empty() && line == author;
      if (!is_author && !looks_like_name(lines_[i].text)) continue;
      const bool closing_above = words::is_closing(normal(text::clip(lines_[previous(i)].text, 100)));
      if (!closing_above && !(is_author && lines_[i - 1].blank())) continue;
      bool reachable = false, narrow = true;
      for (std::size_t k = i + 1; k < end_; ++k) {
        reachable = reachable || is_contact(lines_[k].text);
        narrow = narrow && lines_[k].text.size() <= kWidest;
      }
      if (reachable && narrow) return cut(i);
    }
  }

 private:
  static bool is_delimiter(std::string_view t) {
    return t == "--" || t == "---" || t == "__" || t == "___" || t == "____" || t == "\xE2\x80\x94" ||
           t == "\xE2\x80\x93" || t == "-- --" || is_rule(t, 8);
  }

  static std::string without_links(std::string_view line) {
    std::string out = normal(text::clip(strip_rules(line), 300));
    for (std::size_t open = out.find_first_of("<[("); open != out.npos; open = out.find_first_of("<[(", open + 1)) {
      if (out.compare(open + 1, 4, "http") != 0) continue;
      const std::size_t close = out.find_first_of(">])", open);
      out.erase(open, close == out.npos ? out.npos : close - open + 1);
      if (open >= out.size()) break;
    }
    return std::string(strip_rules(text::trim(out)));
  }

  // One to four words, each with a capital or of a script without capitals; no sentence.
  static bool looks_like_name(std::string_view s) {
    if (s.size() > 60 || s.find_first_of("?!:;@") != s.npos) return false;
    std::size_t count = 0;
    for (const std::string_view word : text::split(s, ' ')) {
      if (word.empty()) continue;
      const char c = word.front();
      const bool small = c >= 'a' && c <= 'z';
      if (text::is_digit(c) || (small && word.size() > 4)) return false;
      ++count;
    }
    const char first = s.front();
    return count >= 1 && count <= 4 && !(first >= 'a' && first <= 'z');
  }

  static bool is_contact(std::string_view line) {
    const std::string t = normal(text::clip(line, 200));
    std::size_t digits = 0;
    for (const char c : t) digits += text::is_digit(c);
    if (digits >= 6 && digits * 3 >= t.size()) return true;
    for (const std::string_view sign :
         {"www.", "http://", "https://", "tel:", "tel.", "phone:", "mobile:", "mobil:", "fax:"}) {
      if (t.find(sign) != t.npos) return true;
    }
    return t.find('@') != t.npos && t.find(' ') == t.npos;
  }

  std::size_t next(std::size_t i) const {
    while (i < end_ && lines_[i].blank()) ++i;
    return i;
  }
  std::size_t previous(std::size_t i) const {
    std::size_t k = i;
    while (k > begin_) {
      if (!lines_[--k].blank()) return k;
    }
    return i;
  }
  void shrink() {
    while (begin_ < end_ && lines_[begin_].blank()) ++begin_;
    while (begin_ < end_ && lines_[end_ - 1].blank()) --end_;
  }
  void cut(std::size_t at, bool delimiter_line = false) {
    for (std::size_t k = at; k < end_; ++k) lines_[k].role = Role::signature;
    if (delimiter_line || is_rule(lines_[at].text, 2)) lines_[at].role = Role::delimiter;
    end_ = at;
    shrink();
  }

  std::vector<Line>& lines_;
  std::size_t begin_, end_;
};

}  // namespace

void mark_signature(std::vector<Line>& lines, std::size_t begin, std::size_t end, bool last,
                    std::string_view author_name) {
  Finder finder(lines, begin, end);
  finder.clear_signed();
  finder.list_footer();
  finder.delimiter();
  finder.client_lines();
  if (!last) return;
  finder.dashed_name();
  finder.contact_block(author_name);
}

}  // namespace amends::mime::reply
