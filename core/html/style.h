// The style attribute: what of it may be shown, and what it says about visibility. A list of allowed properties with
// values of plain words, numbers and colours; url(), expressions, escapes and anything positioned never pass.
// Internal to core/html.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace amends::html {

constexpr std::size_t kLongestStyle = 4096;  // bytes of a style attribute that are read

struct Declaration {
  std::string name, value;
  bool important = false;
};

// Those that may stay, each as it may be written.
std::vector<Declaration> clean_declarations(std::string_view declarations);
std::string style_text(const std::vector<Declaration>& declarations);

// The declarations that may stay, as "color:red;width:10px". clean_style(clean_style(x)) == clean_style(x).
std::string clean_style(std::string_view declarations);

struct Visibility {
  bool hidden = false;        // nobody sees it: display:none, mso-hide:all …
  bool no_letters = false;    // font-size:0, until something inside says a size of its own (mail layouts live by it)
  bool sets_letters = false;  // says a font size that doesn't hang on the one around it
  bool no_margin = false;     // a paragraph without the empty line around it
  bool sets_space = false;    // says how white space is treated
  bool keeps_space = false;   // white-space: pre, pre-wrap, pre-line, break-spaces
  bool list_marker = false;   // mso-list:Ignore, the bullet Word writes as text
  bool no_border = false;     // border:none, as Gmail writes for an indent made of <blockquote>
  bool outlook_rule = false;  // the line Outlook draws above the header block of a quoted mail
};
Visibility read_style(std::string_view declarations);

}  // namespace amends::html
