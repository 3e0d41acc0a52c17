#include "core/html/walker.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::html {
namespace {

constexpr std::size_t kTablePartsOver = 4;  // row and cell of a table at the deepest level still fit

bool is_table_part(Kind kind) { return kind >= Kind::table && kind <= Kind::caption; }

// HTML Standard, 13.2.6.5: HTML may stand inside these.
bool is_integration_point(std::string_view name) {
  constexpr std::array<std::string_view, 9> kPoints = {
      "foreignobject", "desc", "title", "annotation-xml", "mi", "mo", "mn", "ms", "mtext"};
  return std::find(kPoints.begin(), kPoints.end(), name) != kPoints.end();
}

bool only_space(std::string_view s) { return s.find_first_not_of(" \t\n\f\r") == s.npos; }

}  // namespace

void Walker::run(std::string_view html) {
  reopen_budget_ = html.size() + 65'536;
  Tokenizer tokenizer(html);
  Token token;
  for (;;) {
    tokenizer.next(token);
    if (token.kind == TokenKind::finish) break;
    if (skipped_ != nullptr && skipping(token)) continue;
    switch (token.kind) {
      case TokenKind::text: text(token); break;
      case TokenKind::start: start(token); break;
      case TokenKind::end: end(token); break;
      case TokenKind::finish: break;
    }
    if (token.kind != TokenKind::start) strip_newline_ = false;
  }
  pop_to(0);
}

void Walker::begin_skip(const Element& element, const Token& token) {
  if (element.kind == Kind::foreign && token.self_closing) return;
  skipped_ = &element;
  skipped_name_ = token.name;
  skip_depth_ = 1;
  html_inside_ = 0;
}

// False when the token ends the skipped part and is to be handled.
bool Walker::skipping(const Token& token) {
  if (token.kind == TokenKind::text) {
    if (skipped_->kind == Kind::raw && skipped_name_ == "style") handler_.sheet(token.text);
    return true;
  }
  const bool start = token.kind == TokenKind::start;
  const Element* element = find_element(token.name);
  const bool table_part = element != nullptr && is_table_part(element->kind);
  if (skipped_->kind == Kind::foreign) {
    if (is_integration_point(token.name) && !token.self_closing) {
      if (start) ++html_inside_;
      if (!start && html_inside_ > 0) --html_inside_;
    }
    const bool breaks_out =
        element != nullptr && element->leaves_foreign && (start || token.name == "p" || token.name == "br");
    if (html_inside_ == 0 && breaks_out) {
      skipped_ = nullptr;
      return false;
    }
  } else if (skipped_name_ == "option" || skipped_name_ == "optgroup" || skipped_name_ == "select") {
    // These end with whatever can't be inside; a forgotten end tag takes no more with it.
    const bool inside =
        token.name == "option" || token.name == "optgroup" || token.name == "select" || element == nullptr;
    if (!inside && (table_part || element->kind == Kind::block || element->kind == Kind::paragraph)) {
      skipped_ = nullptr;
      return false;
    }
  } else if (!start && table_part && skipped_name_ != "template" && !table_parts_.empty()) {
    skipped_ = nullptr;
    return false;
  }
  if (token.name != skipped_name_) return true;
  if (start) {
    if (!token.self_closing || skipped_->kind != Kind::foreign) ++skip_depth_;
  } else if (--skip_depth_ == 0) {
    skipped_ = nullptr;
  }
  return true;
}

void Walker::text(const Token& token) {
  std::string_view s = token.text;
  if (strip_newline_ && !s.empty() && s.front() == '\n') s.remove_prefix(1);
  if (s.empty()) return;
  if (in_table_gap()) {
    if (only_space(s)) return;
    ensure_cell();
  }
  handler_.text(s, token.literal);
}

void Walker::push(const Element& element, const Token& token) {
  Frame frame;
  frame.element = &element;
  frame.name = element.name;
  if (!handler_.open(frame, token)) return;
  if (is_table_part(element.kind)) table_parts_.push_back(stack_.size());
  stack_.push_back(std::move(frame));
}

void Walker::pop() {
  handler_.close(stack_.back());
  if (is_table_part(stack_.back().element->kind)) table_parts_.pop_back();
  stack_.pop_back();
}

void Walker::pop_to(std::size_t size) {
  while (stack_.size() > size) pop();
  pop_ended();
}

void Walker::pop_ended() {
  while (!stack_.empty() && stack_.back().ended) pop();
}

bool Walker::in_table_gap() const {
  if (table_parts_.empty()) return false;
  const Kind kind = stack_[table_parts_.back()].element->kind;
  return kind == Kind::table || kind == Kind::section || kind == Kind::row;
}

std::size_t Walker::barrier() const { return table_parts_.empty() ? 0 : table_parts_.back() + 1; }

void Walker::ensure_cell() {
  if (!in_table_gap()) return;
  const Token none;
  if (stack_[table_parts_.back()].element->kind != Kind::row) push(row_element(), none);
  push(cell_element(), none);
}

void Walker::close_paragraph() {
  for (std::size_t i = stack_.size(); i-- > barrier();) {
    if (stack_[i].element->kind == Kind::paragraph) return pop_to(i);
  }
}

void Walker::close_item(const Element& element) {
  for (std::size_t i = stack_.size(); i-- > barrier();) {
    const Kind kind = stack_[i].element->kind;
    if (kind == element.kind) return pop_to(i);
    if (kind == Kind::list || (kind == Kind::block && stack_[i].element->shown != "div")) return;
  }
}

void Walker::start(const Token& token) {
  strip_newline_ = false;
  const Element* element = find_element(token.name);
  if (element == nullptr || element->kind == Kind::transparent || element->kind == Kind::raw) {
    // The content of <title>, <style> and so on is the next token: it goes.
    if (element != nullptr && element->kind == Kind::raw) {
      skipped_ = element;
      skipped_name_ = token.name;
      skip_depth_ = 1;
      if (token.name == "style") handler_.sheet_opens(token);
    }
    return;
  }
  if (element->kind == Kind::page) {
    if (page_opened_ || in_table_gap() || stack_.size() >= kDeepest) return;
    page_opened_ = true;
    close_paragraph();
    push(*element, token);
    return;
  }
  if (element->kind == Kind::subtree || element->kind == Kind::foreign) return begin_skip(*element, token);
  if (is_table_part(element->kind)) {
    if (open_table_part(*element)) push(*element, token);
    return;
  }
  ensure_cell();
  switch (element->kind) {
    case Kind::block:
    case Kind::list:
    case Kind::preformatted:
    case Kind::paragraph: close_paragraph(); break;
    case Kind::heading:
      close_paragraph();
      // More than one: an inline element around the first may have waited for its end.
      while (!stack_.empty() && stack_.back().element->kind == Kind::heading) pop_to(stack_.size() - 1);
      break;
    case Kind::item:
    case Kind::term:
      close_item(*element);
      close_paragraph();
      break;
    case Kind::anchor:
      for (std::size_t i = stack_.size(); i-- > barrier();) {
        if (stack_[i].element->kind != Kind::anchor) continue;
        if (!end_inline(i)) pop_to(i);
        break;
      }
      break;
    case Kind::leaf:
      if (element->name == "hr") close_paragraph();
      handler_.leaf(*element, token);
      return;
    default: break;
  }
  if (stack_.size() >= kDeepest) {
    ++left_out_[static_cast<std::size_t>(element->kind)];
    return;
  }
  push(*element, token);
  strip_newline_ = element->kind == Kind::preformatted;
}

void Walker::end(const Token& token) {
  const Element* element = find_element(token.name);
  if (element == nullptr) return;
  const Kind kind = element->kind;
  if (kind == Kind::leaf) {
    if (element->name == "br") {  // "</br>" is a break (13.2.6.4.7)
      ensure_cell();
      handler_.leaf(*element, Token{});
    }
    return;
  }
  if (kind >= Kind::transparent || kind == Kind::page) return;
  if (is_table_part(kind)) return end_table_part(*element);
  if (auto& count = left_out_[static_cast<std::size_t>(kind)]; count > 0) {
    --count;
    return;
  }
  for (std::size_t i = stack_.size(); i-- > barrier();) {
    const Frame& frame = stack_[i];
    const bool matches = frame.name == element->name || (kind == Kind::heading && frame.element->kind == Kind::heading);
    if (!matches) continue;
    if (!is_inline(kind)) return pop_to(i);
    if (!end_inline(i)) stack_[i].ended = true;
    return;
  }
}

// Ends the inline element at `index`; those that overlap it go on behind. False when a block inside is still open.
bool Walker::end_inline(std::size_t index) {
  for (std::size_t i = index + 1; i < stack_.size(); ++i) {
    if (!is_inline(stack_[i].element->kind)) return false;
  }
  std::vector<Frame> again;
  for (std::size_t i = index + 1; i < stack_.size(); ++i) {
    const std::size_t cost = stack_[i].start.size() + 16;
    if (stack_[i].ended || cost > reopen_budget_) continue;
    reopen_budget_ -= cost;
    again.push_back(stack_[i]);
  }
  pop_to(index);
  for (Frame& frame : again) {
    stack_.push_back(std::move(frame));
    handler_.reopen(stack_.back());
  }
  return true;
}

bool Walker::open_table_part(const Element& element) {
  if (element.kind == Kind::table) {
    if (in_table_gap()) {
      // A table can't be right inside a table: the outer one ends (13.2.6.4.9).
      while (stack_[table_parts_.back()].element->kind != Kind::table) pop_to(table_parts_.back());
      pop_to(table_parts_.back());
      ensure_cell();
    } else {
      close_paragraph();
    }
    if (stack_.size() >= kDeepest) {
      ++left_out_[static_cast<std::size_t>(Kind::table)];
      return false;
    }
    return true;
  }
  // The parts of a table that was left out are left out too.
  if (table_parts_.empty() || left_out_[static_cast<std::size_t>(Kind::table)] > 0) return false;
  const auto close_until = [&](auto stop) {
    while (!stop(stack_[table_parts_.back()].element->kind)) pop_to(table_parts_.back());
    pop_to(table_parts_.back() + 1);
  };
  switch (element.kind) {
    case Kind::section:
    case Kind::caption: close_until([](Kind k) { return k == Kind::table; }); break;
    case Kind::row: close_until([](Kind k) { return k == Kind::table || k == Kind::section; }); break;
    default:
      close_until([](Kind k) { return k == Kind::table || k == Kind::section || k == Kind::row; });
      if (stack_.back().element->kind != Kind::row) push(row_element(), Token{});
      break;
  }
  return stack_.size() < kDeepest + kTablePartsOver;
}

void Walker::end_table_part(const Element& element) {
  if (element.kind == Kind::table) {
    if (auto& count = left_out_[static_cast<std::size_t>(Kind::table)]; count > 0) {
      --count;
      return;
    }
  } else if (left_out_[static_cast<std::size_t>(Kind::table)] > 0) {
    return;
  }
  for (std::size_t i = table_parts_.size(); i-- > 0;) {
    const Kind kind = stack_[table_parts_[i]].element->kind;
    if (kind == element.kind) return pop_to(table_parts_[i]);
    if (kind == Kind::table) return;
  }
}

}  // namespace amends::html
