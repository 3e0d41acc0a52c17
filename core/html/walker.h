// Turns the tokens of a page into well nested events: every open has its close, <p>, <li> and table parts end where a
// browser ends them, text never stands between the parts of a table, and what must go (scripts, foreign content, select
// boxes) is gone. A stack of open elements, no tree; its depth is bounded, so each token costs a bounded amount.
// Internal to core/html.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/html/elements.h"
#include "core/html/tokenizer.h"

namespace amends::html {

// An open element. What `value` and `start` hold is the handler's own.
struct Frame {
  const Element* element = nullptr;
  std::string_view name;  // as opened; "li" of <li>
  bool ended = false;     // its end tag came while something inside was still open
  std::uint64_t value = 0;
  std::string start;
};

class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  // `token` has no attributes when the walk opened the element by itself. False: the tag goes, its content stays; there
  // will be no close.
  virtual bool open(Frame& frame, const Token& token) = 0;
  // The element goes on after something that overlapped it: "<b><i></b>" closes and opens <i> again.
  virtual void reopen(Frame& frame) = 0;
  virtual void close(Frame& frame) = 0;
  virtual void leaf(const Element& element, const Token& token) = 0;
  // A <style> opens; its content follows as sheet().
  virtual void sheet_opens(const Token&) {}
  virtual void sheet(std::string_view) {}
  // `literal`: no character references in it.
  virtual void text(std::string_view text, bool literal) = 0;
};

class Walker {
 public:
  static constexpr std::size_t kDeepest = 200;

  explicit Walker(Handler& handler) : handler_(handler) {}
  // `html` as prepare() left it.
  void run(std::string_view html);

 private:
  void start(const Token& token);
  void end(const Token& token);
  void text(const Token& token);
  bool skipping(const Token& token);
  void begin_skip(const Element& element, const Token& token);

  void push(const Element& element, const Token& token);
  void pop();
  void pop_to(std::size_t size);
  void pop_ended();
  void close_paragraph();
  void close_item(const Element& element);
  bool end_inline(std::size_t index);
  bool open_table_part(const Element& element);
  void end_table_part(const Element& element);
  void ensure_cell();

  bool in_table_gap() const;
  std::size_t barrier() const;  // nothing below this index is reached from inside a table cell
  static bool is_inline(Kind kind) { return kind == Kind::phrase || kind == Kind::format || kind == Kind::anchor; }

  Handler& handler_;
  std::vector<Frame> stack_;
  std::vector<std::size_t> table_parts_;  // indexes into stack_ of table, section, row, cell, caption
  std::size_t reopen_budget_ = 0;
  bool strip_newline_ = false;  // right after <pre>
  bool page_opened_ = false;

  // Start tags that the depth limit left out, by kind: their end tags are left out too.
  std::array<std::size_t, 32> left_out_{};

  const Element* skipped_ = nullptr;  // the element that goes with its content
  std::string skipped_name_;
  std::size_t skip_depth_ = 0;
  std::size_t html_inside_ = 0;  // open foreignObject and the like
};

}  // namespace amends::html
