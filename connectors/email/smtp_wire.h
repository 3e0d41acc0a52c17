// SMTP on the wire (RFC 5321): replies, what EHLO offers, and a mail's bytes as DATA takes them. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace amends::connectors::email {

struct Reply {
  int code = 0;  // 200 to 599
  std::vector<std::string> lines;

  bool ok() const { return code / 100 == 2; }
  bool later() const { return code / 100 == 4; }
  bool refused() const { return code / 100 == 5; }
  // For people: one line, printable, at most 500 bytes.
  std::string text() const;
};

// Puts a reply together from whatever pieces arrive.
class ReplyReader {
 public:
  // Takes bytes from the front of `in` and says how many in `used`. True: a reply is complete. corrupt: not SMTP, or
  // more than 200 lines or 64 KB.
  Result<bool> feed(std::string_view in, std::size_t& used);
  Reply take();

 private:
  Result<bool> line_is_complete();
  std::string line_;
  Reply reply_;
  std::size_t total_ = 0;
};

// What the server offers, by keyword in upper case: {"SIZE", "35882577"}, {"AUTH", "PLAIN LOGIN"}.
class Offers {
 public:
  Offers() = default;
  explicit Offers(const Reply& ehlo);
  bool has(std::string_view keyword) const { return words_.find(std::string(keyword)) != words_.end(); }
  bool has_auth(std::string_view mechanism) const;
  // The largest mail it takes; 0 when it doesn't say.
  std::uint64_t size() const;

 private:
  std::map<std::string, std::string> words_;
};

// The mail with every line end as CRLF (a bare CR or LF is one too), a dot doubled at a line's start, CRLF at the end
// and without the final dot. invalid: NUL, or a line over 998 bytes (RFC 5322 section 2.1.1).
Result<std::string> dot_stuffed(std::string_view mail);
// What dot_stuffed does first, alone: for APPEND.
std::string with_crlf(std::string_view mail);

}  // namespace amends::connectors::email
