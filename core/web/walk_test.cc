// Every row of the table, walked: who may, what fits, what doesn't, and that what comes out is what the row says.
#include "core/web/walk_for_test.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <set>

#include "core/base/text.h"
#include "core/http/url.h"
#include "core/web/openapi.h"
#include "core/web/problem.h"
#include "core/web/request.h"

namespace amends::web::test {
namespace {

using nlohmann::json;
using people::Permission;

// What fields of a name want beyond their type.
json value_by_name(const Field& field, const World::Things& t) {
  const struct {
    std::string_view name;
    json value;
  } kRows[] = {
      {"owner", "agent"},
      {"login", "ada.l"},
      {"email", "ada@staff.test"},
      {"language", "en"},
      {"zone", "Europe/Berlin"},
      {"channel", "email"},
      {"brands", json::array({"acme"})},
      {"threads", json::array({t.other_thread})},
      {"other", t.other_thread},
      {"from", t.other_customer},
      {"message", t.message},
      {"thread", t.other_thread},
      {"until", "2030-01-01T00:00:00Z"},
      {"not_before", "2030-01-01T00:00:00Z"},
      {"expires_at", "2030-01-01T00:00:00Z"},
      {"members", json::array({t.user})},
      {"password", "a long enough password"},
      {"fresh", "another long password"},
      {"confirmation", ""},
      {"account", "acme-mail"},
      {"type", "text/plain"},
      {"url", "https://hook.test/in"},
  };
  for (const auto& row : kRows) {
    const bool fits = row.name == field.name && row.value.is_array() == field.list &&
                      (field.list || row.value.is_number() == (field.type == Type::integer));
    if (fits) return row.value;
  }
  return nullptr;
}

json value_of(const Field& field, const World::Things& t, bool whole);

json object_of(const Schema& schema, const World::Things& t, bool whole) {
  json out = json::object();
  for (const Field& field : schema.fields) {
    if (whole || field.required) out[std::string(field.name)] = value_of(field, t, whole);
  }
  return out;
}

json value_of(const Field& field, const World::Things& t, bool whole) {
  if (json special = value_by_name(field, t); !special.is_null()) return special;
  json one;
  switch (field.type) {
    case Type::text:
    case Type::line:
      one = std::string("Words of the walker, and more of them")
                .substr(0, static_cast<std::size_t>(std::min<std::int64_t>(field.most, 30)));
      break;
    case Type::word: one = field.words.front(); break;
    case Type::integer:
      one = std::max<std::int64_t>(field.least, 1) > field.most ? field.least : std::max<std::int64_t>(field.least, 1);
      break;
    case Type::number: one = 1.5; break;
    case Type::boolean: one = false; break;
    case Type::time: one = "2026-03-01T10:00:00Z"; break;
    case Type::bytes: one = "aGVsbG8="; break;
    case Type::object: one = object_of(*field.of, t, whole); break;
    case Type::map: one = json{{"name", "Ada"}}; break;
    case Type::any: one = nullptr; break;
  }
  if (field.list) return json::array({one});
  return one;
}

// Values that don't fit the field.
std::vector<std::pair<std::string, json>> wrong_values(const Field& field, const World::Things& t) {
  std::vector<std::pair<std::string, json>> out = {{"an object", json{{"x", 1}}}};
  if (!field.nullable) out.emplace_back("null", nullptr);
  if (field.type != Type::object && field.type != Type::map) {
    out.emplace_back("a list of lists", json::array({json::array({1})}));
  } else {
    out.back().second = 7;
  }
  if (field.list) {
    json many = json::array();
    for (std::int64_t i = 0; i <= field.most_items; ++i) many.push_back(value_of(field, t, false)[0]);
    out.emplace_back("too many", many);
    return out;
  }
  switch (field.type) {
    case Type::text:
    case Type::line:
      out.emplace_back("a number", 7);
      out.emplace_back("too long", std::string(static_cast<std::size_t>(field.most) + 1, 'x'));
      out.emplace_back("a NUL", std::string("a\0b", 3));
      if (field.least > 0) out.emplace_back("empty", "");
      if (field.type == Type::line) out.emplace_back("two lines", "a\nb");
      break;
    case Type::word: out.emplace_back("another word", "no such word"); break;
    case Type::integer:
      out.emplace_back("a text", "7");
      out.emplace_back("too small", field.least - 1);
      out.emplace_back("too large", field.most + 1);
      out.emplace_back("a fraction", 1.5);
      out.emplace_back("2^64", 18446744073709551615ull);
      break;
    case Type::number: out.emplace_back("a text", "1.5"); break;
    case Type::boolean: out.emplace_back("a text", "true"); break;
    case Type::time: out.emplace_back("no time", "yesterday"); break;
    case Type::bytes: out.emplace_back("no base64", "###"); break;
    default: break;
  }
  return out;
}

}  // namespace

std::string path_of(const Route& route, const std::string& brand, const World::Things& t, bool absent) {
  const struct {
    std::string_view name;
    std::int64_t value;
  } kNumbers[] = {
      {"thread", t.thread},   {"message", t.letter},  {"customer", t.customer},   {"identity", t.identity},
      {"update", t.update},   {"account", t.account}, {"item", t.item},           {"user", t.user},
      {"team", t.team},       {"event", t.event},     {"operation", t.operation}, {"invitation", t.invitation},
      {"webhook", t.webhook}, {"part", t.part}};
  std::string out;
  for (const std::string_view segment : text::split(route.path.substr(1), '/')) {
    out += '/';
    if (segment.empty() || segment.front() != '{') {
      out += segment;
      continue;
    }
    const std::string_view name = segment.substr(1, segment.size() - 2);
    if (name == "brand") {
      out += brand;
    } else if (name == "template") {
      out += absent ? "nothing" : "apology";
    } else if (name == "where") {
      out += "any.en";
    } else {
      std::int64_t value = 987'654'321;
      for (const auto& row : kNumbers) {
        if (row.name == name && !absent) value = row.value;
      }
      out += std::to_string(value);
    }
  }
  return out;
}

std::string query_of(const Route& route) {
  std::string out;
  for (const Field& field : route.query) {
    if (field.required) out += (out.empty() ? "?" : "&") + std::string(field.name) + "=words.eml";
  }
  return out;
}

std::string body_of(const Schema& schema, const World::Things& things, bool whole) {
  return object_of(schema, things, whole).dump();
}

std::vector<Wrong> wrong_bodies(const Schema& schema, const World::Things& things) {
  std::vector<Wrong> out;
  const json good = object_of(schema, things, true);
  json extra = good;
  extra["brand_id"] = 2;
  out.push_back({"an unknown field", extra.dump()});
  out.push_back({"a list", "[]"});
  for (const Field& field : schema.fields) {
    const std::string name(field.name);
    if (field.required) {
      json without = good;
      without.erase(name);
      out.push_back({"without " + name, without.dump()});
    }
    for (const auto& [about, value] : wrong_values(field, things)) {
      json bent = good;
      bent[name] = value;
      out.push_back({name + ": " + about, bent.dump()});
    }
    if (field.type == Type::object && field.list) {
      for (const Wrong& inner : wrong_bodies(*field.of, things)) {
        if (inner.body == "[]") continue;
        json bent = good;
        bent[name] = json::array({json::parse(inner.body)});
        out.push_back({name + "[0]: " + inner.about, bent.dump()});
      }
    }
  }
  return out;
}

std::vector<std::string> wrong_queries(const Route& route) {
  std::vector<std::string> out = {"?nothing_like_this=1"};
  const std::string good = query_of(route);
  for (const Field& field : route.query) {
    const std::string name(field.name), with = good.empty() ? "?" + name + "=" : good + "&" + name + "=";
    if (field.required) out.push_back(with + "a");  // stands twice
    if (field.required) continue;
    if (field.type == Type::line) {
      out.push_back("?" + name + "=" + std::string(static_cast<std::size_t>(field.most) + 1, 'x'));
      out.push_back("?" + name + "=a%01b");
    } else {
      out.push_back("?" + name + "=no%20such");
    }
  }
  if (route.is(kPaged)) {
    for (const char* wrong : {"limit=0", "limit=201", "limit=1e9", "limit=x", "cursor=made-up"})
      out.push_back("?" + std::string(wrong));
  }
  return out;
}

namespace {

// The world's things after whatever happened: a new one for every request that changes something would take an hour.
class Walk : public ::testing::Test {
 protected:
  World world_;

  http::Response send(const Route& route, const std::string& path, const std::string& body, const std::string& who) {
    Asked asked;
    asked.method = std::string(name_of(route.method));
    asked.path = path;
    asked.session = world_.session(who);
    asked.body = body;
    if (route.is(kUpload)) {
      asked.type = "application/octet-stream";
      asked.body = World::mail("acme.test", "kim@guest.test", "k1@acme", "Upload", "Hello");
    }
    return world_.ask(asked);
  }
  void closes(const http::Response& response) {
    if (response.events) response.events->close();
  }
};

// Whoever must be let in, by the table of roles alone.
bool allowed(const Route& route, const std::string& who, const std::string& brand) {
  if (route.permission == Permission::nobody_needed) return true;
  if (who.empty()) return false;
  if (route.permission == Permission::self || who == World::kAdmin) return true;
  if (route.path.find("{brand}") == std::string_view::npos) return false;  // the installation's
  if (who == World::kNobody) return false;
  if (who == World::kOutsider)
    return brand == "globex" && people::grants_of(people::Role::manager).has(route.permission);
  return brand == "acme" && people::grants_of(*model::value_in(people::kRoles, who)).has(route.permission);
}

TEST_F(Walk, EveryRouteLetsInExactlyWhomTheTableOfRolesNames) {
  std::vector<std::string> people = {"", World::kNobody, World::kOutsider, World::kAdmin};
  for (const auto& role : people::kRoles) people.emplace_back(role.name);
  std::int64_t cells = 0, right = 0, open = 0;
  for (const Route* route : world_.site->router().rows()) {
    const bool in_brand = route->path.find("{brand}") != std::string_view::npos;
    for (const std::string& who : people) {
      for (const std::string brand : {"acme", "globex"}) {
        if (!in_brand && brand == "globex") continue;
        // Numbers that nothing bears: who is let in changes nothing, who is not must not learn that.
        const std::string path = path_of(*route, brand, {}, true) + query_of(*route);
        const std::string body = route->body != nullptr ? body_of(*route->body, world_.things[brand], false) : "";
        const auto response = send(*route, path, body, who);
        closes(response);
        const bool may = allowed(*route, who, brand);
        const bool of_brand = who == World::kOutsider ? brand == "globex" : who != World::kNobody && brand == "acme";
        const int refusal = who.empty() ? 401 : in_brand && !of_brand ? 404 : 403;
        const bool let_in = response.status != 401 && response.status != 403;
        const bool fits =
            may ? (let_in || route->permission == Permission::nobody_needed || route->permission == Permission::self)
                : response.status == refusal;
        EXPECT_TRUE(fits) << name_of(route->method) << " " << path << " as " << (who.empty() ? "nobody" : who) << ": "
                          << response.status << " " << response.body;
        ++cells;
        right += fits ? 1 : 0;
        open += may ? 1 : 0;
        // What ends one's own session is done for real.
        if (route->permission == Permission::self && route->changes() && !who.empty()) world_.session(who, true);
      }
    }
  }
  std::printf(
      "role matrix: %zu routes x %zu people x {own, other, none}: %lld cells, %lld open, %lld right (%.1f %%)\n",
      world_.site->router().rows().size(), people.size(), static_cast<long long>(cells), static_cast<long long>(open),
      static_cast<long long>(right), 100.0 * static_cast<double>(right) / static_cast<double>(cells));
  EXPECT_EQ(cells, right);
}

TEST_F(Walk, NoThingOfAnotherBrandIsReachedByItsNumber) {
  std::int64_t asked = 0;
  for (const Route* route : world_.site->router().rows()) {
    if (route->path.find("{brand}/") == std::string_view::npos ||
        route->path.find("/{", route->path.find("{brand}") + 1) == std::string_view::npos)
      continue;
    if (route->path.find("{template}") != std::string_view::npos ||
        route->path.find("/members/{user}") != std::string_view::npos)
      continue;
    const std::string body = route->body != nullptr ? body_of(*route->body, world_.things["acme"], false) : "";
    const auto foreign =
        send(*route, path_of(*route, "acme", world_.things["globex"], false) + query_of(*route), body, "manager");
    const auto absent = send(*route, path_of(*route, "acme", {}, true) + query_of(*route), body, "manager");
    EXPECT_EQ(foreign.status, absent.status) << name_of(route->method) << " " << route->path << " " << foreign.body;
    if (foreign.status == 404) {
      EXPECT_EQ(foreign.body, absent.body) << route->path;
    }
    EXPECT_GE(foreign.status, 400) << name_of(route->method) << " " << route->path;
    EXPECT_EQ(foreign.body.find(kCanary), std::string::npos) << route->path;
    ++asked;
  }
  EXPECT_GT(asked, 40);
}

TEST_F(Walk, ForeignNumbersInBodiesReachNothing) {
  const auto& here = world_.things["acme"];
  const auto& there = world_.things["globex"];
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const struct {
    std::string path, body;
  } kRows[] = {
      {"/customers/" + n(here.customer) + "/merge", R"({"from":)" + n(there.customer) + "}"},
      {"/customers/" + n(here.customer) + "/dismiss", R"({"other":)" + n(there.customer) + "}"},
      {"/messages/" + n(here.message) + "/rethread", R"({"thread":)" + n(there.thread) + "}"},
      {"/threads/" + n(here.thread) + "/join", R"({"other":)" + n(there.thread) + "}"},
      {"/threads/" + n(here.thread) + "/answers", R"({"text":"x","message":)" + n(there.message) + "}"},
  };
  for (const auto& row : kRows) {
    const auto response = world_.post("/api/v1/brands/acme" + row.path, row.body, "manager");
    EXPECT_EQ(response.status, 404) << row.path << " " << response.body;
    EXPECT_EQ(response.body.find(kCanary), std::string::npos);
  }
  const auto search = world_.get("/api/v1/brands/acme/search?q=" + std::string(kCanary), "manager");
  EXPECT_EQ(json::parse(search.body)["items"].size(), 0u);
  EXPECT_EQ(world_.get("/api/v1/brands/acme/search?customer=" + n(there.customer), "manager").status, 404);
}

TEST_F(Walk, WhatFitsIsTakenAndAnswersAreWhatTheirRowsSay) {
  std::int64_t answers = 0, checked = 0;
  for (const Route* route : world_.site->router().rows()) {
    for (const bool whole : {false, true}) {
      const std::string body = route->body != nullptr ? body_of(*route->body, world_.things["acme"], whole) : "";
      if (whole && route->body == nullptr) continue;
      const auto response =
          send(*route, path_of(*route, "acme", world_.things["acme"], false) + query_of(*route), body, World::kAdmin);
      closes(response);
      ++answers;
      EXPECT_TRUE(response.status < 500 || response.status == 503)
          << name_of(route->method) << " " << route->path << " " << response.status << " " << response.body;
      EXPECT_NE(response.status, 400) << route->path << " " << response.body;
      if (response.status < 300) {
        EXPECT_EQ(response.status, route->status) << route->path;
        if (route->answer != nullptr) {
          const auto value = parse_json(response.body);
          ASSERT_TRUE(value) << route->path << " " << response.body;
          // Bounds guard the way in; what comes out may be longer, but never of another shape.
          for (const FieldError& error : check(*value, *route->answer)) {
            const bool shape = error.message.find("at most") == std::string::npos &&
                               error.message.find("control") == std::string::npos;
            EXPECT_FALSE(shape) << route->operation << ": " << error.field << " " << error.message;
          }
          ++checked;
        } else {
          EXPECT_TRUE(route->status == 204 || route->is(kFile) || route->is(kHtml) || route->is(kEvents))
              << route->operation;
        }
      } else {
        const bool page = route->is(kHtml) && route->is(kFromOutside);
        EXPECT_EQ(response.headers.get("Content-Type"), page ? "text/html; charset=utf-8" : "application/problem+json")
            << route->path;
      }
      if (route->permission == Permission::self && route->changes()) world_.session(World::kAdmin, true);
    }
  }
  std::printf("walker: %lld requests that fit, %lld answers read against their table\n",
              static_cast<long long>(answers), static_cast<long long>(checked));
  EXPECT_GT(checked, 60);
}

TEST_F(Walk, WhatDoesNotFitIsRefusedByName) {
  std::int64_t refused = 0;
  for (const Route* route : world_.site->router().rows()) {
    if (route->is(kFromOutside)) continue;  // what a site sends is the handler's to judge
    const std::string path = path_of(*route, "acme", world_.things["acme"], true);
    if (route->body != nullptr) {
      for (const Wrong& wrong : wrong_bodies(*route->body, world_.things["acme"])) {
        const auto response = send(*route, path + query_of(*route), wrong.body, World::kAdmin);
        EXPECT_EQ(response.status, wrong.body.find("18446744073709551615") != std::string::npos ? response.status : 422)
            << route->operation << " " << wrong.about << " " << response.body.substr(0, 300);
        EXPECT_TRUE(response.status == 422 || response.status == 400) << route->operation << " " << wrong.about;
        ++refused;
      }
    }
    for (const std::string& query : wrong_queries(*route)) {
      const std::string body = route->body != nullptr ? body_of(*route->body, world_.things["acme"], false) : "";
      const auto response = send(*route, path + query, body, World::kAdmin);
      EXPECT_EQ(response.status, 422) << route->operation << " " << query << " " << response.body;
      ++refused;
    }
  }
  std::printf("walker: %lld requests that don't fit, each refused\n", static_cast<long long>(refused));
  EXPECT_GT(refused, 500);
}

TEST_F(Walk, EveryRouteBearsTheStandingHeadersWhateverItAnswers) {
  for (const Route* route : world_.site->router().rows()) {
    for (const std::string who : {"", "root"}) {
      const std::string body = route->body != nullptr ? body_of(*route->body, world_.things["acme"], false) : "";
      const auto response = send(*route, path_of(*route, "acme", {}, true) + query_of(*route), body, who);
      closes(response);
      for (const http::Field& field : standing_headers(true).all())
        EXPECT_TRUE(response.headers.has(field.name)) << route->operation << " " << field.name;
      EXPECT_EQ(response.headers.get_all("Content-Security-Policy").size(), 1u) << route->operation;
      EXPECT_TRUE(response.headers.has("X-Request-Id"));
      if (route->permission == Permission::self && route->changes() && !who.empty()) world_.session(who, true);
    }
  }
}

TEST_F(Walk, ReadsChangeNothing) {
  const auto state = [&] {
    return world_.read([&](store::Reader& reader) {
      std::int64_t sum = 0;
      for (const char* sql :
           {"SELECT COUNT(*) FROM change", "SELECT COUNT(*) FROM note", "SELECT COUNT(*) FROM outbox_update",
            "SELECT COUNT(*) FROM event", "SELECT COUNT(*) FROM draft", "SELECT COUNT(*) FROM app_user"})
        sum = sum * 1000 + reader.count(sql);
      return sum;
    });
  };
  const auto before = state();
  for (const Route* route : world_.site->router().rows()) {
    if (route->changes()) continue;
    closes(send(*route, path_of(*route, "acme", world_.things["acme"], false) + query_of(*route), "", World::kAdmin));
  }
  EXPECT_EQ(state(), before);
}

TEST(RouteTable, RowsAreWholeAndNamedOnce) {
  std::set<std::string> operations, addresses;
  for (const Route* route : all_routes()) {
    EXPECT_TRUE(operations.insert(std::string(route->operation)).second) << route->operation;
    EXPECT_TRUE(addresses.insert(std::string(name_of(route->method)) + " " + std::string(route->path)).second)
        << route->path;
    EXPECT_NE(route->handle, nullptr) << route->operation;
    EXPECT_FALSE(route->summary.empty()) << route->operation;
    EXPECT_TRUE(route->method != Method::get || route->body == nullptr) << route->operation;
    const bool in_brand = route->path.find("{brand}") != std::string_view::npos;
    const bool of_brand = route->permission != Permission::self && route->permission != Permission::nobody_needed &&
                          route->permission != Permission::installation;
    EXPECT_EQ(in_brand, of_brand) << route->operation << ": a brand's permission belongs to a brand's path";
    if (route->permission == Permission::nobody_needed && route->changes()) {
      EXPECT_TRUE(route->is(kNoKey)) << route->operation;
    }
  }
  EXPECT_GE(operations.size(), 100u);
}

// Names that two shapes share would shadow each other in the document.
void collect(const Schema* schema, std::map<std::string_view, const Schema*>& into) {
  if (schema == nullptr) return;
  const auto [at, fresh] = into.emplace(schema->name, schema);
  if (!fresh) {
    EXPECT_EQ(at->second->fields.data(), schema->fields.data()) << "two shapes are called " << schema->name;
    return;
  }
  for (const Field& field : schema->fields) collect(field.of, into);
}

TEST(OpenApi, TheDocumentHoldsTogether) {
  const Router router(all_routes());
  const json doc = json::parse(openapi_document(router));
  EXPECT_EQ(doc["openapi"], "3.1.1");
  std::size_t operations = 0;
  for (const auto& [path, methods] : doc["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      ++operations;
      EXPECT_FALSE(operation["responses"].empty());
      std::set<std::string> in_path;
      for (const auto& parameter : operation["parameters"]) {
        if (parameter["in"] == "path") in_path.insert(parameter["name"]);
        EXPECT_TRUE(parameter.contains("schema"));
      }
      for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1))
        EXPECT_EQ(in_path.erase(path.substr(at + 1, path.find('}', at) - at - 1)), 1u) << path;
      EXPECT_TRUE(in_path.empty()) << path;
    }
  }
  EXPECT_EQ(operations, router.rows().size());
  // Every reference leads somewhere, and everything is referred to.
  std::set<std::string> wanted;
  const std::function<void(const json&)> look = [&](const json& node) {
    if (node.is_object() && node.contains("$ref")) wanted.insert(node["$ref"].get<std::string>());
    for (const auto& child : node) {
      if (child.is_structured()) look(child);
    }
  };
  look(doc);
  for (const std::string& reference : wanted)
    EXPECT_TRUE(doc.contains(json::json_pointer(reference.substr(1)))) << reference;
  for (const auto& [name, schema] : doc["components"]["schemas"].items())
    EXPECT_EQ(wanted.count("#/components/schemas/" + name), 1u) << name;
  std::map<std::string_view, const Schema*> asked, told;
  for (const Route* route : router.rows()) {
    collect(route->body, asked);
    collect(route->answer, told);
  }
  for (const auto& [name, schema] : asked) EXPECT_EQ(told.count(name), 0u) << name << " goes in and comes out";
}

}  // namespace
}  // namespace amends::web::test
