// Every row of the table, walked: who may, what fits, what doesn't, and that what comes out is what the row says.
#include "core/web/walk_for_test.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <set>

#include "core/http/url.h"
#include "core/web/problem.h"
#include "core/web/request.h"

namespace amends::web::test {
namespace {

using nlohmann::json;
using people::Permission;

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

}  // namespace
}  // namespace amends::web::test
