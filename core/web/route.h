// What the API is, as rows: method, path, who may, what goes in, what comes out, and the function that does it. One
// table a noun (routes_<noun>.cc); routing, authorisation, checks, the OpenAPI document and the tests all read these
// rows and nothing else, so a handler that no row names can't be reached, and a row can't be without a permission.
//
// Threads: rows are constant; a Call belongs to the worker that runs it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/hub.h"
#include "core/http/message.h"
#include "core/people/principal.h"
#include "core/people/roles.h"
#include "core/web/json.h"
#include "core/web/schema.h"

namespace amends::web {

struct Services;
struct Route;

enum class Method : std::uint8_t { get, post, put, patch, del };
inline constexpr model::Word<Method> kMethods[] = {{Method::get, "GET"},
                                                   {Method::post, "POST"},
                                                   {Method::put, "PUT"},
                                                   {Method::patch, "PATCH"},
                                                   {Method::del, "DELETE"}};
constexpr std::string_view name_of(Method m) { return model::name_in(kMethods, m); }

enum Trait : std::uint32_t {
  kVersioned = 1 << 0,     // a read: has an ETag; a PUT, PATCH or DELETE: takes If-Match
  kPaged = 1 << 1,         // takes limit and cursor
  kUpload = 1 << 2,        // the body is the file itself, application/octet-stream
  kForm = 1 << 3,          // takes an HTML form too
  kFile = 1 << 4,          // answers bytes, not JSON
  kEvents = 1 << 5,        // answers an event stream
  kSecretAnswer = 1 << 6,  // the answer is shown once and never kept, so it can't be repeated under an idempotency key
  kNoKey = 1 << 7,         // doing it twice is the same as once: idempotency keys are not kept
  kHtml = 1 << 8,          // answers a page
  kQuiet = 1 << 9,         // not logged: probes, typing
  // Asked by a site, not by a page or a program of ours: nobody is identified, no origin is looked at, and query and
  // body are the handler's to read and to trust.
  kFromOutside = 1 << 10,
};

struct Reply {
  int status = 200;
  std::string body = {};
  std::string_view type = "application/json";
  http::Fields headers = {};
  std::shared_ptr<http::Source> source = {};
  std::shared_ptr<http::EventStream> events = {};
};
inline Reply ok(Json json) { return {.body = json.take()}; }
inline Reply created(Json json) { return {.status = 201, .body = json.take()}; }
inline Reply accepted(Json json) { return {.status = 202, .body = json.take()}; }
inline Reply no_content() { return {.status = 204, .type = {}}; }

// One request on its way through its row.
struct Call {
  Services& services;
  const http::Request& request;
  const Route& route;
  people::Principal who;              // nobody (id 0) on a public route without a session
  const app::Brand* brand = nullptr;  // where the path names one
  std::vector<std::pair<std::string_view, std::string>> path = {};
  Arguments query = {}, body = {};
  Timestamp now = {};

  // A path's number; the router has checked it.
  std::int64_t number(std::string_view name) const;
  template <class IdType>
  IdType id(std::string_view name) const {
    return IdType{number(name)};
  }
  std::string_view word(std::string_view name) const;
  const app::Brand& in_brand() const { return *brand; }
  BrandId brand_id() const { return brand->id; }
  int limit() const { return static_cast<int>(query.integer("limit", 50)); }

  // The cursor's words, as next_cursor() was given them, or none on the first page. invalid: it isn't one of ours for
  // this user and list.
  Result<std::vector<std::int64_t>> cursor(std::size_t numbers) const;
  std::string next_cursor(const std::vector<std::int64_t>& numbers) const;
  // "next" of a list.
  void put_next(Json& json, const std::optional<std::vector<std::int64_t>>& numbers) const;

  // For If-Match: conflict unless the thing, as a read shows it, is what the caller last saw. Call it in the
  // transaction that changes it.
  Result<Done> unchanged(std::string_view rendered);
  bool stale = false;  // unchanged() said no
};

using Handle = Result<Reply> (*)(Call&);

struct Route {
  Method method = Method::get;
  std::string_view path;  // "/api/v1/brands/{brand}/threads/{thread}"
  std::string_view operation;
  people::Permission permission;
  Handle handle = nullptr;
  std::string_view summary;
  const Schema* body = nullptr;
  const Schema* answer = nullptr;
  std::span<const Field> query = {};
  std::uint32_t traits = 0;
  std::size_t body_cap = 64 * 1024;
  int status = 200;  // of success

  constexpr bool is(Trait trait) const { return (traits & trait) != 0; }
  constexpr bool changes() const { return method != Method::get; }

  constexpr Route takes(const Schema& schema, std::size_t cap = 64 * 1024) const {
    Route r = *this;
    r.body = &schema;
    r.body_cap = cap;
    return r;
  }
  constexpr Route takes_file(std::size_t cap) const {
    Route r = marked(kUpload);
    r.body_cap = cap;
    return r;
  }
  constexpr Route answers(const Schema& schema, int with = 200) const {
    Route r = *this;
    r.answer = &schema;
    r.status = with;
    return r;
  }
  constexpr Route answers_nothing() const {
    Route r = *this;
    r.status = 204;
    return r;
  }
  constexpr Route with(std::span<const Field> fields) const {
    Route r = *this;
    r.query = fields;
    return r;
  }
  constexpr Route marked(std::uint32_t more) const {
    Route r = *this;
    r.traits |= more;
    return r;
  }
};
constexpr Route get(std::string_view path, std::string_view operation, people::Permission permission, Handle handle,
                    std::string_view summary) {
  return {Method::get, path, operation, permission, handle, summary};
}
constexpr Route post(std::string_view path, std::string_view operation, people::Permission permission, Handle handle,
                     std::string_view summary) {
  return {Method::post, path, operation, permission, handle, summary};
}
constexpr Route put(std::string_view path, std::string_view operation, people::Permission permission, Handle handle,
                    std::string_view summary) {
  return {Method::put, path, operation, permission, handle, summary};
}
constexpr Route patch(std::string_view path, std::string_view operation, people::Permission permission, Handle handle,
                      std::string_view summary) {
  return {Method::patch, path, operation, permission, handle, summary};
}
constexpr Route del(std::string_view path, std::string_view operation, people::Permission permission, Handle handle,
                    std::string_view summary) {
  return {Method::del, path, operation, permission, handle, summary};
}

// An ETag of what a read shows.
std::string etag_of(std::string_view rendered);
// Whether an If-None-Match or If-Match names it.
bool etag_matches(std::string_view field, std::string_view etag);

// Error texts of handlers.
Error absent();  // not_found, the same for what isn't and what isn't theirs

}  // namespace amends::web
