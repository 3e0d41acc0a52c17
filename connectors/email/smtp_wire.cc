#include "connectors/email/smtp_wire.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

constexpr std::size_t kMostLines = 200;
constexpr std::size_t kMostBytes = 64 * 1024;

std::string upper_reply(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

}  // namespace

std::string Reply::text() const {
  std::string out = std::to_string(code);
  for (const auto& line : lines) {
    if (!line.empty()) out += ' ' + line;
    if (out.size() > 1000) break;
  }
  return std::string(text::clip(text::replace_all(text::printable(text::repair_utf8(out)), "\n", " "), 500));
}

Result<bool> ReplyReader::feed(std::string_view in, std::size_t& used) {
  used = 0;
  while (used < in.size()) {
    const std::size_t end = in.find('\n', used);
    const std::size_t n = (end == in.npos ? in.size() : end) - used;
    total_ += n;
    if (total_ > kMostBytes) return fail(Kind::corrupt, "the server's reply is too long");
    line_.append(in, used, n);
    used += n;
    if (end == in.npos) return false;
    ++used;
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    TRY(const bool complete, line_is_complete());
    if (complete) return true;
  }
  return false;
}

// "250-text" goes on, "250 text" and "250" are the last line; every line carries the same code.
Result<bool> ReplyReader::line_is_complete() {
  const std::string line = std::exchange(line_, {});
  int code = 0;
  const bool digits = line.size() >= 3 && std::all_of(line.begin(), line.begin() + 3, text::is_digit);
  if (digits) std::from_chars(line.data(), line.data() + 3, code);
  const char mark = line.size() > 3 ? line[3] : ' ';
  if (code < 200 || code > 599 || (mark != ' ' && mark != '-') || (!reply_.lines.empty() && code != reply_.code)) {
    return fail(Kind::corrupt,
                "the server's reply is no SMTP: " + text::excerpt(text::printable(text::repair_utf8(line)), 60));
  }
  reply_.code = code;
  reply_.lines.push_back(line.size() > 4 ? line.substr(4) : std::string());
  if (mark == ' ') return true;
  if (reply_.lines.size() >= kMostLines) return fail(Kind::corrupt, "the server's reply has too many lines");
  return false;
}

Reply ReplyReader::take() {
  total_ = 0;
  return std::exchange(reply_, {});
}

Offers::Offers(const Reply& ehlo) {
  for (std::size_t i = 1; i < ehlo.lines.size(); ++i) {  // the first line is the server's name
    const std::string_view line = text::trim(ehlo.lines[i]);
    // QUIRK: old Exchange writes "AUTH=LOGIN" beside "AUTH LOGIN"; RFC 4954 has the space.
    const std::size_t end = std::min(line.find_first_of(" ="), line.size());
    std::string& words = words_[upper_reply(line.substr(0, end))];
    if (end < line.size()) words += (words.empty() ? "" : " ") + upper_reply(line.substr(end + 1));
  }
}

bool Offers::has_auth(std::string_view mechanism) const {
  const auto it = words_.find("AUTH");
  if (it == words_.end()) return false;
  const auto words = text::split(it->second, ' ');
  return std::find(words.begin(), words.end(), mechanism) != words.end();
}

std::uint64_t Offers::size() const {
  const auto it = words_.find("SIZE");
  std::uint64_t n = 0;
  if (it != words_.end()) std::from_chars(it->second.data(), it->second.data() + it->second.size(), n);
  return n;
}

std::string with_crlf(std::string_view mail) {
  std::string out;
  out.reserve(mail.size() + mail.size() / 32 + 2);
  for (std::size_t i = 0; i < mail.size(); ++i) {
    if (mail[i] == '\r' || mail[i] == '\n') {
      if (mail[i] == '\r' && i + 1 < mail.size() && mail[i + 1] == '\n') ++i;
      out += "\r\n";
    } else {
      out += mail[i];
    }
  }
  if (out.size() < 2 || out.compare(out.size() - 2, 2, "\r\n") != 0) out += "\r\n";
  return out;
}

Result<std::string> dot_stuffed(std::string_view mail) {
  if (mail.find('\0') != mail.npos) return fail(Kind::invalid, "the mail holds a NUL byte");
  const std::string lines = with_crlf(mail);
  std::string out;
  out.reserve(lines.size() + lines.size() / 64);
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find("\r\n", at);
    if (end - at > 998) return fail(Kind::invalid, "the mail has a line over 998 bytes");
    if (lines[at] == '.') out += '.';
    out.append(lines, at, end + 2 - at);
    at = end + 2;
  }
  return out;
}

}  // namespace amends::connectors::email
