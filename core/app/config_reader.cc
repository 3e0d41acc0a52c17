#include "core/app/config_reader.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <utility>

namespace amends::app {
namespace {

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "text";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number with a fraction";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time: return "a date or time";
    case toml::node_type::none: break;
  }
  return "nothing";
}

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row[b.size()];
}

}  // namespace

std::string place_of(std::string_view file, const toml::source_region& region) {
  std::string out(file);
  if (region.begin.line != 0) {
    out += ":" + std::to_string(region.begin.line) + ":" + std::to_string(region.begin.column);
  }
  return out;
}

std::string nearest(std::string_view word, const std::set<std::string, std::less<>>& known) {
  std::string best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : known) {
    if (const std::size_t d = distance(word, candidate); d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

Error TableReader::error_at(const toml::node* node, const std::string& what, std::string hint) const {
  return fail(Kind::invalid, place_of(file_, node->source()) + ": " + what, std::move(hint));
}

Error TableReader::error_at(std::string_view key, const std::string& what, std::string hint) const {
  const toml::node* found = table_.get(key);
  return error_at(found == nullptr ? &table_ : found, what, std::move(hint));
}

Error TableReader::wrong_kind(std::string_view key, const toml::node& found, std::string_view wanted) const {
  return error_at(&found, where_ + " " + std::string(key) + " takes " + std::string(wanted) + ", not " +
                              std::string(kind_of(found)));
}

const toml::node* TableReader::node(std::string_view key) {
  know(key);
  return table_.get(key);
}

Result<std::string> TableReader::text(std::string_view key, std::string fallback) {
  const toml::node* found = node(key);
  if (found == nullptr) return fallback;
  if (const auto* value = found->as_string()) return value->get();
  return wrong_kind(key, *found, "text in quotes");
}

Result<std::int64_t> TableReader::number(std::string_view key, std::int64_t fallback, std::int64_t low,
                                         std::int64_t high) {
  const toml::node* found = node(key);
  if (found == nullptr) return fallback;
  const auto* value = found->as_integer();
  if (value == nullptr) return wrong_kind(key, *found, "a whole number");
  if (value->get() < low || value->get() > high) {
    return error_at(found, where_ + " " + std::string(key) + " takes a number from " + std::to_string(low) + " to " +
                               std::to_string(high));
  }
  return value->get();
}

Result<bool> TableReader::flag(std::string_view key, bool fallback) {
  const toml::node* found = node(key);
  if (found == nullptr) return fallback;
  if (const auto* value = found->as_boolean()) return value->get();
  return wrong_kind(key, *found, "true or false");
}

Result<std::vector<std::string>> TableReader::list(std::string_view key) {
  std::vector<std::string> out;
  const toml::node* found = node(key);
  if (found == nullptr) return out;
  const auto* array = found->as_array();
  if (array == nullptr) return wrong_kind(key, *found, "a list of texts");
  for (const auto& element : *array) {
    const auto* value = element.as_string();
    if (value == nullptr) return wrong_kind(key, element, "a list of texts");
    out.push_back(value->get());
  }
  return out;
}

Result<const toml::table*> TableReader::table(std::string_view key) {
  const toml::node* found = node(key);
  if (found == nullptr) return static_cast<const toml::table*>(nullptr);
  if (const auto* value = found->as_table()) return value;
  return wrong_kind(key, *found, "a table, written [" + std::string(key) + "]");
}

Result<std::vector<const toml::table*>> TableReader::tables(std::string_view key) {
  std::vector<const toml::table*> out;
  const toml::node* found = node(key);
  if (found == nullptr) return out;
  const std::string wanted = "tables, each written [[" + std::string(key) + "]]";
  const auto* array = found->as_array();
  if (array == nullptr) return wrong_kind(key, *found, wanted);
  for (const auto& element : *array) {
    const auto* value = element.as_table();
    if (value == nullptr) return wrong_kind(key, element, wanted);
    out.push_back(value);
  }
  return out;
}

Result<Done> TableReader::finish() const {
  for (const auto& [key, value] : table_) {
    if (known_.find(key.str()) != known_.end()) continue;
    const std::string near = nearest(key.str(), known_);
    return fail(Kind::invalid,
                place_of(file_, key.source()) + ": " + where_ + " has no key \"" + std::string(key.str()) + "\"" +
                    (near.empty() ? "" : "; did you mean \"" + near + "\"?"),
                "packaging/amends.toml describes every key");
  }
  return Done{};
}

std::string absolute(const std::string& path, const std::string& folder) {
  const std::filesystem::path p(path);
  if (path.rfind("~/", 0) == 0) {
    const char* home = std::getenv("HOME");
    return (home == nullptr ? "" : home) + path.substr(1);
  }
  return p.is_absolute() || folder.empty() ? path : (std::filesystem::path(folder) / p).lexically_normal().string();
}

}  // namespace amends::app
