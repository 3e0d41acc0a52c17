// Where a request begins and ends, by the letter of RFC 9112: what two readers could understand differently is refused,
// for that is how requests are smuggled past a proxy. Fed with bytes as they come, in pieces of any size; the pieces
// never change what comes out. Pure: no IO, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/chunked.h"
#include "core/http/message.h"

namespace amends::http {

struct HeadLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t target_bytes = 8 * 1024;
  std::size_t fields = 100;
};

// What the front answers instead of a handler. `why` is for the client and for the log; it repeats nothing it sent.
struct Refusal {
  int status = 0;  // 0: none
  std::string_view why;
};

// A request's head once it is whole.
struct Head {
  std::string method;
  std::string raw_path;
  std::string path;  // decoded
  std::string query;
  std::vector<Field> parameters;
  std::string host;  // lower case
  int minor = 1;     // HTTP/1.minor
  bool keep_alive = true;
  bool expects_continue = false;
  bool chunked = false;
  std::optional<std::uint64_t> length;  // Content-Length
  std::string forwarded_for;            // every X-Forwarded-For in order, joined by ", "; not believed yet
  std::string forwarded_proto;          // the last X-Forwarded-Proto
  // The fields that handlers see, as "Name: value" lines with CRLF. Framing (Content-Length, Transfer-Encoding,
  // Connection, Expect, …) and what a proxy says (X-Forwarded-*, Forwarded) are not among them.
  std::string field_lines;

  bool has_body() const { return chunked || length.value_or(0) > 0; }
};

// Reads one request. After `done` the next request takes a new reader.
class RequestReader {
 public:
  enum class Step : std::uint8_t { more, head, done, refused };

  explicit RequestReader(const HeadLimits& limits) : limits_(limits) {}

  // Takes from the front of `bytes` what belongs to this request, and moves `bytes` past it. `head` is answered once,
  // when the head is whole; call allow_body() then and feed the rest.
  Step feed(std::string_view& bytes);
  // How long the body may be. Refuses at once (413) when the length that was announced is more.
  Step allow_body(std::size_t max_bytes);

  const Head& head() const { return head_; }
  Head& head() { return head_; }
  std::string& body() { return body_; }
  const Refusal& refusal() const { return refusal_; }
  // Bytes of memory that what came so far takes.
  std::size_t held() const { return line_.capacity() + head_.field_lines.capacity() + body_.capacity(); }

 private:
  enum class State : std::uint8_t { request_line, fields, body_rule, sized_body, chunked_body, done, refused };

  Step read_head(std::string_view& bytes);
  Step read_sized(std::string_view& bytes);
  Step read_chunked(std::string_view& bytes);
  Step refuse(int status, std::string_view why);
  bool reject(int status, std::string_view why);
  bool take_request_line(std::string_view line);
  bool take_target(std::string_view target);
  bool take_field(std::string_view line);
  bool take_framing(std::string_view name, std::string_view value, bool& kept);
  bool finish_head();

  HeadLimits limits_;
  State state_ = State::request_line;
  std::string line_;  // what came of a line that has not ended
  std::size_t header_bytes_ = 0;
  std::size_t fields_ = 0;
  bool saw_encoding_ = false, saw_host_ = false, wants_close_ = false, wants_keep_alive_ = false;
  bool empty_line_skipped_ = false;
  std::string authority_;  // of a target in absolute form
  Head head_;
  std::uint64_t left_ = 0;  // of a sized body
  std::size_t max_body_ = 0;
  ChunkedReader chunks_;
  std::string body_;
  Refusal refusal_;
};

// RFC 9110 section 5.6.2.
bool is_token(std::string_view s);

}  // namespace amends::http
