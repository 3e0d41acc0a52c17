#include "core/web/router.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace amends::web {
namespace {

// Everything else in braces is a number.
constexpr std::string_view kWordParameters[] = {"brand", "login", "template", "where", "session", "job", "hook"};

bool is_plain_number(std::string_view name, std::string_view s) {
  if (s == "0") return name == "part";  // a message counts its parts from 0; ids begin at 1
  if (s.empty() || s.size() > 16 || s.front() == '0' || !std::all_of(s.begin(), s.end(), text::is_digit)) return false;
  return std::stoll(std::string(s)) <= kLargestId;
}

}  // namespace

bool is_number_parameter(std::string_view name) {
  return std::find(std::begin(kWordParameters), std::end(kWordParameters), name) == std::end(kWordParameters);
}

struct Router::Node {
  std::map<std::string_view, std::unique_ptr<Node>, std::less<>> next;
  std::unique_ptr<Node> any;
  std::array<const Route*, std::size(kMethods)> rows{};
};

Router::Router(std::vector<const Route*> rows) : rows_(std::move(rows)), root_(std::make_unique<Node>()) {
  for (const Route* row : rows_) {
    Node* node = root_.get();
    for (const std::string_view segment : text::split(row->path.substr(1), '/')) {
      std::unique_ptr<Node>& child = segment.front() == '{' ? node->any : node->next[segment];
      if (!child) child = std::make_unique<Node>();
      node = child.get();
    }
    const Route*& place = node->rows[static_cast<std::size_t>(row->method)];
    if (place == nullptr) place = row;
  }
}

Router::~Router() = default;

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match match;
  if (path.empty() || path.front() != '/') return match;
  const auto segments = text::split(path.substr(1), '/');
  const Node* node = root_.get();
  for (const std::string_view segment : segments) {
    if (segment.empty() && segments.size() > 1) return match;
    const auto named = node->next.find(segment);
    node = named != node->next.end() ? named->second.get() : node->any.get();
    if (node == nullptr) return match;
  }
  const auto wanted = model::value_in(kMethods, method == "HEAD" ? std::string_view("GET") : method);
  const Route* some = nullptr;
  for (const Route* row : node->rows) {
    if (row == nullptr) continue;
    some = row;
    match.allow += (match.allow.empty() ? "" : ", ") + std::string(name_of(row->method));
    if (row->method == Method::get) match.allow += ", HEAD";
  }
  if (some == nullptr) return match;
  const Route* found = wanted ? node->rows[static_cast<std::size_t>(*wanted)] : nullptr;
  // The names in braces are the row's own; all rows of one path agree on what is a number (a test holds that).
  const Route* naming = found != nullptr ? found : some;
  const auto names = text::split(naming->path.substr(1), '/');
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].front() != '{') continue;
    const std::string_view name = names[i].substr(1, names[i].size() - 2);
    if (is_number_parameter(name) && !is_plain_number(name, segments[i])) return {};
    match.values.emplace_back(name, std::string(segments[i]));
  }
  match.route = found;
  return match;
}

}  // namespace amends::web
