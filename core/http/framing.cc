#include "core/http/framing.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/text.h"
#include "core/http/url.h"

namespace amends::http {
namespace {

// cpp-httplib, which reads the head again with every '%' written as three characters, takes no longer line.
constexpr std::size_t kLongestField = 8'100;

constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

// Fields that handlers must not see as the client sent them: hop-by-hop ones (RFC 9110 section 7.6.1), what a proxy
// says, and names under which cpp-httplib keeps its own facts.
constexpr std::string_view kWithheld[] = {
    "connection",       "keep-alive",       "proxy-connection",    "te",          "trailer",
    "upgrade",          "forwarded",        "x-forwarded-for",     "x-real-ip",   "x-forwarded-proto",
    "x-forwarded-host", "x-forwarded-port", "proxy-authorization", "remote_addr", "remote_port",
    "local_addr",       "local_port",
};

constexpr std::array<bool, 256> token_table() {
  std::array<bool, 256> out = {};
  for (int c = '0'; c <= '9'; ++c) out[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) out[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) out[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) out[static_cast<unsigned char>(c)] = true;
  return out;
}
constexpr std::array<bool, 256> kToken = token_table();

bool is_target(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
}

bool is_value(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
  });
}

// uri-host [ ":" port ], without what no host of ours has: user names, percent-encoding, sub-delimiters.
bool is_host(std::string_view s) {
  return !s.empty() && s.size() <= 260 && std::all_of(s.begin(), s.end(), [](char c) {
    return text::is_alpha(c) || text::is_digit(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' ||
           c == ']';
  });
}

std::string_view trim_ows(std::string_view s) {
  const auto from = s.find_first_not_of(" \t");
  if (from == s.npos) return {};
  return s.substr(from, s.find_last_not_of(" \t") - from + 1);
}

template <class Table>
bool among(const Table& table, std::string_view name) {
  return std::find(std::begin(table), std::end(table), name) != std::end(table);
}

}  // namespace

bool is_token(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return kToken[static_cast<unsigned char>(c)]; });
}

RequestReader::Step RequestReader::refuse(int status, std::string_view why) {
  refusal_ = {status, why};
  state_ = State::refused;
  return Step::refused;
}

bool RequestReader::reject(int status, std::string_view why) {
  refuse(status, why);
  return false;
}

RequestReader::Step RequestReader::feed(std::string_view& bytes) {
  switch (state_) {
    case State::request_line:
    case State::fields: return read_head(bytes);
    case State::body_rule: return Step::head;
    case State::sized_body: return read_sized(bytes);
    case State::chunked_body: return read_chunked(bytes);
    case State::done: return Step::done;
    case State::refused: return Step::refused;
  }
  return Step::refused;
}

RequestReader::Step RequestReader::read_head(std::string_view& bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end == bytes.npos ? bytes.npos : end + 1);
    const std::size_t room = limits_.header_bytes - header_bytes_;
    const bool first = state_ == State::request_line;
    if (piece.size() > room) {
      if (first) return refuse(414, "the request line is too long");
      return refuse(431, "the header is too long");
    }
    // Something that isn't HTTP at all (a TLS greeting, say) need not be waited for.
    if (first && line_.empty() && !kToken[static_cast<unsigned char>(piece.front())] && piece.front() != '\r') {
      return refuse(400, "the request line is malformed");
    }
    header_bytes_ += piece.size();
    bytes.remove_prefix(piece.size());
    if (end == std::string_view::npos) {
      line_.append(piece);
      if (first && line_.size() > limits_.target_bytes + 32) return refuse(414, "the request target is too long");
      return Step::more;
    }
    std::string_view line = piece;
    if (!line_.empty()) {
      line_.append(piece);
      line = line_;
    }
    if (line.size() < 2 || line[line.size() - 2] != '\r') return refuse(400, "a line ends without CR LF");
    line.remove_suffix(2);
    if (first) {
      if (line.empty() && !empty_line_skipped_) {
        // RFC 9112 section 2.2: some clients send one after a body.
        empty_line_skipped_ = true;
        line_.clear();
        continue;
      }
      if (!take_request_line(line)) return Step::refused;
      state_ = State::fields;
    } else if (!line.empty()) {
      if (!take_field(line)) return Step::refused;
    } else {
      std::string().swap(line_);
      if (!finish_head()) return Step::refused;
      state_ = State::body_rule;
      return Step::head;
    }
    line_.clear();
  }
  return Step::more;
}

bool RequestReader::take_request_line(std::string_view line) {
  const auto space = line.find(' ');
  const auto last = line.rfind(' ');
  if (space == line.npos || last == space) return reject(400, "the request line is malformed");
  const std::string_view method = line.substr(0, space);
  const std::string_view target = line.substr(space + 1, last - space - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method) || !is_target(target) || target.empty()) {
    return reject(400, "the request line is malformed");
  }
  const bool is_version = version.size() == 8 && version.substr(0, 5) == "HTTP/" && text::is_digit(version[5]) &&
                          version[6] == '.' && text::is_digit(version[7]);
  if (!is_version) return reject(400, "the request line is malformed");
  if (version[5] != '1') return reject(505, "HTTP/1.1 is spoken here");
  head_.minor = version[7] == '0' ? 0 : 1;
  if (method == "TRACE" || method == "CONNECT") return reject(405, "this method is not allowed here");
  if (!among(kMethods, method)) return reject(501, "this method is not known here");
  if (target.size() > limits_.target_bytes) return reject(414, "the request target is too long");
  head_.method = method;
  return take_target(target);
}

// RFC 9112 section 3.2.
bool RequestReader::take_target(std::string_view target) {
  if (target == "*" && head_.method == "OPTIONS") {
    head_.raw_path = "*";
    head_.path = "/";
    return true;
  }
  if (target.front() != '/') {
    std::size_t scheme = 0;
    for (const std::string_view prefix : {"http://", "https://"}) {
      if (text::starts_with_ignoring_case(target, prefix)) scheme = prefix.size();
    }
    if (scheme == 0) return reject(400, "the request target is malformed");
    const auto end = std::min(target.find_first_of("/?", scheme), target.size());
    authority_ = text::ascii_lower(target.substr(scheme, end - scheme));
    if (!is_host(authority_)) return reject(400, "the request target is malformed");
    target.remove_prefix(end);
  }
  const auto mark = target.find('?');
  head_.raw_path = target.substr(0, mark);
  if (head_.raw_path.empty()) head_.raw_path = "/";
  if (mark != target.npos) head_.query = target.substr(mark + 1);
  auto path = decode_path(head_.raw_path);
  if (!path) return reject(400, "the path is malformed");
  auto parameters = parse_query(head_.query);
  if (!parameters) return reject(400, "the query is malformed");
  head_.path = *std::move(path);
  head_.parameters = *std::move(parameters);
  return true;
}

bool RequestReader::take_field(std::string_view line) {
  if (++fields_ > limits_.fields) return reject(431, "there are too many header fields");
  // A line that begins with white space continues the one before (obs-fold), and a name never holds any.
  const auto colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon))) return reject(400, "a header field is malformed");
  const auto percents = static_cast<std::size_t>(std::count(line.begin(), line.end(), '%'));
  if (line.size() + 2 * percents > kLongestField) return reject(431, "a header field is too long");
  const std::string_view value = trim_ows(line.substr(colon + 1));
  if (!is_value(value)) return reject(400, "a header field holds a control character");
  const std::string_view written = line.substr(0, colon);
  char lower[32];
  std::string_view name = written;
  if (written.size() <= sizeof lower) {
    std::transform(written.begin(), written.end(), lower, [](char c) { return text::ascii_lower(c); });
    name = {lower, written.size()};
    bool kept = true;
    if (!take_framing(name, value, kept)) return false;
    if (!kept) return true;
  }
  head_.field_lines.append(written).append(": ").append(value).append("\r\n");
  return true;
}

// Every name it looks for fits into take_field's buffer.
bool RequestReader::take_framing(std::string_view name, std::string_view value, bool& kept) {
  kept = false;
  if (name == "content-length") {
    if (head_.length) return reject(400, "Content-Length comes twice");
    if (value.empty() || !std::all_of(value.begin(), value.end(), text::is_digit)) {
      return reject(400, "Content-Length is no number");
    }
    std::uint64_t length = 0;
    for (const char c : value) {
      // More than anything we could take: the body's rule refuses it.
      if (length > std::numeric_limits<std::uint64_t>::max() / 20) break;
      length = length * 10 + static_cast<std::uint64_t>(c - '0');
    }
    head_.length = length;
  } else if (name == "transfer-encoding") {
    if (saw_encoding_) return reject(400, "Transfer-Encoding comes twice");
    saw_encoding_ = true;
    if (!text::equals_ignoring_case(value, "chunked")) {
      return reject(400, "only the chunked transfer coding is taken");
    }
    head_.chunked = true;
  } else if (name == "host") {
    if (saw_host_) return reject(400, "Host comes twice");
    saw_host_ = true;
    if (!is_host(value)) return reject(400, "Host is malformed");
    head_.host = text::ascii_lower(value);
    kept = true;
  } else if (name == "content-encoding") {
    if (!value.empty() && !text::equals_ignoring_case(value, "identity")) {
      return reject(415, "bodies are taken as they are, without a content coding");
    }
  } else if (name == "expect") {
    if (!text::equals_ignoring_case(value, "100-continue")) return reject(417, "this expectation is not known");
    head_.expects_continue = true;
  } else if (name == "connection") {
    for (const std::string_view option : text::split(value, ',')) {
      if (text::equals_ignoring_case(trim_ows(option), "close")) wants_close_ = true;
      if (text::equals_ignoring_case(trim_ows(option), "keep-alive")) wants_keep_alive_ = true;
    }
  } else if (name == "x-forwarded-for") {
    if (!head_.forwarded_for.empty()) head_.forwarded_for += ", ";
    head_.forwarded_for += value;
  } else if (name == "x-forwarded-proto") {
    head_.forwarded_proto = text::ascii_lower(value);
  } else {
    kept = !among(kWithheld, name);
  }
  return true;
}

bool RequestReader::finish_head() {
  if (head_.chunked && head_.length) return reject(400, "Content-Length and Transfer-Encoding exclude each other");
  if (head_.chunked && head_.minor == 0) return reject(400, "HTTP/1.0 has no transfer codings");
  if (!saw_host_ && head_.minor == 1) return reject(400, "Host is missing");
  if (!authority_.empty() && saw_host_ && authority_ != head_.host) {
    return reject(400, "the request target names another host");
  }
  if (!authority_.empty()) head_.host = authority_;
  head_.keep_alive = !wants_close_ && (head_.minor == 1 || wants_keep_alive_);
  if (head_.minor == 0) head_.expects_continue = false;
  return true;
}

RequestReader::Step RequestReader::allow_body(std::size_t max_bytes) {
  if (state_ != State::body_rule) return state_ == State::refused ? Step::refused : Step::more;
  max_body_ = max_bytes;
  if (head_.length.value_or(0) > max_bytes) return refuse(413, "the body is too long");
  if (head_.chunked) {
    state_ = State::chunked_body;
    return Step::more;
  }
  left_ = head_.length.value_or(0);
  state_ = left_ == 0 ? State::done : State::sized_body;
  return left_ == 0 ? Step::done : Step::more;
}

RequestReader::Step RequestReader::read_sized(std::string_view& bytes) {
  const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  if (body_.size() + take > body_.capacity()) {
    // Doubles, but never beyond what was announced; reserve() of the string itself would.
    const auto whole = static_cast<std::size_t>(body_.size() + left_);
    std::string grown;
    grown.reserve(std::min(whole, std::max(2 * body_.capacity(), body_.size() + take)));
    grown.append(body_);
    body_.swap(grown);
  }
  body_.append(bytes.substr(0, take));
  bytes.remove_prefix(take);
  left_ -= take;
  if (left_ > 0) return Step::more;
  state_ = State::done;
  return Step::done;
}

RequestReader::Step RequestReader::read_chunked(std::string_view& bytes) {
  switch (chunks_.feed(bytes, body_, max_body_)) {
    case ChunkedReader::Step::more: return Step::more;
    case ChunkedReader::Step::done: state_ = State::done; return Step::done;
    case ChunkedReader::Step::bad: return refuse(400, "the chunked body is malformed");
    case ChunkedReader::Step::too_long: return refuse(413, "the body is too long");
  }
  return Step::refused;
}

}  // namespace amends::http
