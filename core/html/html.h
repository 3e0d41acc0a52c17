// HTML of strangers, by a linear tokeniser with an allowlist: no tree, no recursion, so no input is slow and no two
// parsers can disagree about a tree. clean() is what may be shown, to_text() what a person would read.
//
// Pure; total; O(n) in time and memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace amends::html {

struct Cleaned {
  std::string html;  // allowlisted tags and attributes only, balanced; clean(clean(x)) == clean(x)
  std::int32_t links = 0;
  std::int32_t remote_images = 0;  // held back: data-remote-src instead of src
  bool truncated = false;          // the input was over the cap of 10 MB
};

// Text, links, tables, lists, inline images by cid and harmless style survive, that of style sheets and of <body>
// written into the elements; scripts, forms, frames, remote loads and anything positioned do not.
Cleaned clean(std::string_view html);

// Blocks become lines, list items get "- " or "1. ", table cells are parted by a tab, links keep their address when the
// text doesn't show it, <blockquote> lines begin with "> ". Invisible text (display:none, preheaders) is left out.
std::string to_text(std::string_view html);

// What the markup of a mail client says about a line.
enum class Role : std::uint8_t {
  body,
  quote,  // inside a quote, or the line that announces it
  signature,
  header,  // the From/Sent/To/Subject block of Outlook: everything from here on is quoted or forwarded
};

struct TextLine {
  std::string text;  // a line of to_text()
  Role role = Role::body;
  std::int32_t region = 0;  // lines of one outermost quote or signature share a number; 0 outside of them
};

// The lines of to_text() with what the markup says about them: Gmail, Outlook, Apple Mail, Yahoo, Thunderbird, Proton,
// Zoho, Tutanota and others mark quotes and signatures by class, id or style.
std::vector<TextLine> to_lines(std::string_view html);

// Character references of text (HTML 5, section 13.2.5.72 and its named ones).
std::string decode_entities(std::string_view text);
std::string escape(std::string_view text);

}  // namespace amends::html
