#include "core/html/attributes.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace amends::html {
namespace {

constexpr std::size_t kLongestLink = 16'384;
constexpr std::size_t kLongestText = 2'000;
constexpr int kWidestSpan = 1'000;  // browsers stop there, too

enum class Value : std::uint8_t {
  text,
  number,  // digits
  signed_number,
  length,  // digits, then % or nothing
  span,    // 1 to 1000
  color,
  word,  // one of kWords
  flag,  // there or not
  language,
};

// Words that are values of align, valign, dir, type, clear, scope and start nothing.
constexpr std::array<std::string_view, 30> kWords = {
    "left",    "right", "center", "justify", "char", "top",    "middle", "bottom",   "baseline", "absmiddle",
    "texttop", "ltr",   "rtl",    "auto",    "disc", "circle", "square", "1",        "a",        "A",
    "i",       "I",     "all",    "none",    "both", "row",    "col",    "rowgroup", "colgroup", "absbottom"};

struct Row {
  std::string_view name;
  Value value;
  std::string_view elements;  // " td th "; "" is all
};
constexpr Row kAttributes[] = {
    {"title", Value::text, ""},
    {"dir", Value::word, ""},
    {"lang", Value::language, ""},
    {"align", Value::word, " div p h1 h2 h3 h4 h5 h6 table thead tbody tfoot tr td th img hr caption "},
    {"valign", Value::word, " thead tbody tfoot tr td th "},
    {"width", Value::length, " table td th img hr "},
    {"height", Value::length, " table tr td th img "},
    {"bgcolor", Value::color, " table thead tbody tfoot tr td th "},
    {"border", Value::number, " table img "},
    {"bordercolor", Value::color, " table "},
    {"cellpadding", Value::number, " table "},
    {"cellspacing", Value::number, " table "},
    {"colspan", Value::span, " td th "},
    {"rowspan", Value::span, " td th "},
    {"nowrap", Value::flag, " td th "},
    {"scope", Value::word, " th td "},
    {"color", Value::color, " font hr "},
    {"size", Value::signed_number, " font hr "},
    {"face", Value::text, " font "},
    {"noshade", Value::flag, " hr "},
    {"clear", Value::word, " br "},
    {"start", Value::signed_number, " ol "},
    {"value", Value::signed_number, " li "},
    {"type", Value::word, " ol ul li "},
    {"reversed", Value::flag, " ol "},
    {"alt", Value::text, " img "},
    {"hspace", Value::number, " img "},
    {"vspace", Value::number, " img "},
};

bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return text::is_digit(c); });
}

// The value as it may be written; `ok` is false when it may not.
std::string clean_value(Value kind, std::string_view v, bool& ok) {
  ok = true;
  const std::string_view t = text::trim(v);
  switch (kind) {
    case Value::text: return std::string(text::clip(v, kLongestText));
    case Value::number: {
      std::string_view digits = t;
      if (digits.size() > 2 && text::equals_ignoring_case(digits.substr(digits.size() - 2), "px"))
        digits.remove_suffix(2);
      if (all_digits(digits) && digits.size() <= 5) return std::string(digits);
      break;
    }
    case Value::signed_number: {
      const std::string_view digits = !t.empty() && (t[0] == '+' || t[0] == '-') ? t.substr(1) : t;
      if (all_digits(digits) && digits.size() <= 6) return std::string(t);
      break;
    }
    case Value::length: {
      std::string_view digits = t;
      const bool percent = !digits.empty() && digits.back() == '%';
      if (percent) digits.remove_suffix(1);
      if (digits.size() > 2 && text::equals_ignoring_case(digits.substr(digits.size() - 2), "px"))
        digits.remove_suffix(2);
      if (all_digits(digits) && digits.size() <= 5) return std::string(digits) + (percent ? "%" : "");
      break;
    }
    case Value::span: {
      if (!all_digits(t) || t.size() > 5) break;
      const int n = std::min(std::stoi(std::string(t)), kWidestSpan);
      if (n >= 1) return std::to_string(n);
      break;
    }
    case Value::color: {
      const std::string_view digits = !t.empty() && t[0] == '#' ? t.substr(1) : t;
      const bool plain =
          std::all_of(digits.begin(), digits.end(), [](char c) { return text::is_alpha(c) || text::is_digit(c); });
      if (!digits.empty() && digits.size() <= 24 && plain) return std::string(t);
      break;
    }
    case Value::word: {
      if (std::find(kWords.begin(), kWords.end(), t) != kWords.end()) return std::string(t);
      std::string lower = text::ascii_lower(t.substr(0, 16));
      if (std::find(kWords.begin(), kWords.end(), lower) != kWords.end()) return lower;
      break;
    }
    case Value::flag: return {};
    case Value::language: {
      const bool plain =
          std::all_of(t.begin(), t.end(), [](char c) { return text::is_alpha(c) || text::is_digit(c) || c == '-'; });
      if (!t.empty() && t.size() <= 35 && plain) return std::string(t);
      break;
    }
  }
  ok = false;
  return {};
}

bool applies(const Row& row, std::string_view element) {
  if (row.elements.empty()) return true;
  const std::size_t at = row.elements.find(element);
  if (at == row.elements.npos) return false;
  for (std::size_t i = at; i != row.elements.npos; i = row.elements.find(element, i + 1)) {
    if (row.elements[i - 1] == ' ' && row.elements[i + element.size()] == ' ') return true;
  }
  return false;
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  append_escaped(out, value);
  out += '"';
}

// A browser takes leading and trailing C0 and space off an address and every tab and line break out of it.
std::string browser_url(std::string_view s) {
  const auto is_edge = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!s.empty() && is_edge(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_edge(s.back())) s.remove_suffix(1);
  std::string out;
  out.reserve(s.size());
  for (const char c : s) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) out += c;
  }
  return out;
}

bool is_web(std::string_view url) {
  return text::starts_with_ignoring_case(url, "http://") || text::starts_with_ignoring_case(url, "https://");
}

// "data:image/png;base64,…" of the raster formats every browser decodes without running anything; "" otherwise.
std::string clean_data_image(std::string_view url) {
  for (const std::string_view type : {"png", "jpeg", "jpg", "gif", "webp"}) {
    const std::string head = "data:image/" + std::string(type) + ";base64,";
    if (!text::starts_with_ignoring_case(url, head)) continue;
    std::string out = head;
    for (const char c : url.substr(head.size())) {
      if (text::is_space(c)) continue;
      if (!text::is_alpha(c) && !text::is_digit(c) && c != '+' && c != '/' && c != '=') return {};
      out += c;
    }
    return out.size() > head.size() ? out : std::string();
  }
  return {};
}

bool append_image_source(std::string& out, const Token& token, Counts& counts) {
  const std::string url = browser_url(token.attribute("src"));
  if (text::starts_with_ignoring_case(url, "cid:") && url.size() <= kLongestLink) {
    append_attribute(out, "src", "cid:" + url.substr(4));
    return true;
  }
  if (const std::string data = clean_data_image(url); !data.empty()) {
    append_attribute(out, "src", data);
    return true;
  }
  std::string remote = url;
  if (remote.empty()) remote = browser_url(token.attribute("data-remote-src"));
  if (remote.substr(0, 2) == "//") remote = "https:" + remote;
  if (!is_web(remote) || remote.size() > kLongestLink) return false;
  append_attribute(out, "data-remote-src", remote);
  ++counts.remote_images;
  return true;
}

}  // namespace

void append_escaped(std::string& out, std::string_view s) {
  for (const char c : s) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '`': out += "&#96;"; break;
      case '\f': out += ' '; break;
      case '\r': out += '\n'; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 ? c != 0x7F : c == '\t' || c == '\n') out += c;
    }
  }
}

std::string clean_link(std::string_view decoded) {
  std::string url = browser_url(decoded);
  if (url.size() > kLongestLink) return {};
  if (is_web(url) || text::starts_with_ignoring_case(url, "mailto:") || text::starts_with_ignoring_case(url, "tel:"))
    return url;
  return {};
}

std::string color_declaration(std::string_view property, std::string_view decoded) {
  bool ok = false;
  std::string color = clean_value(Value::color, decoded, ok);
  if (!ok) return {};
  // "FF9900" is a colour in an attribute, in a style it needs the "#".
  const bool digits = std::all_of(color.begin(), color.end(), [](char c) {
    return text::is_digit(c) || (text::ascii_lower(c) >= 'a' && text::ascii_lower(c) <= 'f');
  });
  if (digits && (color.size() == 6 || color.size() == 3)) color.insert(0, "#");
  return std::string(property) + ':' + color + ';';
}

bool append_start_tag(std::string& out, const Element& element, const Token& token, std::string_view style,
                      Counts& counts) {
  if (element.shown.empty()) return false;
  const std::size_t before = out.size();
  out += '<';
  out += element.shown;
  if (element.kind == Kind::anchor) {
    const std::string url = clean_link(token.attribute("href"));
    if (url.empty()) {
      out.resize(before);
      return false;
    }
    append_attribute(out, "href", url);
    out += " rel=\"noopener noreferrer nofollow\" target=\"_blank\"";
    ++counts.links;
  }
  bool picture = false;
  if (element.shown == "img") picture = append_image_source(out, token, counts);
  if (!style.empty()) append_attribute(out, "style", style);
  bool words = false;
  std::string decoded;
  for (const Attribute& attribute : token.attributes) {
    for (const Row& row : kAttributes) {
      if (!text::equals_ignoring_case(row.name, attribute.name)) continue;
      if (!applies(row, element.shown)) break;
      decoded = token.attribute(row.name);
      bool ok = false;
      const std::string value = clean_value(row.value, decoded, ok);
      if (!ok) break;
      append_attribute(out, row.name, value);
      words = words || (row.name == "alt" && !text::trim(value).empty());
      break;
    }
  }
  const bool says_nothing = element.kind == Kind::page && out.size() == before + 1 + element.shown.size();
  out += '>';
  if (says_nothing || (element.shown == "img" && !picture && !words)) {
    out.resize(before);
    return false;
  }
  return true;
}

}  // namespace amends::html
