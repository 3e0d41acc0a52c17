// The style sheets inside a page, as far as they say harmless things by plain selectors: mail laid out by them (Word's
// paragraphs, receipts, the columns of newsletters) keeps its look when its <style> goes. What holds for an element is
// written into its style attribute and passes the rules of one.
//
// Read are types, classes and ids, descendants and children; a rule with anything else is left out whole. Media queries
// are answered for a light screen of kPaneWidth pixels. Bounded in rules, work and what it adds, whatever the page
// says. Internal to core/html.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/html/style.h"

namespace amends::html {

// What selectors see of an element. Views into the page.
struct Node {
  std::string_view tag, id, classes;
};

// "screen and (min-width:480px)"; "" holds.
bool media_holds(std::string_view media);

class Sheet {
 public:
  static constexpr int kPaneWidth = 700;

  // `growth`: bytes that all style attributes together may get from here.
  explicit Sheet(std::size_t growth) : growth_(growth) {}

  void add(std::string_view css);
  // One declaration weaker than any of a sheet, for all elements of a type: <body link=…>.
  void add_weakest(std::string_view tag, Declaration declaration);
  bool empty() const { return rules_.empty(); }

  // The clean style attribute of the last element of `path`: what the sheets say of it and `own`, its own attribute.
  std::string style_of(const std::vector<Node>& path, std::string_view own);

 private:
  struct Compound {
    std::string_view tag, id;
    std::vector<std::string_view> classes;
    bool child = false;  // the compound to the left is of the parent, not of any ancestor
  };
  struct Rule {
    std::vector<Compound> compounds;  // right to left
    std::uint32_t specificity = 0;
    std::size_t block = 0;
  };
  using Index = std::unordered_map<std::string_view, std::vector<std::size_t>>;

  void rules_of(std::string_view css, int depth);
  void rule(std::string_view selectors, std::string_view block);
  bool selector(std::string_view text, Rule& out) const;
  bool matches(const Rule& rule, std::size_t compound, const std::vector<Node>& path, std::size_t at);
  bool is(const Compound& compound, const Node& node);
  void collect(const Index& index, std::string_view key, const std::vector<Node>& path, std::vector<std::size_t>& out);

  std::deque<std::string> texts_;  // the sheets without comments; rules are views into them
  std::vector<Rule> rules_;
  std::vector<std::vector<Declaration>> blocks_;
  Index by_id_, by_class_, by_tag_;
  std::size_t growth_;
  std::size_t read_ = 0;
  int work_ = 3'000'000;  // steps left
};

}  // namespace amends::html
