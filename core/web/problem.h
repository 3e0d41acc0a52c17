// What went wrong, for a program and for the person before it (RFC 9457), and the header fields every response bears.
// A problem says what to do next and holds no path, no statement, no version. Pure. Threads: any.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/http/message.h"
#include "core/web/route.h"
#include "core/web/schema.h"

namespace amends::web {

struct Problem {
  int status = 500;
  std::string_view type = "internal";  // a word of kProblemTypes
  std::string title, detail, hint;
  std::vector<FieldError> errors = {};
  std::string instance = {};  // the request's id; "" where two answers must be the same bytes
  std::chrono::seconds retry_after{0};
  std::string more = {};  // further members as JSON: "\"version\":3"
};

// The words a problem's `type` may end in, with what each means; the reference page lists them.
struct ProblemType {
  std::string_view name;
  int status;
  std::string_view title;
};
std::span<const ProblemType> problem_types();

// By the type's own title.
Problem problem(std::string_view type, std::string detail = {}, std::string hint = {});
// What a call of the core answered. What is ours alone (internal, corrupt) says nothing but the request's id.
Problem problem_of(const Error& error);
http::Response response_of(const Problem& problem);
Reply reply_of(const Problem& problem);

// RFC 9110 section 5.5 fields for every response: nothing of ours may be framed, sniffed, cached, or run what it didn't
// bring along. `secure`: served under https, so that browsers keep to it.
const http::Fields& standing_headers(bool secure);
// Puts the standing fields that `response` doesn't set by itself; a response may only tighten its policy.
void put_standing_headers(http::Response& response, bool secure);

// The policy of pages of ours that bring a script and a style sheet along.
extern const std::string_view kPagePolicy;

}  // namespace amends::web
