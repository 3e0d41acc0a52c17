#include "core/web/problem.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/web/json.h"

namespace amends::web {
namespace {

constexpr ProblemType kTypes[] = {
    {"bad_request", 400, "The request can't be read"},
    {"unauthorized", 401, "Not signed in"},
    {"forbidden", 403, "Not allowed"},
    {"not_found", 404, "Not here"},
    {"method_not_allowed", 405, "Not with this method"},
    {"conflict", 409, "It is otherwise by now"},
    {"in_flight", 409, "The same request is under way"},
    {"gone", 410, "It is over"},
    {"changed", 412, "Somebody changed it"},
    {"too_large", 413, "Too large"},
    {"wrong_type", 415, "The body has the wrong type"},
    {"misdirected", 421, "Not for this server"},
    {"invalid", 422, "Something in it is not valid"},
    {"key_reused", 422, "The idempotency key was used for another request"},
    {"unsupported", 422, "It can't be done here"},
    {"rejected", 422, "The other side refused it"},
    {"too_many", 429, "Too many requests"},
    {"internal", 500, "A fault of ours"},
    {"uncertain", 502, "It may have happened"},
    {"unavailable", 503, "Not now"},
};

// Which type a kind of error is told as.
struct KindType {
  Kind kind;
  std::string_view type;
};
constexpr KindType kKindTypes[] = {
    {Kind::invalid, "invalid"},           {Kind::not_found, "not_found"},     {Kind::conflict, "conflict"},
    {Kind::unauthorized, "unauthorized"}, {Kind::unsupported, "unsupported"}, {Kind::rate_limited, "too_many"},
    {Kind::unavailable, "unavailable"},   {Kind::rejected, "rejected"},       {Kind::uncertain, "uncertain"},
    {Kind::corrupt, "internal"},          {Kind::busy, "unavailable"},        {Kind::internal, "internal"},
    {Kind::forbidden, "forbidden"},
};

http::Fields make_standing_headers(bool secure) {
  http::Fields out{
      {"Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy",
       "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), "
       "usb=()"},
      {"Cache-Control", "no-store"},
  };
  if (secure) out.add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  return out;
}

}  // namespace

const std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; frame-src "
    "'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

std::span<const ProblemType> problem_types() { return kTypes; }

Problem problem(std::string_view type, std::string detail, std::string hint) {
  const auto row =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const ProblemType& t) { return t.name == type; });
  const ProblemType& known = row != std::end(kTypes) ? *row : *(std::end(kTypes) - 3);
  Problem out;
  out.status = known.status;
  out.type = known.name;
  out.title = known.title;
  out.detail = std::move(detail);
  out.hint = std::move(hint);
  return out;
}

Problem problem_of(const Error& error) {
  const auto row = std::find_if(std::begin(kKindTypes), std::end(kKindTypes),
                                [&](const KindType& k) { return k.kind == error.kind; });
  Problem out = problem(row->type);
  out.retry_after = error.retry_after;
  switch (error.kind) {
    case Kind::not_found:
      out.detail = "There is nothing here by that name, or it isn't yours to see.";
      out.hint = "Look it up in its list.";
      break;
    case Kind::internal:
    case Kind::corrupt:
      out.detail = "It was not done.";
      out.hint = "Try again; if it stays so, give the operator this answer's id.";
      break;
    case Kind::busy:
    case Kind::unavailable:
      out.detail = "It was not done.";
      out.hint = "Try again in a moment.";
      if (out.retry_after.count() == 0) out.retry_after = std::chrono::seconds(2);
      break;
    default: out.detail = text::printable(error.what); out.hint = text::printable(error.hint);
  }
  return out;
}

http::Response response_of(const Problem& problem) {
  Json json;
  json.open()
      .put("type", "urn:amends:problem:" + std::string(problem.type))
      .put("title", problem.title)
      .put("status", problem.status)
      .put_text_or_null("detail", problem.detail)
      .put_text_or_null("hint", problem.hint);
  if (!problem.instance.empty()) json.put("instance", "urn:amends:request:" + problem.instance);
  json.key("errors").open_list();
  for (const FieldError& error : problem.errors)
    json.open().put("field", error.field).put("message", error.message).close();
  json.close_list();
  http::Response out;
  out.status = problem.status;
  out.body = json.take() + (problem.more.empty() ? "" : "," + problem.more) + "}";
  out.headers.set("Content-Type", "application/problem+json");
  if (problem.retry_after.count() > 0) out.headers.set("Retry-After", std::to_string(problem.retry_after.count()));
  return out;
}

Reply reply_of(const Problem& problem) {
  http::Response response = response_of(problem);
  Reply out;
  out.status = response.status;
  out.body = std::move(response.body);
  out.type = "application/problem+json";
  out.headers = std::move(response.headers);
  return out;
}

const http::Fields& standing_headers(bool secure) {
  static const http::Fields kPlain = make_standing_headers(false);
  static const http::Fields kSecure = make_standing_headers(true);
  return secure ? kSecure : kPlain;
}

void put_standing_headers(http::Response& response, bool secure) {
  for (const http::Field& field : standing_headers(secure).all()) {
    if (!response.headers.has(field.name)) response.headers.add(field.name, field.value);
  }
}

}  // namespace amends::web
