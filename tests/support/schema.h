// The program's schema, read from the source tree, for tests of single stages: Options{path, all_migrations()}.
#pragma once

#include <algorithm>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "core/store/database.h"
#include "tests/support/support.h"

namespace amends::test {

// core/app/schema/0003_identity.sql is migration 3, "identity". The texts live until the program ends.
inline std::vector<store::Migration> all_migrations() {
  static const auto* const texts = [] {
    struct Text {
      int version;
      std::string name, sql;
    };
    auto* read = new std::deque<Text>;
    for (const auto& entry : std::filesystem::directory_iterator(AMENDS_SOURCE_FOLDER "/core/app/schema")) {
      if (entry.path().extension() != ".sql") continue;
      const std::string stem = entry.path().stem().string();
      read->push_back({std::stoi(stem), stem.substr(stem.find('_') + 1), read_file(entry.path())});
    }
    std::sort(read->begin(), read->end(), [](const Text& a, const Text& b) { return a.version < b.version; });
    return read;
  }();
  std::vector<store::Migration> migrations;
  for (const auto& text : *texts) migrations.push_back({text.version, text.name, text.sql});
  return migrations;
}

}  // namespace amends::test
