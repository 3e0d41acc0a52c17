#include "core/html/tokenizer.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/html/entities.h"

namespace amends::html {
namespace {

constexpr std::size_t kLongestTagName = 64;  // longer tag names are of no element we know

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r'; }

// <noscript> is not here: with scripts off, as in every view of ours, its content is ordinary markup.
bool is_raw_text(std::string_view name) {
  constexpr std::array<std::string_view, 9> kRaw = {"script", "style",   "title",    "textarea", "xmp",
                                                    "iframe", "noembed", "noframes", "plaintext"};
  return std::find(kRaw.begin(), kRaw.end(), name) != kRaw.end();
}

}  // namespace

const Attribute* Token::find(std::string_view attribute_name) const {
  for (const Attribute& a : attributes) {
    if (text::equals_ignoring_case(a.name, attribute_name)) return &a;
  }
  return nullptr;
}

std::string Token::attribute(std::string_view attribute_name) const {
  std::string out;
  if (const Attribute* found = find(attribute_name)) append_decoded(out, found->value, true);
  return out;
}

void Tokenizer::next(Token& token) {
  token.literal = false;
  token.self_closing = false;
  token.attributes.clear();
  if (!raw_.empty()) {
    raw_text(token);
    if (!token.text.empty()) return;
  }
  while (at_ < s_.size()) {
    const std::size_t start = at_;
    // Text runs up to the next '<' that begins markup.
    std::size_t lt = s_.find('<', at_);
    while (lt != s_.npos && !(lt + 1 < s_.size() && (text::is_alpha(s_[lt + 1]) || s_[lt + 1] == '/' ||
                                                     s_[lt + 1] == '!' || s_[lt + 1] == '?'))) {
      lt = s_.find('<', lt + 1);
    }
    if (lt == s_.npos) lt = s_.size();
    if (lt == s_.size() - 2 && s_[lt + 1] == '/') lt = s_.size();  // "</" at the very end is text
    if (lt > start) {
      token.kind = TokenKind::text;
      token.text = s_.substr(start, lt - start);
      at_ = lt;
      return;
    }
    if (markup(token)) return;
  }
  token.kind = TokenKind::finish;
}

// At '<'. True when it made a token; comments and what the end of input cuts off make none.
bool Tokenizer::markup(Token& token) {
  const char c = s_[at_ + 1];
  if (c == '!') {
    if (s_.substr(at_, 4) == "<!--") {
      at_ = end_of_comment(at_ + 4);
    } else {
      skip_past('>');
    }
    return false;
  }
  if (c == '?') {
    skip_past('>');
    return false;
  }
  if (c != '/') return tag(token, false);
  if (at_ + 2 < s_.size() && text::is_alpha(s_[at_ + 2])) return tag(token, true);
  skip_past('>');
  return false;
}

void Tokenizer::skip_past(char c) {
  const std::size_t found = s_.find(c, at_);
  at_ = found == s_.npos ? s_.size() : found + 1;
}

// `from` is after "<!--". "-->" and "--!>" end a comment, and so do "<!-->" and "<!--->".
std::size_t Tokenizer::end_of_comment(std::size_t from) const {
  if (s_.substr(from, 1) == ">") return from + 1;
  if (s_.substr(from, 2) == "->") return from + 2;
  for (std::size_t at = s_.find("--", from); at != s_.npos; at = s_.find("--", at + 1)) {
    if (s_.substr(at + 2, 1) == ">") return at + 3;
    if (s_.substr(at + 2, 2) == "!>") return at + 4;
  }
  return s_.size();
}

bool Tokenizer::tag(Token& token, bool end) {
  at_ += end ? 2 : 1;
  const std::size_t begin = at_;
  while (at_ < s_.size() && !is_space(s_[at_]) && s_[at_] != '/' && s_[at_] != '>') ++at_;
  token.name = text::ascii_lower(s_.substr(begin, std::min(at_ - begin, kLongestTagName + 1)));
  token.kind = end ? TokenKind::end : TokenKind::start;
  if (!attributes(token)) {
    at_ = s_.size();
    return false;
  }
  if (!end && is_raw_text(token.name)) raw_ = token.name;
  return true;
}

// Up to and with '>'. False when the input ends inside the tag: then there is no tag.
bool Tokenizer::attributes(Token& token) {
  for (;;) {
    while (at_ < s_.size() && (is_space(s_[at_]) || s_[at_] == '/')) {
      token.self_closing = s_[at_] == '/';
      ++at_;
    }
    if (at_ >= s_.size()) return false;
    if (s_[at_] == '>') {
      token.self_closing = token.self_closing && s_[at_ - 1] == '/';
      ++at_;
      return true;
    }
    token.self_closing = false;
    const std::size_t begin = at_;
    ++at_;  // '=' in the first place belongs to the name
    while (at_ < s_.size() && !is_space(s_[at_]) && s_[at_] != '/' && s_[at_] != '>' && s_[at_] != '=') ++at_;
    Attribute a{s_.substr(begin, at_ - begin), {}};
    while (at_ < s_.size() && is_space(s_[at_])) ++at_;
    if (at_ < s_.size() && s_[at_] == '=') {
      ++at_;
      while (at_ < s_.size() && is_space(s_[at_])) ++at_;
      if (at_ >= s_.size()) return false;
      if (s_[at_] == '"' || s_[at_] == '\'') {
        const std::size_t close = s_.find(s_[at_], at_ + 1);
        if (close == s_.npos) return false;
        a.value = s_.substr(at_ + 1, close - at_ - 1);
        at_ = close + 1;
      } else {
        const std::size_t value = at_;
        while (at_ < s_.size() && !is_space(s_[at_]) && s_[at_] != '>') ++at_;
        a.value = s_.substr(value, at_ - value);
      }
    }
    if (a.name.size() <= kLongestTagName && token.attributes.size() < kMostAttributes &&
        token.find(a.name) == nullptr) {
      token.attributes.push_back(a);
    }
  }
}

bool Tokenizer::at_name(std::size_t at, std::string_view name) const {
  if (!text::starts_with_ignoring_case(s_.substr(std::min(at, s_.size())), name)) return false;
  const std::size_t after = at + name.size();
  return after < s_.size() && (is_space(s_[after]) || s_[after] == '/' || s_[after] == '>');
}

// Where "</name" begins at or after `from`; the end of input when it never does.
std::size_t Tokenizer::end_tag_of(std::string_view name, std::size_t from) const {
  for (std::size_t at = s_.find("</", from); at != s_.npos; at = s_.find("</", at + 2)) {
    if (at_name(at + 2, name)) return at;
  }
  return s_.size();
}

// Script data (13.2.5.15 on): inside "<!--" a "<script" hides the next "</script".
std::size_t Tokenizer::end_of_script() const {
  bool escaped = false, doubly = false;
  for (std::size_t at = at_; at < s_.size(); ++at) {
    at = s_.find_first_of("<-", at);
    if (at == s_.npos) break;
    if (s_[at] == '-') {
      if (escaped && s_.substr(at, 3) == "-->") escaped = doubly = false;
      continue;
    }
    if (!escaped && s_.substr(at, 4) == "<!--") {
      escaped = true;
      at += 1;  // "<!-->" ends at once: its dashes are looked at again
    } else if (at_name(at + 2, "script") && s_[at + 1] == '/') {
      if (!doubly) return at;
      doubly = false;
    } else if (escaped && !doubly && at_name(at + 1, "script")) {
      doubly = true;
    }
  }
  return s_.size();
}

void Tokenizer::raw_text(Token& token) {
  const std::size_t end = raw_ == "plaintext" ? s_.size() : raw_ == "script" ? end_of_script() : end_tag_of(raw_, at_);
  token.kind = TokenKind::text;
  token.literal = raw_ != "title" && raw_ != "textarea";
  token.text = s_.substr(at_, end - at_);
  at_ = end;
  raw_.clear();
}

std::string_view prepare(std::string_view html, std::string& storage) {
  const bool returns = html.find('\r') != html.npos;
  const bool valid = text::is_utf8(html);
  if (valid && !returns) return html;
  storage = valid ? std::string(html) : text::repair_utf8(html);
  if (returns) {
    std::size_t to = 0;
    for (std::size_t i = 0; i < storage.size(); ++i) {
      if (storage[i] == '\r') {
        if (i + 1 < storage.size() && storage[i + 1] == '\n') continue;
        storage[to++] = '\n';
      } else {
        storage[to++] = storage[i];
      }
    }
    storage.resize(to);
  }
  return storage;
}

}  // namespace amends::html
