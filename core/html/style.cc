#include "core/html/style.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/text.h"

namespace amends::html {
namespace {

constexpr std::size_t kLongestValue = 256;
constexpr int kLargestNumber = 9999;
constexpr int kTightestPixels = 3;  // letters of mail are wider
constexpr int kTightestTenths = 3;  // of an em
constexpr int kThickestLine = 9;    // pixels
constexpr int kMostHanging = 36;    // pixels; Word's step is 18 pt
constexpr int kMostHangingLetters = 2;

enum class Rule : std::uint8_t {
  free,      // words, numbers, colours, quoted names
  positive,  // the same without negative numbers: nothing is moved over something else
  tight,     // a little negative: letters come closer but never run backwards
  thin,      // positive and small: a line through or under text doesn't cover what is around it
  hanging,   // the first line of a list item of Word stands a little to the left
  picture,   // backgrounds: positive, with gradients; a url() is left out and the rest stays
  display,   // a fixed set of words
};

const std::unordered_map<std::string_view, Rule>& properties() {
  static const std::unordered_map<std::string_view, Rule> kProperties = {
      {"background", Rule::picture},
      {"background-color", Rule::positive},
      {"background-image", Rule::picture},
      {"border", Rule::positive},
      {"border-bottom", Rule::positive},
      {"border-bottom-color", Rule::positive},
      {"border-bottom-style", Rule::positive},
      {"border-bottom-width", Rule::positive},
      {"border-collapse", Rule::positive},
      {"border-color", Rule::positive},
      {"border-left", Rule::positive},
      {"border-left-color", Rule::positive},
      {"border-left-style", Rule::positive},
      {"border-left-width", Rule::positive},
      {"border-radius", Rule::positive},
      {"border-top-left-radius", Rule::positive},
      {"border-top-right-radius", Rule::positive},
      {"border-bottom-left-radius", Rule::positive},
      {"border-bottom-right-radius", Rule::positive},
      {"box-sizing", Rule::positive},
      {"caption-side", Rule::positive},
      {"border-right", Rule::positive},
      {"border-right-color", Rule::positive},
      {"border-right-style", Rule::positive},
      {"border-right-width", Rule::positive},
      {"border-spacing", Rule::positive},
      {"border-style", Rule::positive},
      {"border-top", Rule::positive},
      {"border-top-color", Rule::positive},
      {"border-top-style", Rule::positive},
      {"border-top-width", Rule::positive},
      {"border-width", Rule::positive},
      {"clear", Rule::positive},
      {"color", Rule::positive},
      {"direction", Rule::positive},
      {"display", Rule::display},
      {"float", Rule::positive},
      {"font", Rule::positive},
      {"font-family", Rule::positive},
      {"font-size", Rule::positive},
      {"font-stretch", Rule::positive},
      {"font-style", Rule::positive},
      {"font-variant", Rule::positive},
      {"font-weight", Rule::positive},
      {"height", Rule::positive},
      {"letter-spacing", Rule::tight},
      {"line-height", Rule::positive},
      {"list-style", Rule::positive},
      {"list-style-position", Rule::positive},
      {"list-style-type", Rule::positive},
      {"margin", Rule::positive},
      {"margin-bottom", Rule::positive},
      {"margin-left", Rule::positive},
      {"margin-right", Rule::positive},
      {"margin-top", Rule::positive},
      {"max-height", Rule::positive},
      {"max-width", Rule::positive},
      {"min-height", Rule::positive},
      {"min-width", Rule::positive},
      {"overflow", Rule::positive},
      {"overflow-wrap", Rule::positive},
      {"padding", Rule::positive},
      {"padding-bottom", Rule::positive},
      {"padding-left", Rule::positive},
      {"padding-right", Rule::positive},
      {"padding-top", Rule::positive},
      {"table-layout", Rule::positive},
      {"text-align", Rule::positive},
      {"text-decoration", Rule::thin},
      {"text-decoration-color", Rule::positive},
      {"text-decoration-line", Rule::positive},
      {"text-indent", Rule::hanging},
      {"text-transform", Rule::positive},
      {"unicode-bidi", Rule::positive},
      {"vertical-align", Rule::free},
      {"visibility", Rule::positive},
      {"white-space", Rule::positive},
      {"width", Rule::positive},
      {"word-break", Rule::positive},
      {"word-spacing", Rule::tight},
      {"word-wrap", Rule::positive},
  };
  return kProperties;
}

constexpr std::string_view kDisplays[] = {"none",  "inline",    "block",      "inline-block",    "list-item",
                                          "table", "table-row", "table-cell", "table-row-group", "inline-table"};

bool is_word_byte(char c) { return text::is_alpha(c) || text::is_digit(c) || c == '-'; }

// A name may have any letters: fonts are called in every script.
bool is_property_name_byte(char c) { return is_word_byte(c) || c == '_' || (c & 0x80) != 0; }

struct Number {
  std::size_t size = 0;  // bytes with the unit; 0 when it isn't a plain number
  bool negative = false;
  int whole = 0, tenths = 0;
  std::string_view unit;
};

// [+-]digits[.digits] and a unit of letters or '%'. Neither "1e9px" nor "0-99px", which CSS reads as two numbers.
Number read_number(std::string_view s) {
  Number n;
  std::size_t at = 0;
  n.negative = s[0] == '-';
  if (s[0] == '-' || s[0] == '+') ++at;
  for (; at < s.size() && text::is_digit(s[at]); ++at)
    n.whole = std::min(n.whole * 10 + (s[at] - '0'), kLargestNumber + 1);
  if (at < s.size() && s[at] == '.') {
    ++at;
    if (at < s.size() && text::is_digit(s[at])) n.tenths = s[at] - '0';
    while (at < s.size() && text::is_digit(s[at])) ++at;
  }
  const std::size_t unit = at;
  while (at < s.size() && (text::is_alpha(s[at]) || s[at] == '%')) ++at;
  n.unit = s.substr(unit, at - unit);
  if (at < s.size() && (is_property_name_byte(s[at]) || s[at] == '.')) return {};
  n.size = at;
  return n;
}

bool is_absolute(const Number& n) {
  return n.unit.empty() || text::equals_ignoring_case(n.unit, "px") || text::equals_ignoring_case(n.unit, "pt");
}

bool may_be_negative(const Number& n, Rule rule) {
  if (rule == Rule::hanging)
    return is_absolute(n) ? n.whole <= kMostHanging : n.whole <= kMostHangingLetters && n.unit != "%";
  if (rule != Rule::tight) return rule == Rule::free;
  return is_absolute(n) ? n.whole < kTightestPixels : n.whole == 0 && n.tenths < kTightestTenths;
}

// Behind the ')' of "url(", whose content begins at `from`.
std::size_t end_of_url(std::string_view value, std::size_t from) {
  char quote = 0;
  for (std::size_t at = from; at < value.size(); ++at) {
    const char c = value[at];
    if (quote != 0 ? c == quote : c == '"' || c == '\'') {
      quote = quote != 0 ? '\0' : c;
    } else if (c == ')' && quote == 0) {
      return at + 1;
    } else if (c == '\\') {
      break;
    }
  }
  return value.npos;
}

bool is_thin(const Number& n) { return is_absolute(n) ? n.whole <= kThickestLine : n.whole == 0; }

// The value rewritten token by token; "" when one of them is not known to be harmless.
std::string clean_value(std::string_view value, Rule rule) {
  std::string out;
  bool gap = false;
  const auto put = [&](std::string_view token) {
    if (gap && !out.empty() && out.back() != '(' && token.front() != ',' && token.front() != ')') out += ' ';
    gap = false;
    out += token;
  };
  const auto inside_function = [&] {
    const std::size_t open = out.rfind('('), close = out.rfind(')');
    return open != out.npos && (close == out.npos || close < open);
  };
  for (std::size_t at = 0; at < value.size();) {
    const char c = value[at];
    if (text::is_space(c)) {
      gap = true;
      ++at;
    } else if (c == '"' || c == '\'') {
      const std::size_t close = value.find(c, at + 1);
      if (close == value.npos) return {};
      const std::string_view name = value.substr(at + 1, close - at - 1);
      const bool plain = std::all_of(name.begin(), name.end(),
                                     [](char n) { return is_property_name_byte(n) || n == ' ' || n == '.'; });
      if (!plain) return {};
      put("'" + std::string(name) + "'");
      at = close + 1;
    } else if (text::is_digit(c) || ((c == '-' || c == '+' || c == '.') && at + 1 < value.size() &&
                                     (text::is_digit(value[at + 1]) || value[at + 1] == '.'))) {
      const Number number = read_number(value.substr(at));
      if (number.size == 0 || number.whole > kLargestNumber) return {};
      if (number.negative && !may_be_negative(number, rule)) return {};
      if (rule == Rule::thin && !inside_function() && !is_thin(number)) return {};
      put(text::ascii_lower(value.substr(at, number.size)));
      at += number.size;
    } else if (c == '#') {
      std::size_t end = at + 1;
      while (end < value.size() && (text::is_alpha(value[end]) || text::is_digit(value[end]))) ++end;
      if (end - at > 9) return {};
      put(text::ascii_lower(value.substr(at, end - at)));
      at = end;
    } else if (is_property_name_byte(c)) {
      std::size_t end = at;
      while (end < value.size() && is_property_name_byte(value[end])) ++end;
      const std::string word = text::ascii_lower(value.substr(at, end - at));
      if (end < value.size() && value[end] == '(') {
        const bool gradient = word == "linear-gradient" || word == "radial-gradient";
        const bool color = word == "rgb" || word == "rgba" || word == "hsl" || word == "hsla";
        if (rule == Rule::picture && word == "url") {
          const std::size_t close = end_of_url(value, end + 1);
          if (close == value.npos) return {};
          at = close;
          gap = true;
          continue;
        }
        if (!color && (rule != Rule::picture || !gradient)) return {};
        put(word);
        out += '(';
        ++end;
      } else {
        // Fixed and sticky boxes come from position, which is not here; these two only from old engines.
        if (word == "expression" || word == "javascript" || word.find("moz-binding") != word.npos) return {};
        put(value.substr(at, end - at));
      }
      at = end;
    } else if (c == ',' || c == ')' || c == '/') {
      put(std::string_view(&c, 1));
      ++at;
    } else if (c == '!') {
      break;  // !important
    } else {
      return {};
    }
  }
  return out;
}

// Calls with each name (lower case, trimmed) and value (trimmed).
template <class Visit>
void for_each_declaration(std::string_view list, Visit visit) {
  list = list.substr(0, kLongestStyle);
  std::size_t begin = 0;
  while (begin < list.size()) {
    // A ';' inside quotes or parentheses doesn't end a declaration.
    std::size_t end = begin;
    int depth = 0;
    char quote = 0;
    for (; end < list.size(); ++end) {
      const char c = list[end];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '(') {
        ++depth;
      } else if (c == ')') {
        depth = std::max(0, depth - 1);
      } else if (c == ';' && depth == 0) {
        break;
      }
    }
    const std::string_view declaration = list.substr(begin, end - begin);
    if (const std::size_t colon = declaration.find(':'); colon != declaration.npos) {
      visit(text::ascii_lower(text::trim(declaration.substr(0, colon))), text::trim(declaration.substr(colon + 1)));
    }
    begin = end + 1;
  }
}

bool is_zero(std::string_view value) {
  const std::string v = text::ascii_lower(value.substr(0, 24));
  std::size_t i = 0;
  while (i < v.size() && (v[i] == '0' || v[i] == '.')) ++i;
  if (i == 0) return false;
  const std::string_view unit =
      text::trim(std::string_view(v).substr(i, v.find('!') == v.npos ? v.npos : v.find('!') - i));
  return unit.empty() || unit == "px" || unit == "pt" || unit == "em" || unit == "%" || unit == "in" || unit == "cm" ||
         unit == "rem";
}

// A font size that is a share of the one around it: of nothing it stays nothing.
bool is_relative(std::string_view value) {
  const std::string_view v = text::trim(value.substr(0, value.find('!')));
  const auto ends = [&](std::string_view unit) {
    return v.size() > unit.size() && v.substr(v.size() - unit.size()) == unit;
  };
  if (v == "smaller" || v == "larger" || v == "inherit" || v == "unset") return true;
  return ends("%") || ends("ex") || ends("ch") || (ends("em") && !ends("rem"));
}

}  // namespace

std::vector<Declaration> clean_declarations(std::string_view declarations) {
  std::vector<Declaration> out;
  for_each_declaration(declarations, [&](const std::string& name, std::string_view value) {
    const auto found = properties().find(name);
    if (found == properties().end() || value.size() > kLongestValue) return;
    std::string cleaned = clean_value(value, found->second);
    if (cleaned.empty()) return;
    if (found->second == Rule::display &&
        std::find(std::begin(kDisplays), std::end(kDisplays), text::ascii_lower(cleaned)) == std::end(kDisplays)) {
      return;
    }
    out.push_back({name, std::move(cleaned), value.find('!') != value.npos});
  });
  return out;
}

std::string style_text(const std::vector<Declaration>& declarations) {
  std::string out;
  for (const Declaration& d : declarations) {
    if (!out.empty()) out += ';';
    out += d.name;
    out += ':';
    out += d.value;
  }
  return out;
}

std::string clean_style(std::string_view declarations) { return style_text(clean_declarations(declarations)); }

Visibility read_style(std::string_view declarations) {
  Visibility v;
  bool flat = false, clipped = false, top = false, bottom = false;
  for_each_declaration(declarations, [&](const std::string& name, std::string_view raw) {
    const std::string value = text::ascii_lower(raw.substr(0, 96));
    const auto is = [&](std::string_view word) { return std::string_view(value).substr(0, word.size()) == word; };
    if (name == "display" && is("none")) v.hidden = true;
    if (name == "visibility" && (is("hidden") || is("collapse"))) v.hidden = true;
    if (name == "mso-hide" && is("all")) v.hidden = true;
    if (name == "opacity" && is_zero(value)) v.hidden = true;
    if (name == "font-size") {
      v.no_letters = is_zero(value);
      v.sets_letters = !v.no_letters && !is_relative(value);
    }
    if ((name == "max-height" || name == "height" || name == "max-width") && is_zero(value)) flat = true;
    if (name == "overflow" && is("hidden")) clipped = true;
    if (name == "white-space") {
      v.sets_space = true;
      v.keeps_space = is("pre") || is("break-spaces");
    }
    if (name == "mso-list" && is("ignore")) v.list_marker = true;
    if (name == "margin") {
      // "0", "0px 0 0 40px": the first number is the one above, the third the one below.
      const auto parts = text::split(value, ' ');
      top = is_zero(parts[0]);
      bottom = parts.size() >= 3 ? is_zero(parts[2]) : top;
    }
    if (name == "margin-top") top = is_zero(value);
    if (name == "margin-bottom") bottom = is_zero(value);
    if (name == "border" && is("none")) v.no_border = true;
    if (name == "border-top" || name == "border") {
      v.outlook_rule =
          v.outlook_rule || (name == "border-top" && is("solid") &&
                             (value.find("#e1e1e1") != value.npos || value.find("#b5c4df") != value.npos ||
                              value.find("225, 225, 225") != value.npos || value.find("181, 196, 223") != value.npos));
    }
  });
  if (flat && clipped) v.hidden = true;
  v.no_margin = top && bottom;
  return v;
}

}  // namespace amends::html
