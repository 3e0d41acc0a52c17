// The tokens of HTML as a browser would cut them (HTML Standard, section 13.2.5), in one pass over the bytes. Raw text
// elements, script data with its escaped states, bogus comments and broken attributes are cut as there; comments and
// doctypes are left out. Internal to core/html.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace amends::html {

struct Attribute {
  std::string_view name;   // as written
  std::string_view value;  // as written, references not decoded
};

enum class TokenKind : std::uint8_t { text, start, end, finish };

struct Token {
  TokenKind kind = TokenKind::finish;
  std::string_view text;  // of a text token
  bool literal = false;   // no references in `text`: it comes out of <xmp> or <plaintext>
  std::string name;       // of a tag, in lower case
  bool self_closing = false;
  std::vector<Attribute> attributes;  // the first of each name; at most kMostAttributes

  // The value of an attribute, decoded; "" when absent. `name` in lower case.
  std::string attribute(std::string_view attribute_name) const;
  const Attribute* find(std::string_view attribute_name) const;
};

class Tokenizer {
 public:
  static constexpr std::size_t kMostAttributes = 48;

  // `html` has LF line ends, is valid UTF-8, and outlives the tokenizer and its tokens.
  explicit Tokenizer(std::string_view html) : s_(html) {}
  void next(Token& token);

 private:
  bool markup(Token& token);
  bool tag(Token& token, bool end);
  bool attributes(Token& token);
  void raw_text(Token& token);
  std::size_t end_of_script() const;
  std::size_t end_tag_of(std::string_view name, std::size_t from) const;
  std::size_t end_of_comment(std::size_t from) const;
  void skip_past(char c);
  bool at_name(std::size_t at, std::string_view name) const;

  std::string_view s_;
  std::size_t at_ = 0;
  std::string raw_;  // the raw text element whose content comes next
};

// CRLF and CR become LF, malformed UTF-8 becomes U+FFFD. Returns `html` itself when nothing was to do, else `storage`.
std::string_view prepare(std::string_view html, std::string& storage);

}  // namespace amends::html
