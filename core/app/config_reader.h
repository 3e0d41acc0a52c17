// Reads one TOML table key by key and keeps account of what was read, so that at the end every key nobody asked for is
// an error with its place. Errors name keys, kinds and places; they never repeat a value.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/text.h"
#include "core/base/toml.h"
#include "core/model/words.h"

namespace amends::app {

class TableReader {
 public:
  // `where` is how errors call the table: "[hub]". Both are borrowed.
  TableReader(const toml::table& table, std::string_view file, std::string where)
      : table_(table), file_(file), where_(std::move(where)) {}

  Result<std::string> text(std::string_view key, std::string fallback);
  Result<std::int64_t> number(std::string_view key, std::int64_t fallback, std::int64_t low, std::int64_t high);
  Result<bool> flag(std::string_view key, bool fallback);
  Result<std::vector<std::string>> list(std::string_view key);
  // Null when absent.
  Result<const toml::table*> table(std::string_view key);
  Result<std::vector<const toml::table*>> tables(std::string_view key);
  // Null when absent; the key counts as read.
  const toml::node* node(std::string_view key);

  // Every key that was not asked for is an error, with the nearest of the known ones.
  Result<Done> finish() const;

  Error error_at(const toml::node* node, const std::string& what, std::string hint = {}) const;
  Error error_at(std::string_view key, const std::string& what, std::string hint = {}) const;
  Error error_here(const std::string& what, std::string hint = {}) const {
    return error_at(&table_, what, std::move(hint));
  }
  const toml::table& raw() const { return table_; }
  // Makes a key known to finish() and its suggestions without reading it.
  void know(std::string_view key) { known_.emplace(key); }

 private:
  Error wrong_kind(std::string_view key, const toml::node& found, std::string_view wanted) const;

  const toml::table& table_;
  std::string_view file_;
  std::string where_;
  std::set<std::string, std::less<>> known_;
};

// One word of a table of words.
template <std::size_t N, class Enum>
Result<Enum> choose(TableReader& table, std::string_view key, const model::Word<Enum> (&words)[N], Enum fallback) {
  TRY(const std::string name, table.text(key, std::string(model::name_in(words, fallback))));
  if (const auto value = model::value_in(words, name)) return *value;
  std::vector<std::string> names;
  for (const auto& word : words) names.emplace_back(word.name);
  return table.error_at(key, std::string(key) + " takes one of " + text::join(names, ", "));
}

// A path of the file as one that can be opened: "~/" is the home folder, else it starts at `folder`.
std::string absolute(const std::string& path, const std::string& folder);

// "file:line:column", or "file" for a node without a place.
std::string place_of(std::string_view file, const toml::source_region& region);

// The known word nearest to `word`, "" when none is near enough to be meant.
std::string nearest(std::string_view word, const std::set<std::string, std::less<>>& known);

}  // namespace amends::app
