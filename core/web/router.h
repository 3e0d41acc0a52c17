// Finds the row for a method and a path: a tree of path segments, built once. Pure after that. Threads: any.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/web/route.h"

namespace amends::web {

class Router {
 public:
  // Rows must not name one method and path twice; the second is ignored and a test finds it.
  explicit Router(std::vector<const Route*> rows);
  ~Router();

  struct Match {
    const Route* route = nullptr;  // null: no such path, or not with this method
    std::vector<std::pair<std::string_view, std::string>> values = {};
    std::string allow = {};  // the methods the path has; "" when there is no such path
  };
  // HEAD is answered by GET's row. A number where the path wants one must be a plain decimal from 1 to 2^53-1, else
  // there is no such path.
  Match find(std::string_view method, std::string_view path) const;

  const std::vector<const Route*>& rows() const { return rows_; }

 private:
  struct Node;
  std::vector<const Route*> rows_;
  std::unique_ptr<Node> root_;
};

// What stands in braces of a path: a number of ours, or a word.
bool is_number_parameter(std::string_view name);

}  // namespace amends::web
