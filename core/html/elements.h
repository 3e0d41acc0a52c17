// The elements we know and what they mean to the structure of a page. Internal to core/html.
#pragma once

#include <cstdint>
#include <string_view>

namespace amends::html {

enum class Kind : std::uint8_t {
  phrase,        // span, abbr: ends where it says or with its block
  format,        // b, font: the same, and nests with others any way round
  anchor,        // a: never inside another
  block,         // div, center, blockquote: ends an open <p>
  paragraph,     // p
  heading,       // h1 to h6
  preformatted,  // pre, listing, xmp, plaintext
  page,          // body: the first one is open to the end
  list,          // ul, ol, dl
  item,          // li: ends an open one of its list
  term,          // dt, dd: the same
  table,
  section,  // thead, tbody, tfoot
  row,
  cell,  // td, th
  caption,
  leaf,         // br, hr, img: never has content
  transparent,  // object, button, head: the tag goes, the content stays
  raw,          // script, style: the tokenizer hands its content as one piece, which goes
  subtree,      // select, template: goes with all that is in it
  foreign,      // svg, math: the same, until something that can't be inside
};

struct Element {
  std::string_view name;
  Kind kind;
  std::string_view shown;  // the tag it is written with; "" when the tag itself goes
  bool leaves_foreign;     // in <svg> or <math> its start tag ends that (HTML Standard, 13.2.6.5)
};

// Nothing for an unknown element: it is transparent and inline.
const Element* find_element(std::string_view lower_case_name);

// The elements that the walk opens by itself.
const Element& row_element();
const Element& cell_element();

}  // namespace amends::html
