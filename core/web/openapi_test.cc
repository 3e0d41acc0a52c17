// The table itself, and the document that is written from it.
#include "core/web/openapi.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <set>

#include "core/web/site_for_test.h"

namespace amends::web::test {
namespace {

using nlohmann::json;
using people::Permission;

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
