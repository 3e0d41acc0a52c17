#include "core/web/request.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/http/url.h"
#include "core/web/cursor.h"
#include "core/web/services.h"

namespace amends::web {
namespace {

constexpr Field kPageFields[] = {integer_field("limit", 1, 200, "How many at most; 50 when left out"),
                                 line_field("cursor", "`next` of the page before")};

std::string_view media_type(const http::Request& request) {
  const std::string_view field = request.headers.get("Content-Type");
  return text::trim(field.substr(0, field.find(';')));
}

const Field* parameter_named(const Route& route, std::string_view name) {
  const auto in = [&](std::span<const Field> fields) -> const Field* {
    const auto it = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
    return it == fields.end() ? nullptr : &*it;
  };
  const Field* found = in(route.query);
  return found == nullptr && route.is(kPaged) ? in(kPageFields) : found;
}

Problem invalid(std::vector<FieldError> errors) {
  Problem out = problem("invalid", "Nothing was done.", "See `errors` for what to change.");
  out.errors = std::move(errors);
  return out;
}

std::optional<Problem> read_parameters(Call& call) {
  std::vector<FieldError> errors;
  for (const http::Field& given : call.request.parameters) {
    const Field* field = parameter_named(call.route, given.name);
    if (field == nullptr) {
      errors.push_back({text::excerpt(text::printable(given.name), 40), "is not known here"});
    } else if (call.query.value().find(given.name) != nullptr) {
      errors.push_back({given.name, "stands twice"});
    } else {
      Read read = read_parameter(*field, given.value);
      if (read.errors.empty()) call.query.set(given.name, std::move(read.value));
      errors.insert(errors.end(), read.errors.begin(), read.errors.end());
    }
    if (errors.size() >= kMostErrors) break;
  }
  for (const Field& field : call.route.query) {
    if (field.required && !call.query.has(field.name) && errors.size() < kMostErrors &&
        std::none_of(errors.begin(), errors.end(), [&](const FieldError& e) { return e.field == field.name; }))
      errors.push_back({std::string(field.name), "is missing"});
  }
  if (!errors.empty()) return invalid(std::move(errors));
  return {};
}

// An HTML form as if it were JSON; every value is a text.
std::optional<Value> read_form(std::string_view body) {
  const auto fields = http::parse_query(body);
  if (!fields) return {};
  Value value;
  value.kind = Value::Kind::object;
  for (const http::Field& field : *fields) value.members.push_back({field.name, Value::of(field.value)});
  return value;
}

std::optional<Problem> read_body(Call& call) {
  const http::Request& request = call.request;
  if (!call.route.changes()) {
    if (request.body.empty()) return {};
    return problem("bad_request", "A read takes no body.", "Leave the body out.");
  }
  if (call.route.is(kUpload)) {
    if (media_type(request) == "application/octet-stream") return {};
    return problem("wrong_type", "The file must come as application/octet-stream.",
                   "Set Content-Type and send the file itself as the body.");
  }
  static constexpr Schema kNothing{"Nothing", {}};
  const Schema& schema = call.route.body != nullptr ? *call.route.body : kNothing;
  Value value;
  value.kind = Value::Kind::object;
  const std::string type = text::ascii_lower(media_type(request));
  if (call.route.is(kForm) && type == "application/x-www-form-urlencoded") {
    auto form = read_form(request.body);
    if (!form) return problem("bad_request", "The form can't be read.");
    value = *std::move(form);
  } else if (!request.body.empty() || !type.empty()) {
    if (type != "application/json") {
      return problem("wrong_type", "The body must be application/json.", "Set Content-Type: application/json.");
    }
    if (!request.body.empty()) {
      auto parsed = parse_json(request.body);
      if (!parsed)
        return problem("bad_request", "The body can't be read: " + parsed.error().what + ".",
                       "Send one JSON object in UTF-8.");
      value = *std::move(parsed);
    }
  }
  if (auto errors = check(value, schema); !errors.empty()) return invalid(std::move(errors));
  call.body = Arguments(std::move(value));
  return {};
}

// What a cursor is bound to: user, list and everything that narrows it.
std::string cursor_binding(const Call& call) {
  std::vector<std::string> parts;
  for (const http::Field& given : call.request.parameters) {
    if (given.name != "cursor" && given.name != "limit") parts.push_back(given.name + "=" + given.value);
  }
  std::sort(parts.begin(), parts.end());
  return std::to_string(call.who.user.value) + " " + call.request.path + "?" + text::join(parts, "&");
}

}  // namespace

bool knows_brand(const people::Principal& who, BrandId brand) {
  return std::any_of(std::begin(people::kPermissions), std::end(people::kPermissions), [&](const auto& word) {
    return word.value != people::Permission::self && word.value != people::Permission::nobody_needed &&
           may(who, brand, word.value);
  });
}

std::optional<people::Principal> identify(Call& call, std::optional<std::string_view> bearer) {
  app::Staff& staff = call.services.staff;
  Result<people::Principal> who = people::nobody();
  if (bearer) {
    if (bearer->empty()) return {};
    who = staff.by_token(*bearer);
  } else if (const auto cookie = call.request.cookie(session_cookie(call.request.secure)); cookie && !cookie->empty()) {
    who = staff.by_session(*cookie);
  }
  if (!who) return {};
  return *std::move(who);
}

std::optional<Problem> read_arguments(Call& call) {
  Value empty;
  empty.kind = Value::Kind::object;
  call.query = Arguments(std::move(empty));
  if (auto wrong = read_parameters(call)) return wrong;
  return read_body(call);
}

Problem absence() { return problem_of(fail(Kind::not_found, "")); }

Error absent() { return fail(Kind::not_found, "absent"); }

bool etag_matches(std::string_view field, std::string_view etag) {
  for (std::string_view one : text::split(field, ',')) {
    one = text::trim(one);
    if (one.substr(0, 2) == "W/") one.remove_prefix(2);
    if (one == "*" || one == etag) return true;
  }
  return false;
}

std::string etag_of(std::string_view rendered) {
  const crypto::Sha256 digest = crypto::sha256(rendered);
  return "\"" + text::to_base64url(std::string_view(reinterpret_cast<const char*>(digest.data()), 15)) + "\"";
}

std::int64_t Call::number(std::string_view name) const {
  const std::string_view found = word(name);
  return found.empty() ? 0 : std::stoll(std::string(found));
}

std::string_view Call::word(std::string_view name) const {
  for (const auto& [key, value] : path) {
    if (key == name) return value;
  }
  return {};
}

Result<std::vector<std::int64_t>> Call::cursor(std::size_t numbers) const {
  const std::string_view given = query.text("cursor");
  if (given.empty()) return std::vector<std::int64_t>{};
  auto read = read_cursor(services.cursor_key, cursor_binding(*this), given);
  if (read && read->size() == numbers) return *std::move(read);
  return fail(Kind::invalid, "The cursor is none of this list.", "Begin again without a cursor.");
}

std::string Call::next_cursor(const std::vector<std::int64_t>& numbers) const {
  return mint_cursor(services.cursor_key, cursor_binding(*this), numbers);
}

void Call::put_next(Json& json, const std::optional<std::vector<std::int64_t>>& numbers) const {
  json.key("next");
  if (numbers) {
    json.add(next_cursor(*numbers));
  } else {
    json.add(nullptr);
  }
}

Result<Done> Call::unchanged(std::string_view rendered) {
  const std::string_view wanted = request.headers.get("If-Match");
  if (wanted.empty() || wanted == "*") return Done{};
  const std::string etag = etag_of(rendered);
  for (const std::string_view one : text::split(wanted, ',')) {
    if (text::trim(one) == etag) return Done{};
  }
  stale = true;
  return fail(Kind::conflict, "it was changed");
}

}  // namespace amends::web
