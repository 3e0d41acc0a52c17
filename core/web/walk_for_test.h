// Requests made from the route table itself: for every row a path, parameters and a body that fit, and for every field
// ways in which it doesn't.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/web/schema.h"
#include "core/web/site_for_test.h"

namespace amends::web::test {

// The row's path with a brand's things put in; "absent": numbers that nothing bears.
std::string path_of(const Route& route, const std::string& brand, const World::Things& things, bool absent);
// Parameters that fit, with those that are needed ("" or "?name=…").
std::string query_of(const Route& route);
// A body that fits: every field, or the needed ones alone.
std::string body_of(const Schema& schema, const World::Things& things, bool whole);
struct Wrong {
  std::string about, body;
};
// The same with one thing wrong in each.
std::vector<Wrong> wrong_bodies(const Schema& schema, const World::Things& things);
// Queries with one thing wrong in each.
std::vector<std::string> wrong_queries(const Route& route);

}  // namespace amends::web::test
