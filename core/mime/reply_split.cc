#include "core/mime/reply_split.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/mime/reply_attribution.h"
#include "core/mime/reply_header.h"
#include "core/mime/reply_signature.h"
#include "core/mime/reply_words.h"

namespace amends::mime::reply {
namespace {

class Splitter {
 public:
  Splitter(std::vector<Line> lines, const BodyHints& hints)
      : lines_(std::move(lines)), hints_(hints), attributions_(find_attributions(lines_)) {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].quoted()) last_quoted_ = i;
    }
  }

  Body run() {
    walk();
    rescue_a_mail_that_answers_nothing();
    keep_wrapped_quotes_together();
    signatures();
    delimiters_of_marked_signatures();
    return assemble();
  }

 private:
  std::optional<words::Mark> mark_at(std::size_t i) const {
    const std::string_view t = lines_[i].content();
    if (t.empty() || t.size() > 160) return std::nullopt;
    std::size_t dashes = lines_[i].dashes();
    std::string inside_quote;
    std::string_view words = lines_[i].words();
    if (lines_[i].quoted()) words = inside_quote = normal(strip_rules(t, &dashes));
    const bool colon = !words.empty() && words.back() == ':';
    if (colon) words = text::trim_right(words.substr(0, words.size() - 1));
    words = strip_rules(words);
    const auto mark = words::mark_of(words);
    if (!mark || dashes >= 2) return mark;
    if (colon && words::is_undashed_forward(words)) return mark;
    const bool headed = header_block(lines_, next_text(lines_, i + 1)).has_value();
    if (headed) return mark;
    return std::nullopt;
  }

  // "| text" and "Bob> text" are quotes only where something announced one.
  bool odd_quote_mark(std::size_t i) const {
    const std::string_view t = lines_[i].text;
    if (t.empty()) return false;
    if (t.front() == '|') return t.size() == 1 || t.back() != '|';
    std::size_t n = 0;
    while (n < t.size() && n < 16 && (text::is_alpha(t[n]) || t[n] == '.')) ++n;
    return n > 0 && n < t.size() && t[n] == '>';
  }

  void walk() {
    std::size_t i = 0;
    while (i < lines_.size()) {
      Line& line = lines_[i];
      if (line.blank()) {
        ++i;
      } else if (line.fixed || line.quoted()) {
        i = quote_begins(i) ? quoted_part(i) : i;
        if (i < lines_.size() && lines_[i].role == Role::reply && lines_[i].quoted()) lines_[i].role = Role::quote;
        ++i;
      } else if (const auto mark = mark_at(i)) {
        if (*mark == words::Mark::forward_end) {
          line.role = Role::quote;
          ++i;
        } else if (*mark == words::Mark::forward || (hints_.is_forward && !announced_)) {
          i = forward(i, next_text(lines_, i + 1), 0);
        } else {
          i = quote_below(i, i + 1);
        }
      } else if (const auto block = header_block(lines_, i)) {
        const std::size_t from = rule_above(i);
        i = hints_.is_forward && !announced_ ? forward(from, i, 0) : quote_below(from, block->end);
      } else if (line.header && heads_a_mail(i)) {
        i = hints_.is_forward && !announced_ ? forward(i, i, 0) : quote_below(rule_above(i), i + 1);
      } else if (believed(i)) {
        i = quote_below(rule_above(i), attributions_[i].end);
      } else {
        new_text_ = true;
        ++i;
      }
    }
  }

  // Line `i` is quoted and the one before it isn't, or it is so in another quote.
  bool quote_begins(std::size_t i) const {
    if (lines_[i].role == Role::signature || announced_) return false;
    std::size_t k = i;
    while (k > 0 && lines_[k - 1].blank()) --k;
    if (k == 0) return true;
    const Line& before = lines_[k - 1];
    return lines_[i].fixed ? before.region != lines_[i].region : !before.quoted();
  }

  // A quote that turns out to be a forwarded mail is taken whole; otherwise `i` stays.
  std::size_t quoted_part(std::size_t i) {
    const std::int32_t region = lines_[i].fixed ? lines_[i].region : 0;
    const auto mark = mark_at(i);
    if (mark == words::Mark::forward || (mark == words::Mark::original && hints_.is_forward)) {
      return forward(i, next_text(lines_, i + 1), region) - 1;
    }
    if (hints_.is_forward && lines_[i].fixed && header_block(lines_, i)) return forward(i, i, region) - 1;
    if (lines_[i].fixed) {
      announced_ = true;
      for (std::size_t k = rule_above(i); k < i; ++k) lines_[k].role = Role::quote;
    }
    return i;
  }

  // The block that the markup promises, in whatever language: lines with a colon near their start.
  bool heads_a_mail(std::size_t i) const {
    std::size_t labels = 0, seen = 0;
    for (std::size_t k = i; k < lines_.size() && seen < 8; ++k) {
      if (lines_[k].blank()) continue;
      ++seen;
      const std::string_view head = lines_[k].text.substr(0, 40);
      labels += head.find(':') != head.npos || head.find("\xEF\xBC\x9A") != head.npos;
    }
    return labels >= 2;
  }

  bool believed(std::size_t i) {
    const Attribution& a = attributions_[i];
    if (a.trust == Trust::none) return false;
    if (a.trust == Trust::sure) return true;
    if (a.trust == Trust::if_reply && hints_.is_reply) return true;
    const std::size_t next = next_text(lines_, a.end);
    return next < lines_.size() && (lines_[next].quoted() || odd_quote_mark(next) || lines_[next].role == Role::quote);
  }

  static bool is_omission(std::string_view t) {
    return (t.front() == '[' && t.back() == ']') || (t.front() == '<' && t.back() == '>') || t == "..." ||
           t == "\xE2\x80\xA6";
  }

  // Lines [from, body) announce a quote. Where quote marks follow, they say how far it goes; else it's all the rest.
  std::size_t quote_below(std::size_t from, std::size_t body) {
    announced_ = true;
    for (std::size_t k = from; k < body; ++k) lines_[k].role = Role::quote;
    if (const auto block = header_block(lines_, next_text(lines_, body)); block && body == from + 1) {
      for (std::size_t k = body; k < block->end; ++k) lines_[k].role = Role::quote;
      body = block->end;
    } else if (body == from + 1) {
      // One label alone under "-----Original Message-----".
      for (std::size_t k = next_text(lines_, body); k < lines_.size() && lines_[k].label && !lines_[k].quoted(); ++k) {
        lines_[k].role = Role::quote;
        body = k + 1;
      }
    }
    std::size_t next = next_text(lines_, body);
    if (next == lines_.size()) return next;
    if (lines_[next].quoted() || lines_[next].fixed) return next;
    if (odd_quote_mark(next)) {
      while (next < lines_.size() && (lines_[next].blank() || odd_quote_mark(next))) {
        if (!lines_[next].blank()) lines_[next].role = Role::quote;
        ++next;
      }
      return next;
    }
    // "[…]" and the like stand above what is left of a quote.
    if (const std::size_t below = next_text(lines_, next + 1);
        below < lines_.size() && lines_[below].quoted() && is_omission(lines_[next].text)) {
      lines_[next].role = Role::quote;
      return below;
    }
    // Nothing new so far, and quote marks further down: the author answers between them.
    if (!new_text_ && last_quoted_ > next) return next;
    unmarked_ = true;
    for (std::size_t k = next; k < lines_.size(); ++k) lines_[k].role = Role::quote;
    return lines_.size();
  }

  // Lines [from, head) announce a forwarded mail, its header block is at `head`. It goes on to the end of its quote, or
  // of the body when nothing encloses it.
  std::size_t forward(std::size_t from, std::size_t head, std::int32_t region) {
    announced_ = true;
    model::Forwarded out;
    while (head < lines_.size() && lines_[head].content().empty()) ++head;
    std::size_t body = std::min(head, lines_.size());
    const auto block = header_block(lines_, head);
    if (block) {
      out.from = read_party(block->from);
      out.subject = block->subject;
      out.date = read_date(block->date);
      body = block->end;
    }
    for (std::size_t k = from; k < body; ++k) lines_[k].role = Role::quote;
    const std::size_t first = next_text(lines_, body);
    const bool quoted =
        head < lines_.size() && (block ? lines_[head].quoted() : first < lines_.size() && lines_[first].quoted());
    std::size_t end = first;
    std::string text;
    for (; end < lines_.size(); ++end) {
      Line& line = lines_[end];
      if (!line.blank() && ((quoted && !line.quoted()) || (region != 0 && line.region != region))) break;
      if (!line.blank() && mark_at(end) == words::Mark::forward_end) break;
      line.role = Role::forward;
      line.fixed = true;
      text += quoted && line.quoted() ? one_level_off(line.raw) : line.raw;
      text += '\n';
    }
    out.text = text::trim(text);
    if (!forwarded_) {
      forwarded_ = std::move(out);
    } else {
      forwarded_->text += "\n\n" + out.text;
    }
    return end;
  }

  static std::string_view one_level_off(std::string_view raw) {
    const std::size_t mark = raw.find('>');
    if (mark == raw.npos) return raw;
    raw.remove_prefix(mark + 1);
    if (!raw.empty() && raw.front() == ' ') raw.remove_prefix(1);
    return raw;
  }

  // Outlook and others draw a line above what they quote.
  std::size_t rule_above(std::size_t i) const {
    std::size_t k = i;
    while (k > 0 && lines_[k - 1].blank()) --k;
    return k > 0 && is_rule(lines_[k - 1].text, 5) ? k - 1 : i;
  }

  bool anything(Role role) const {
    return std::any_of(lines_.begin(), lines_.end(), [&](const Line& l) { return !l.blank() && l.role == role; });
  }

  // A header block or an attribution on top of everything, in a mail that is no reply: somebody handed a mail on.
  void rescue_a_mail_that_answers_nothing() {
    if (forwarded_ || anything(Role::reply)) return;
    if (!anything(Role::quote)) {
      // All of it is in a signature's markup: somebody wrote there.
      for (Line& line : lines_) {
        if (line.role == Role::signature) line.role = Role::reply;
      }
      return;
    }
    if (hints_.is_reply) return;
    const std::size_t first = next_text(lines_, 0);
    if (const auto block = header_block(lines_, first)) {
      forward(first, first, 0);
      return;
    }
    if (announced_ && !unmarked_) return;
    if (!announced_ || unmarked_) {
      for (Line& line : lines_) line.role = line.fixed ? line.role : Role::reply;
    }
  }

  // A client that wraps a quoted line leaves its last words without a mark.
  void keep_wrapped_quotes_together() {
    for (std::size_t i = 1; i + 1 < lines_.size(); ++i) {
      const Line& above = lines_[i - 1];
      const Line& below = lines_[i + 1];
      Line& line = lines_[i];
      if (line.role != Role::reply || line.blank() || !above.quoted() || !below.quoted()) continue;
      const bool rest_of_line = above.raw.size() >= 70 && line.text.size() <= 30 && line.text.front() >= 'a' &&
                                line.text.front() <= 'z' && line.text.back() != '.' && line.text.back() != '?';
      const std::string_view bare = line.text.substr(0, line.text.find_last_not_of(" >)") + 1);
      const bool only_link = bare.find("http") < 2 && bare.find(' ') == std::string_view::npos;
      if (rest_of_line || only_link) line.role = Role::quote;
    }
  }

  void signatures() {
    std::vector<std::pair<std::size_t, std::size_t>> blocks;
    for (std::size_t i = 0; i < lines_.size();) {
      if (lines_[i].blank() || lines_[i].role != Role::reply) {
        ++i;
        continue;
      }
      std::size_t end = i;
      std::size_t k = i;
      while (k < lines_.size() && (lines_[k].blank() || lines_[k].role == Role::reply)) {
        if (!lines_[k].blank()) end = k + 1;
        ++k;
      }
      blocks.emplace_back(i, end);
      i = k;
    }
    bool last = true;
    for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
      mark_signature(lines_, block->first, block->second, last, hints_.author_name);
      const auto left = std::any_of(lines_.begin() + static_cast<std::ptrdiff_t>(block->first),
                                    lines_.begin() + static_cast<std::ptrdiff_t>(block->second),
                                    [](const Line& l) { return !l.blank() && l.role == Role::reply; });
      if (left) last = false;
    }
  }

  void delimiters_of_marked_signatures() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].text != "--") continue;
      const std::size_t next = next_text(lines_, i + 1);
      const bool before = next < lines_.size() && lines_[next].role == Role::signature && lines_[next].fixed;
      if (before || (lines_[i].role == Role::signature && lines_[i].fixed)) lines_[i].role = Role::delimiter;
    }
  }

  std::string collect(Role role) const {
    std::string out;
    std::size_t blanks = 0;
    bool gap = false;
    for (const Line& line : lines_) {
      if (line.blank()) {
        ++blanks;
      } else if (line.role != role) {
        gap = true;
      } else {
        if (!out.empty()) out.append(gap ? 2 : 1 + blanks, '\n');
        out += line.raw;
        gap = false;
        blanks = 0;
      }
    }
    return std::string(trim_invisible(out));
  }

  Body assemble() {
    Body body;
    body.reply_text = collect(Role::reply);
    body.quoted_text = collect(Role::quote);
    body.signature = collect(Role::signature);
    body.forwarded = std::move(forwarded_);
    return body;
  }

  std::vector<Line> lines_;
  const BodyHints& hints_;
  std::vector<Attribution> attributions_;
  std::optional<model::Forwarded> forwarded_;
  std::size_t last_quoted_ = 0;
  bool new_text_ = false;   // the author wrote something of their own above
  bool announced_ = false;  // an attribution, a header block or a mark was met
  bool unmarked_ = false;   // what it announced has no quote marks
};

}  // namespace

Body split(std::vector<Line> lines, const BodyHints& hints) {
  label_lines(lines);
  return Splitter(std::move(lines), hints).run();
}

}  // namespace amends::mime::reply
