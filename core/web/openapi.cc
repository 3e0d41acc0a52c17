#include "core/web/openapi.h"

#include <map>

#include "core/base/text.h"
#include "core/web/json.h"
#include "core/web/problem.h"
#include "core/web/schema.h"

namespace amends::web {
namespace {

using people::Permission;

// Every schema a row names, and those inside them, by name.
using Schemas = std::map<std::string_view, const Schema*>;

void collect(const Schema* schema, Schemas& into) {
  if (schema == nullptr || !into.emplace(schema->name, schema).second) return;
  for (const Field& field : schema->fields) collect(field.of, into);
}

void add_reference(Json& json, const Schema& schema) {
  json.open().put("$ref", "#/components/schemas/" + std::string(schema.name)).close();
}

// "type" as JSON Schema 2020-12 has it: a list when null is allowed.
void put_type(Json& json, std::string_view type, bool nullable) {
  if (nullable) {
    json.key("type").open_list().add(type).add("null").close_list();
  } else {
    json.put("type", type);
  }
}

void put_one(Json& json, const Field& field, bool nullable) {
  switch (field.type) {
    case Type::text:
    case Type::line:
      put_type(json, "string", nullable);
      if (field.least > 0) json.put("minLength", field.least);
      json.put("maxLength", field.most);
      break;
    case Type::word:
      put_type(json, "string", nullable);
      json.key("enum").open_list();
      for (const std::string_view word : field.words) json.add(word);
      if (nullable) json.add(nullptr);
      json.close_list();
      break;
    case Type::integer:
      put_type(json, "integer", nullable);
      json.put("minimum", field.least).put("maximum", field.most);
      break;
    case Type::number: put_type(json, "number", nullable); break;
    case Type::boolean: put_type(json, "boolean", nullable); break;
    case Type::time:
      put_type(json, "string", nullable);
      json.put("format", "date-time");
      break;
    case Type::bytes:
      put_type(json, "string", nullable);
      json.put("contentEncoding", "base64");
      break;
    case Type::object:
      if (nullable) {
        json.key("oneOf").open_list();
        add_reference(json, *field.of);
        json.open().put("type", "null").close().close_list();
      } else {
        json.put("$ref", "#/components/schemas/" + std::string(field.of->name));
      }
      break;
    case Type::map:
      put_type(json, "object", nullable);
      json.key("additionalProperties").open().put("type", "string").put("maxLength", field.most).close();
      json.put("maxProperties", field.most_items);
      break;
    case Type::any: break;
  }
}

// `asked`: it checks what comes in; what goes out is told without the bounds that only guard the way in.
void add_field(Json& json, Field field, bool asked) {
  json.open();
  if (!field.about.empty()) json.put("description", field.about);
  if (!asked && (field.type == Type::text || field.type == Type::line)) {
    field.least = 0;
    field.most = INT32_MAX;
  }
  if (field.list) {
    put_type(json, "array", field.nullable);
    if (asked) json.put("maxItems", field.most_items);
    if (asked && field.required) json.put("minItems", 1);
    json.key("items").open();
    put_one(json, field, false);
    json.close();
  } else {
    put_one(json, field, field.nullable);
  }
  json.close();
}

void add_schema(Json& json, const Schema& schema, bool asked) {
  json.open().put("type", "object").put("additionalProperties", false).key("properties").open();
  for (const Field& field : schema.fields) add_field(json.key(field.name), field, asked);
  json.close().key("required").open_list();
  for (const Field& field : schema.fields) {
    if (field.required) json.add(field.name);
  }
  json.close_list().close();
}

void add_problem_reference(Json& json, std::string_view status, std::string_view about) {
  json.key(status).open().put("description", about);
  json.key("content").open().key("application/problem+json").open().key("schema").open();
  json.put("$ref", "#/components/schemas/Problem").close().close().close().close();
}

void add_parameter(Json& json, std::string_view name, std::string_view in, const Field& field, bool required) {
  json.open().put("name", name).put("in", in).put("required", required);
  if (!field.about.empty()) json.put("description", field.about);
  Field bare = field;
  bare.about = {};
  add_field(json.key("schema"), bare, true);
  json.close();
}

constexpr Field kIdParameter = integer_field("id", 1, kLargestId, "");
constexpr Field kWordParameter = line_field("word", "");
constexpr Field kLimit = integer_field("limit", 1, 200, "How many at most; 50 when left out");
constexpr Field kCursor = line_field("cursor", "`next` of the page before");
constexpr Field kKey =
    line_field("Idempotency-Key", "A random word: the same request under it is done once").up_to(255);
constexpr Field kIfMatch = line_field("If-Match", "The ETag you read; 412 when it has changed since").up_to(500);
constexpr Field kIfNoneMatch = line_field("If-None-Match", "The ETag you have; 304 when it is still that").up_to(500);

void add_parameters(Json& json, const Route& route) {
  json.key("parameters").open_list();
  for (const std::string_view segment : text::split(route.path, '/')) {
    if (segment.empty() || segment.front() != '{') continue;
    const std::string_view name = segment.substr(1, segment.size() - 2);
    add_parameter(json, name, "path", is_number_parameter(name) ? kIdParameter : kWordParameter, true);
  }
  for (const Field& field : route.query) add_parameter(json, field.name, "query", field, field.required);
  if (route.is(kPaged)) {
    add_parameter(json, kLimit.name, "query", kLimit, false);
    add_parameter(json, kCursor.name, "query", kCursor, false);
  }
  if (route.method == Method::post && !route.is(kNoKey)) add_parameter(json, kKey.name, "header", kKey, false);
  if (route.is(kVersioned)) {
    const Field& field = route.changes() ? kIfMatch : kIfNoneMatch;
    add_parameter(json, field.name, "header", field, false);
  }
  json.close_list();
}

void add_body(Json& json, const Route& route) {
  if (route.is(kUpload)) {
    json.key("requestBody").open().put("required", true).key("content").open();
    json.key("application/octet-stream").open().close().close().close();
  } else if (route.body != nullptr) {
    json.key("requestBody").open().put("required", true).key("content").open();
    add_reference(json.key("application/json").open().key("schema"), *route.body);
    json.close().close().close();
  }
}

std::string_view content_of(const Route& route) {
  if (route.is(kEvents)) return "text/event-stream";
  if (route.is(kHtml)) return "text/html";
  return "application/octet-stream";
}

void add_responses(Json& json, const Route& route) {
  json.key("responses").open().key(std::to_string(route.status)).open();
  json.put("description", route.status == 204 ? "Done" : route.status == 201 ? "Made" : "Here it is");
  if (route.answer != nullptr) {
    json.key("content").open().key("application/json").open();
    add_reference(json.key("schema"), *route.answer);
    json.close().close();
  } else if (route.is(kFile) || route.is(kHtml) || route.is(kEvents)) {
    json.key("content").open().key(content_of(route)).open().close().close();
  }
  json.close();
  if (route.permission != Permission::nobody_needed) {
    add_problem_reference(json, "401", "Not signed in");
    add_problem_reference(json, "403", "Not allowed");
  }
  if (route.path.find('{') != std::string_view::npos) add_problem_reference(json, "404", "Not here, or not yours");
  if (route.changes()) add_problem_reference(json, "409", "It is otherwise by now");
  if (route.changes() && route.is(kVersioned)) add_problem_reference(json, "412", "Somebody changed it");
  if (route.body != nullptr || !route.query.empty() || route.is(kPaged))
    add_problem_reference(json, "422", "Something in it is not valid");
  add_problem_reference(json, "default", "Any other problem");
  json.close();
}

// What its noun is, for the reference page: the first word behind the brand, or behind /api/v1.
std::string_view tag_of(const Route& route) {
  const auto segments = text::split(route.path.substr(1), '/');
  if (segments.size() < 3 || segments[0] != "api") return "program";
  const bool in_brand = segments[2] == "brands" && segments.size() > 4;
  return in_brand ? segments[4] : segments[2];
}

void add_operation(Json& json, const Route& route) {
  json.key(text::ascii_lower(name_of(route.method))).open();
  json.put("operationId", route.operation).put("summary", route.summary);
  json.key("tags").open_list().add(tag_of(route)).close_list();
  json.put("x-permission", people::name_of(route.permission));
  if (route.permission == Permission::nobody_needed) json.key("security").open_list().close_list();
  add_parameters(json, route);
  add_body(json, route);
  add_responses(json, route);
  json.close();
}

void add_problem_schema(Json& json) {
  json.open().put("type", "object").key("properties").open();
  for (const char* name : {"title", "type", "instance"}) json.key(name).open().put("type", "string").close();
  for (const char* name : {"detail", "hint"}) put_type(json.key(name).open(), "string", true), json.close();
  json.key("status").open().put("type", "integer").close();
  json.key("errors").open().put("type", "array").key("items").open().put("type", "object").key("properties").open();
  for (const char* name : {"field", "message"}) json.key(name).open().put("type", "string").close();
  json.close().close().close().close();
  json.key("required").open_list().add("type").add("title").add("status").close_list().close();
}

}  // namespace

std::string openapi_document(const Router& router) {
  Schemas asked, told;
  std::map<std::string_view, std::vector<const Route*>> paths;
  for (const Route* route : router.rows()) {
    collect(route->body, asked);
    collect(route->answer, told);
    paths[route->path].push_back(route);
  }
  Json json;
  json.open().put("openapi", "3.1.1");
  json.key("info").open().put("title", "Amends").put("version", "1");
  json.put("description",
           "Everything the hub does, over HTTP. Times are RFC 3339 in UTC; lists are {items, next}; failures are "
           "problems (RFC 9457) that say what to do next.");
  json.close();
  json.key("servers").open_list().open().put("url", "/").close().close_list();
  json.key("security").open_list();
  json.open().key("token").open_list().close_list().close();
  json.open().key("session").open_list().close_list().close().close_list();
  json.key("paths").open();
  for (const auto& [path, routes] : paths) {
    json.key(path).open();
    for (const Route* route : routes) add_operation(json, *route);
    json.close();
  }
  json.close().key("components").open().key("schemas").open();
  for (const auto& [name, schema] : asked) add_schema(json.key(name), *schema, true);
  for (const auto& [name, schema] : told) {
    if (asked.find(name) == asked.end()) add_schema(json.key(name), *schema, false);
  }
  add_problem_schema(json.key("Problem"));
  json.close().key("securitySchemes").open();
  json.key("token").open().put("type", "http").put("scheme", "bearer").close();
  json.key("session").open().put("type", "apiKey").put("in", "cookie").put("name", "__Host-amends").close();
  json.close().close().close();
  return json.take();
}

}  // namespace amends::web
