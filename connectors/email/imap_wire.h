// IMAP on the wire (RFC 3501, RFC 9051): bytes to responses, values to command text. Pure; fed any number of bytes at a
// time; never believes an announced size beyond its limits. NUL and 8-bit bytes are data like any other.
//
//   response   = line *( literal line )        line ends in CRLF (a lone LF is taken too)
//   literal    = a line's tail {n} or {n+} or ~{n}, then n bytes
//   value      = NIL | atom | "quoted" | literal | ( value … )
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace amends::connectors::email {

struct Value {
  enum class Kind : std::uint8_t { nil, atom, string, list };
  Kind kind = Kind::nil;
  std::string text;          // of an atom or string
  std::vector<Value> items;  // of a list

  bool is_list() const { return kind == Kind::list; }
  bool is(std::string_view word) const;  // an atom, ignoring case
  std::optional<std::uint64_t> number() const;
};

struct Response {
  enum class Type : std::uint8_t { continuation, untagged, tagged };
  Type type = Type::untagged;
  std::string tag;
  std::string name;          // "OK", "FETCH", "LIST": upper case
  std::uint64_t number = 0;  // the 12 of "* 12 FETCH"

  // Of OK, NO, BAD, BYE, PREAUTH and of a continuation: "[CODE args] text".
  std::string code;       // upper case
  std::string code_args;  // as it came
  std::string text;

  std::vector<Value> values;  // of everything else
};

struct WireLimits {
  std::size_t line = 1 << 20;
  std::size_t literal = 1 << 20;   // of one literal
  std::size_t literals = 4 << 20;  // of all literals of one response
};

class ResponseReader {
 public:
  // Takes bytes from the front of `in` and says in `used` how many. True: a response is complete; take() it before the
  // next feed(). corrupt: a limit was broken or it isn't IMAP; the connection can't be read further.
  Result<bool> feed(std::string_view in, std::size_t& used);
  Result<Response> take();

  void set_limits(const WireLimits& limits) { limits_ = limits; }
  // The last corrupt said that one literal is over its limit.
  bool literal_was_too_large() const { return literal_was_too_large_; }
  bool in_the_middle() const { return !lines_.back().empty() || lines_.size() > 1; }

 private:
  Result<bool> line_is_complete();

  WireLimits limits_;
  std::vector<std::string> lines_{std::string()};  // literal i stands between line i and line i + 1
  std::vector<std::string> literals_;
  std::size_t missing_ = 0;  // of the literal being read
  std::size_t total_ = 0;
  bool literal_was_too_large_ = false;
};

// A string argument of a command. Quoted when it can be; nothing when it needs a literal (8-bit, CR, LF, NUL).
std::optional<std::string> quoted(std::string_view text);

// "1:3,7" from ascending UIDs.
std::string uid_set(const std::vector<std::uint32_t>& ascending);

// Mailbox names (RFC 3501 section 5.1.3). Nothing for what is no valid modified UTF-7; its bytes are then used as they
// are.
std::optional<std::string> from_mutf7(std::string_view wire);
std::string to_mutf7(std::string_view utf8);

}  // namespace amends::connectors::email
