// Responses as bytes (RFC 9112 section 4 and 6), and the answers the front gives by itself. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/http/framing.h"
#include "core/http/message.h"

namespace amends::http {

// How the body's end is told.
enum class Delimiter : std::uint8_t { none, length, chunks, close };

// What of the request and the connection shapes the answer's head.
struct AnswerFacts {
  bool head_only = false;  // HEAD
  int minor = 1;           // of the client's HTTP version
  bool keep_alive = true;  // what client and server would both like
};

struct AnswerHead {
  std::string bytes;
  Delimiter delimiter = Delimiter::none;
  std::optional<std::uint64_t> length;  // of a source that knows its size
  bool keep_alive = true;
};

// `date` is the value of the Date field.
AnswerHead write_head(const Response& response, const AnswerFacts& facts, std::string_view date);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string http_date(std::chrono::system_clock::time_point when);

// problem+json (RFC 9457) with nothing in it that the client sent. `retry_after` goes into 429 and 503.
Response refusal_answer(const Refusal& refusal, const Fields& default_headers, std::chrono::seconds retry_after);

// A piece of a body in the chunked coding; the last piece is "".
std::string chunk_of(std::string_view piece);

}  // namespace amends::http
