#include <algorithm>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/html/attributes.h"
#include "core/html/entities.h"
#include "core/html/html.h"
#include "core/html/readable.h"
#include "core/html/roles.h"
#include "core/html/style.h"
#include "core/html/tokenizer.h"
#include "core/html/walker.h"

namespace amends::html {
namespace {

constexpr int kMostQuotes = 20;  // deeper quotes are drawn at this depth
constexpr int kMostIndent = 24;  // columns
constexpr int kMostBreaks = 3;   // two empty lines in a row, no more
constexpr std::string_view kRule = "________________________________";

// What holds inside an open element.
struct Scope {
  Role role = Role::body;
  std::int32_t region = 0;
  bool hidden = false;
  bool no_letters = false;  // text is too small to be seen, images are not
  bool keeps_space = false;
  bool leads_quote = false;  // Mark::quote_lead: its first <blockquote> is still to come
  bool list_marker = false;  // Word's bullet, written as text
  int quotes = 0;            // how many "> "
  int indent = 0;            // columns, inside list items
  int lists = 0;             // nesting of <ul> and <ol>
  bool ordered = false;
  char style = '1';
};

struct BlockRow {
  bool content = false;  // something was written in it
  bool tall = false;     // in more than one line
  bool cells = false;
  bool several = false;  // cells with something in them stand side by side
};

struct Link {
  std::string url;
  std::string shown;
};

// A line under construction, without its quote marks and indent.
struct Draft {
  std::string text;
  std::string prefix;
  Role role = Role::body;
  std::int32_t region = 0;
  int quotes = 0;
};

class Renderer final : public Handler {
 public:
  Renderer() { scopes_.emplace_back(); }

  bool open(Frame& frame, const Token& token) override {
    const Element& element = *frame.element;
    if (element.kind == Kind::page) return false;
    Scope scope = scopes_.back();
    const Visibility look = read_style(token.attribute("style"));
    if (look.hidden || token.find("hidden") != nullptr) scope.hidden = true;
    if (look.no_letters || look.sets_letters) scope.no_letters = look.no_letters;
    if (look.sets_space) scope.keeps_space = look.keeps_space;
    if (look.list_marker) scope.list_marker = true;
    const Mark mark = mark_of(token);
    apply(mark, scope);

    int margin = 0;
    switch (element.kind) {
      case Kind::phrase:
      case Kind::format: break;
      case Kind::anchor: links_.push_back({clean_link(token.attribute("href")), {}}); break;
      case Kind::preformatted:
        if (!look.sets_space) scope.keeps_space = true;
        margin = 2;
        break;
      case Kind::paragraph: margin = look.no_margin || is_word_paragraph(token) ? 1 : 2; break;
      case Kind::heading: margin = 2; break;
      case Kind::list:
        margin = scope.lists == 0 && !look.no_margin ? 2 : 1;
        scope.ordered = frame.name == "ol";
        scope.style = list_style(token);
        if (frame.name != "dl") ++scope.lists;
        numbers_.push_back(read_number(token, "start", 1));
        break;
      case Kind::row:
        margin = 1;
        rows_.emplace_back();
        break;
      case Kind::cell: margin = open_cell(); break;
      case Kind::block: margin = open_block(frame, mark, look, scope); break;
      default: margin = 1;
    }
    if (mark != Mark::none && mark != Mark::indent) margin = std::max(margin, 1);
    frame.value = static_cast<std::uint64_t>(margin);
    if (margin > 0 && !scope.hidden) want_break(margin);
    if (element.kind == Kind::item) open_item(token, scope);
    scopes_.push_back(scope);
    if (frame.name == "q" && !scope.hidden) write("\"");
    return true;
  }

  void reopen(Frame& frame) override {
    scopes_.push_back(scopes_.back());
    if (frame.element->kind == Kind::anchor) links_.emplace_back();
  }

  void close(Frame& frame) override {
    const Scope inner = scopes_.back();
    const Kind kind = frame.element->kind;
    if (kind == Kind::anchor) close_link();
    if (kind == Kind::item) marker_.clear();
    scopes_.pop_back();
    if (kind == Kind::row) close_row();
    if (kind == Kind::list) numbers_.pop_back();
    Scope& outer = scopes_.back();
    if (frame.name == "blockquote" && outer.leads_quote) {
      outer.leads_quote = false;
      outer.role = Role::body;
    }
    if (inner.list_marker && !outer.list_marker) space_ = true;
    if (frame.name == "q" && !inner.hidden) {
      space_ = false;
      write("\"");
    }
    // The margin of the last paragraph of a cell isn't a line of the table.
    if (kind == Kind::cell && !rows_.empty() && rows_.back().several && !rows_.back().tall)
      breaks_ = std::min(breaks_, 1);
    if (frame.value > 0 && !inner.hidden && kind != Kind::cell) want_break(static_cast<int>(frame.value));
  }

  void leaf(const Element& element, const Token& token) override {
    if (scopes_.back().hidden) return;
    if (element.shown == "br") {
      hard_break();
    } else if (element.shown == "hr") {
      Scope scope = scopes_.back();
      apply(mark_of(token), scope);
      scopes_.push_back(scope);
      want_break(1);
      write(kRule);
      want_break(1);
      scopes_.pop_back();
    } else if (element.shown == "img") {
      if (read_style(token.attribute("style")).hidden) return;
      const std::string alt = token.attribute("alt");
      collapse(alt);
    }
  }

  void text(std::string_view s, bool literal) override {
    const Scope& scope = scopes_.back();
    if (scope.hidden || scope.no_letters) return;
    decoded_.clear();
    if (literal)
      decoded_ = s;
    else
      append_decoded(decoded_, s, false);
    if (scope.list_marker) return word_marker();
    if (scope.keeps_space)
      keep(decoded_);
    else
      collapse(decoded_);
  }

  std::vector<TextLine> result() && {
    flush();
    while (!lines_.empty() && lines_.back().text.empty()) lines_.pop_back();
    return std::move(lines_);
  }

 private:
  void apply(Mark mark, Scope& scope) {
    if (mark == Mark::none || mark == Mark::indent) return;
    if (mark == Mark::rest) {
      // The mark stands beside what it announces: the header block and the rest of the page.
      if (scope.role == Role::body) scope.role = Role::header;
      if (scope.region == 0) scope.region = ++regions_;
      return;
    }
    if (scope.role == Role::quote || scope.role == Role::header) return;
    scope.role = mark == Mark::signature ? Role::signature : Role::quote;
    scope.leads_quote = mark == Mark::quote_lead;
    if (scope.region == 0) scope.region = ++regions_;
  }

  int open_block(const Frame& frame, Mark mark, const Visibility& look, Scope& scope) {
    if (frame.name != "blockquote") return 1;
    if (mark != Mark::indent) scope.quotes = std::min(scope.quotes + 1, kMostQuotes);
    // A quote begins without the prefix of the list it stands in.
    scope.indent = 0;
    return look.no_margin || mark == Mark::indent ? 1 : 2;
  }

  int open_cell() {
    if (rows_.empty()) return 1;
    BlockRow& row = rows_.back();
    const bool first = !row.cells;
    row.cells = true;
    if (first || !row.content) return 1;
    if (row.tall) return 1;
    row.several = true;
    breaks_ = 0;
    space_ = false;
    tab_ = true;
    return 0;
  }

  void close_row() {
    const BlockRow row = rows_.back();
    rows_.pop_back();
    tab_ = false;
    if (rows_.empty()) return;
    BlockRow& outer = rows_.back();
    outer.tall = outer.tall || row.tall || (outer.content && row.content);
    outer.content = outer.content || row.content;
  }

  static int read_number(const Token& token, std::string_view name, int fallback) {
    const std::string value = token.attribute(name);
    const std::string_view digits = text::trim(value);
    if (digits.empty() || digits.size() > 6 || digits.find_first_not_of("0123456789") != digits.npos) return fallback;
    return std::stoi(std::string(digits));
  }

  static char list_style(const Token& token) {
    const std::string type = token.attribute("type");
    if (type == "a" || type == "A") return type[0];
    return '1';
  }

  void open_item(const Token& token, Scope& scope) {
    const int before = std::min(scope.indent, kMostIndent);
    std::string sign = "- ";
    if (scope.ordered && !numbers_.empty()) {
      int& number = numbers_.back();
      number = read_number(token, "value", number);
      if (scope.style != '1' && number >= 1 && number <= 26) {
        sign = std::string(1, static_cast<char>(scope.style + number - 1)) + ". ";
      } else {
        sign = std::to_string(number) + ". ";
      }
      ++number;
    }
    if (!scope.hidden) marker_ = std::string(static_cast<std::size_t>(before), ' ') + sign;
    scope.indent = std::min(before + static_cast<int>(sign.size()), kMostIndent);
  }

  // Word writes the bullet of a list item as a letter of a symbol font, then hard spaces.
  void word_marker() {
    std::string sign;
    for (std::size_t at = 0; at < decoded_.size();) {
      const char32_t c = text::next_utf8(decoded_, at);
      if (c > 0x20 && c != 0xA0) text::append_utf8(sign, c);
    }
    if (sign.empty()) return;
    const bool number = sign.find_first_of("0123456789") != sign.npos || sign.back() == '.' || sign.back() == ')';
    write(number ? sign : "-");
  }

  void close_link() {
    const Link link = std::move(links_.back());
    links_.pop_back();
    if (link.url.empty() || scopes_.back().hidden || shows_address(link.shown, link.url)) return;
    const int breaks = breaks_;
    breaks_ = 0;
    space_ = true;
    const bool mailto = text::starts_with_ignoring_case(link.url, "mailto:");
    const bool tel = text::starts_with_ignoring_case(link.url, "tel:");
    std::string url = mailto ? link.url.substr(7) : tel ? link.url.substr(4) : link.url;
    if (mailto) url = url.substr(0, url.find('?'));
    if (!url.empty()) write("<" + url + ">");
    breaks_ = breaks;
  }

  void want_break(int breaks) {
    if (tab_) return;  // at the start of a cell
    if (!begun_) return;
    breaks_ = std::max(breaks_, breaks);
    space_ = false;
  }

  void hard_break() {
    if (tab_ || !begun_) return;
    breaks_ = std::min(breaks_ + 1, kMostBreaks);
    space_ = false;
  }

  void keep(std::string_view s) {
    while (!s.empty()) {
      const std::size_t end = s.find('\n');
      if (const std::string_view line = s.substr(0, end); !line.empty()) write(line);
      if (end == s.npos) break;
      hard_break();
      s.remove_prefix(end + 1);
    }
  }

  void collapse(std::string_view s) {
    std::size_t at = 0;
    while (at < s.size()) {
      if (text::is_space(s[at])) {
        space_ = true;
        ++at;
        continue;
      }
      std::size_t end = at;
      while (end < s.size() && !text::is_space(s[end])) ++end;
      write(s.substr(at, end - at));
      at = end;
    }
  }

  void write(std::string_view word) {
    begin_word();
    draft_.text += word;
    if (!links_.empty() && links_.back().shown.size() < 4096) {
      links_.back().shown += ' ';
      links_.back().shown += word;
    }
  }

  void begin_word() {
    const Scope& scope = scopes_.back();
    const bool moved = draft_.quotes != scope.quotes || draft_.role != scope.role || draft_.region != scope.region;
    if (begun_ && breaks_ == 0 && (moved || (tab_ && !marker_.empty()))) breaks_ = 1;
    if (!begun_) {
      start_line(scope);
    } else if (breaks_ > 0) {
      const int empty = breaks_ - 1;
      const int between = std::min(draft_.quotes, scope.quotes);
      const bool same = draft_.role == scope.role && draft_.region == scope.region;
      const Role role = same ? scope.role : Role::body;
      const std::int32_t region = same ? scope.region : 0;
      flush();
      for (int i = 0; i < empty; ++i) lines_.push_back({text_of_empty(between), role, region});
      start_line(scope);
      if (!rows_.empty() && rows_.back().content) rows_.back().tall = true;
    } else if (tab_) {
      draft_.text += '\t';
    } else if (space_ && !draft_.text.empty()) {
      draft_.text += ' ';
    }
    if (!rows_.empty()) rows_.back().content = true;
    begun_ = true;
    breaks_ = 0;
    tab_ = space_ = false;
  }

  static std::string text_of_empty(int quotes) { return std::string(static_cast<std::size_t>(quotes), '>'); }

  void start_line(const Scope& scope) {
    draft_.text.clear();
    draft_.quotes = scope.quotes;
    draft_.role = scope.role;
    draft_.region = scope.region;
    draft_.prefix.clear();
    for (int i = 0; i < scope.quotes; ++i) draft_.prefix += "> ";
    draft_.prefix += marker_.empty() ? std::string(static_cast<std::size_t>(scope.indent), ' ') : marker_;
    marker_.clear();
  }

  void flush() {
    if (!begun_) return;
    std::string line = readable_line(draft_.text);
    line = line.empty() ? std::string(text::trim_right(draft_.prefix)) : draft_.prefix + line;
    lines_.push_back({std::move(line), draft_.role, draft_.region});
  }

  std::vector<Scope> scopes_;
  std::vector<TextLine> lines_;
  std::vector<BlockRow> rows_;
  std::vector<int> numbers_;
  std::vector<Link> links_;
  Draft draft_;
  std::string decoded_, marker_;
  std::int32_t regions_ = 0;
  int breaks_ = 0;      // line ends owed before the next word
  bool space_ = false;  // a space owed
  bool tab_ = false;    // a cell began
  bool begun_ = false;  // something was written
};

}  // namespace

std::vector<TextLine> to_lines(std::string_view html) {
  std::string storage;
  const std::string_view prepared = prepare(html, storage);
  Renderer renderer;
  Walker(renderer).run(prepared);
  return std::move(renderer).result();
}

std::string to_text(std::string_view html) {
  std::string out;
  for (const TextLine& line : to_lines(html)) {
    out += line.text;
    out += '\n';
  }
  return std::string(text::trim_right(out));
}

}  // namespace amends::html
