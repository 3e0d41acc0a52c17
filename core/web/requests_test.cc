// Requests made from the rows: paths, bodies and parameters that fit, and those that don't.
#include <nlohmann/json.hpp>

#include <algorithm>

#include "core/base/text.h"
#include "core/web/walk_for_test.h"

namespace amends::web::test {
namespace {

using nlohmann::json;

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

}  // namespace amends::web::test
