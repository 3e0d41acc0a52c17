#include "core/mime/address_syntax.h"

#include "core/base/text.h"
#include "core/mime/encoded_word.h"

namespace amends::mime {

std::string read_comment(std::string_view s, std::size_t& at) {
  std::string out;
  int depth = 1;
  for (++at; at < s.size(); ++at) {
    if (s[at] == '\\' && at + 1 < s.size()) {
      out += s[++at];
      continue;
    }
    if (s[at] == '(') ++depth;
    if (s[at] == ')' && --depth == 0) {
      ++at;
      break;
    }
    out += s[at];
  }
  return out;
}

std::string read_quoted(std::string_view s, std::size_t& at) {
  std::string out;
  for (++at; at < s.size(); ++at) {
    if (s[at] == '\\' && at + 1 < s.size()) {
      out += s[++at];
    } else if (s[at] == '"') {
      ++at;
      break;
    } else {
      out += s[at];
    }
  }
  return out;
}

bool is_dot_atom(std::string_view s) {
  if (s.empty() || s.front() == '.' || s.back() == '.') return false;
  return s.find_first_of(" \t\"(),:;<>@[\\]") == s.npos && s.find("..") == s.npos;
}

std::string tidy_address(std::string_view s) {
  s = text::trim(s);
  if (text::starts_with_ignoring_case(s, "mailto:")) s.remove_prefix(7);
  if (!s.empty() && s[0] == '@') {  // a route: @a,@b:user@c
    const std::size_t colon = s.find(':');
    if (colon != s.npos) s.remove_prefix(colon + 1);
  }
  std::string local, rest;
  if (!s.empty() && s[0] == '"') {
    std::size_t at = 0;
    local = read_quoted(s, at);
    if (is_dot_atom(local)) {
      rest = s.substr(at);
    } else {
      std::string escaped = "\"";
      for (const char c : local) {
        if (c == '"' || c == '\\') escaped += '\\';
        escaped += c;
      }
      local = escaped + '"';
      rest = s.substr(at);
    }
  } else {
    rest = s;
  }
  std::string out = local;
  for (std::size_t i = 0; i < rest.size();) {
    if (rest[i] == '(') {
      read_comment(rest, i);
      continue;
    }
    if (!text::is_space(rest[i]) && rest[i] != '<' && rest[i] != '>' && rest[i] != '"') out += rest[i];
    ++i;
  }
  while (!out.empty() && (out.back() == ',' || out.back() == ';')) out.pop_back();
  const std::size_t at = out.rfind('@');
  if (at != out.npos) {
    while (!out.empty() && out.back() == '.' && at + 1 < out.size()) out.pop_back();
    for (std::size_t i = at; i < out.size(); ++i) out[i] = text::ascii_lower(out[i]);
  }
  return one_line(out);
}

}  // namespace amends::mime
