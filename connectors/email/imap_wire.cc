#include "connectors/email/imap_wire.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

constexpr std::size_t kDeepest = 32;

// The {n} at a line's end, if there is one: how many bytes follow.
std::optional<std::uint64_t> announced_literal(std::string_view line) {
  if (line.empty() || line.back() != '}') return {};
  const std::size_t open = line.rfind('{');
  if (open == line.npos) return {};
  std::string_view digits = line.substr(open + 1, line.size() - open - 2);
  if (!digits.empty() && digits.back() == '+') digits.remove_suffix(1);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), text::is_digit)) return {};
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  return error == std::errc() ? size : UINT64_MAX;
}

bool is_status(std::string_view name) {
  return name == "OK" || name == "NO" || name == "BAD" || name == "BYE" || name == "PREAUTH";
}

// "* OK …" and "a1 NO …" end in words for people, where a "{12}" is no literal.
bool ends_in_words(std::string_view line) {
  if (line.empty() || line.front() == '+') return true;
  const std::size_t space = line.find(' ');
  if (space == line.npos) return false;
  const std::string_view rest = line.substr(space + 1);
  std::string name(rest.substr(0, rest.find(' ')));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  return is_status(name);
}

std::string upper_code(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

// Walks over the lines and literals of one response.
class Tokens {
 public:
  Tokens(std::vector<std::string>& lines, std::vector<std::string>& literals) : lines_(lines), literals_(literals) {}

  Result<std::vector<Value>> rest() {
    std::vector<Value> out;
    TRY_DO(values(out, 0));
    return out;
  }
  void skip(std::size_t bytes) { at_ = bytes; }

 private:
  std::string_view line() const { return lines_[line_]; }

  // Until the end of the response at depth 0, until ")" below.
  Result<Done> values(std::vector<Value>& out, std::size_t depth) {
    if (depth > kDeepest) return fail(Kind::corrupt, "the server nests lists too deep");
    for (;;) {
      while (at_ < line().size() && line()[at_] == ' ') ++at_;
      if (at_ >= line().size()) return Done{};  // an unclosed list ends with the response
      const char c = line()[at_];
      if (c == ')') {
        ++at_;
        if (depth > 0) return Done{};
      } else if (c == '(') {
        ++at_;
        out.push_back({Value::Kind::list, {}, {}});
        TRY_DO(values(out.back().items, depth + 1));
      } else if (c == '"') {
        out.push_back({Value::Kind::string, string(), {}});
      } else if (literal_here()) {
        out.push_back({Value::Kind::string, std::move(literals_[line_]), {}});
        ++line_;
        at_ = 0;
      } else {
        Value atom{Value::Kind::atom, word(), {}};
        if (atom.is("NIL")) atom = Value{};
        out.push_back(std::move(atom));
      }
    }
  }

  // A literal stands at the end of its line, whatever the line's other braces say.
  bool literal_here() const {
    if (line_ >= literals_.size()) return false;
    std::size_t open = line().rfind('{');
    if (open > 0 && open != std::string_view::npos && line()[open - 1] == '~') --open;
    return at_ == open;
  }

  std::string string() {
    std::string out;
    for (++at_; at_ < line().size() && line()[at_] != '"'; ++at_) {
      if (line()[at_] == '\\' && at_ + 1 < line().size()) ++at_;
      out += line()[at_];
    }
    if (at_ < line().size()) ++at_;
    return out;
  }

  // "BODY[HEADER.FIELDS (SUBJECT)]<0>" is one word: brackets hold it together.
  std::string word() {
    const std::size_t from = at_;
    int brackets = 0;
    while (at_ < line().size() && !literal_here()) {
      const char c = line()[at_];
      if (brackets == 0 && (c == ' ' || c == '(' || c == ')' || c == '"')) break;
      if (c == '[') ++brackets;
      if (c == ']' && brackets > 0) --brackets;
      ++at_;
    }
    return std::string(line().substr(from, at_ - from));
  }

  std::vector<std::string>& lines_;
  std::vector<std::string>& literals_;
  std::size_t line_ = 0;
  std::size_t at_ = 0;
};

void read_status(std::string_view rest, Response& out) {
  rest = text::trim(rest);
  if (!rest.empty() && rest.front() == '[') {
    if (const std::size_t close = rest.find(']'); close != rest.npos) {
      const std::string_view code = rest.substr(1, close - 1);
      const std::size_t space = code.find(' ');
      out.code = upper_code(code.substr(0, space));
      if (space != code.npos) out.code_args = code.substr(space + 1);
      rest = text::trim(rest.substr(close + 1));
    }
  }
  out.text = text::printable(text::clip(text::repair_utf8(rest), 500));
}

}  // namespace

bool Value::is(std::string_view word) const { return kind == Kind::atom && text::equals_ignoring_case(text, word); }

std::optional<std::uint64_t> Value::number() const {
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return n;
}

Result<bool> ResponseReader::feed(std::string_view in, std::size_t& used) {
  used = 0;
  literal_was_too_large_ = false;
  while (used < in.size()) {
    if (missing_ > 0) {
      const std::size_t n = std::min(missing_, in.size() - used);
      literals_.back().append(in, used, n);
      used += n;
      missing_ -= n;
      continue;
    }
    const std::size_t end = in.find('\n', used);
    const std::size_t n = (end == in.npos ? in.size() : end) - used;
    total_ += n;
    if (total_ > limits_.line) return fail(Kind::corrupt, "the server sent a line that doesn't end");
    lines_.back().append(in, used, n);
    used += n;
    if (end == in.npos) return false;
    ++used;
    if (!lines_.back().empty() && lines_.back().back() == '\r') lines_.back().pop_back();
    TRY(const bool complete, line_is_complete());
    if (complete) return true;
  }
  return false;
}

Result<bool> ResponseReader::line_is_complete() {
  const auto size =
      ends_in_words(lines_.front()) && lines_.size() == 1 ? std::nullopt : announced_literal(lines_.back());
  if (!size) return true;
  std::size_t sum = 0;
  for (const auto& literal : literals_) sum += literal.size();
  if (*size > limits_.literal || sum + *size > limits_.literals) {
    literal_was_too_large_ = true;
    return fail(Kind::corrupt, "the server announced " + std::to_string(*size) + " bytes, more than was asked for");
  }
  // Memory is taken as bytes come, so an announced size alone costs nothing.
  literals_.emplace_back().reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*size, 1 << 16)));
  lines_.emplace_back();
  missing_ = static_cast<std::size_t>(*size);
  return false;
}

Result<Response> ResponseReader::take() {
  std::vector<std::string> lines = std::exchange(lines_, {std::string()});
  std::vector<std::string> literals = std::exchange(literals_, {});
  missing_ = total_ = 0;
  Response out;
  const std::string_view line = lines.front();
  const std::size_t space = line.find(' ');
  const std::string_view first = line.substr(0, space);
  if (first == "+" || (space == line.npos && !line.empty() && line.front() == '+')) {
    out.type = Response::Type::continuation;
    read_status(line.substr(1), out);
    return out;
  }
  if (space == line.npos || first.empty()) return fail(Kind::corrupt, "the server doesn't speak IMAP here");
  out.type = first == "*" ? Response::Type::untagged : Response::Type::tagged;
  out.tag = first;
  std::size_t at = space + 1;
  const auto next_word = [&] {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    const std::string_view word = line.substr(at, end - at);
    at = std::min(end + 1, line.size());
    return word;
  };
  std::string_view word = next_word();
  if (out.type == Response::Type::untagged && !word.empty() && text::is_digit(word.front())) {
    Value number{Value::Kind::atom, std::string(word), {}};
    out.number = number.number().value_or(0);
    word = next_word();
  }
  out.name = upper_code(word);
  if (is_status(out.name)) {
    read_status(line.substr(at), out);
    return out;
  }
  Tokens tokens(lines, literals);
  tokens.skip(at);
  TRY(out.values, tokens.rest());
  return out;
}

std::optional<std::string> quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || byte < 0x20 || byte == 0x7F) return {};
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string uid_set(const std::vector<std::uint32_t>& uids) {
  std::string out;
  for (std::size_t i = 0; i < uids.size();) {
    std::size_t last = i;
    while (last + 1 < uids.size() && uids[last + 1] == uids[last] + 1) ++last;
    if (!out.empty()) out += ',';
    out += std::to_string(uids[i]);
    if (last > i) out += ':' + std::to_string(uids[last]);
    i = last + 1;
  }
  return out;
}

}  // namespace amends::connectors::email
