// tests/coverage.md lists every claim the product answers for; each row names the test that proves it, or "not yet".
// Here the list is checked against itself and against the sources.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/support.h"

namespace amends {
namespace {

namespace fs = std::filesystem;

struct Row {
  std::string id, claim, test;
};

std::string trimmed(const std::string& s) {
  const auto from = s.find_first_not_of(" \t"), to = s.find_last_not_of(" \t");
  return from == s.npos ? "" : s.substr(from, to - from + 1);
}

std::vector<Row> rows() {
  static const std::regex kRow(R"(^\| (\d-\d\d) \|([^|]*)\|([^|]*)\|\s*$)");
  std::vector<Row> out;
  std::istringstream in(test::read_file(std::string(AMENDS_TEST_FOLDER) + "/coverage.md"));
  for (std::string line; std::getline(in, line);) {
    std::smatch found;
    if (std::regex_match(line, found, kRow)) out.push_back({found[1], trimmed(found[2]), trimmed(found[3])});
  }
  return out;
}

// "Suite.Name" of every test in the sources.
std::set<std::string> tests_in_sources() {
  static const std::regex kTest(R"((?:TEST|TEST_F|TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\(\s*(\w+),\s*(\w+))");
  std::set<std::string> out;
  for (const char* folder : {"core", "connectors", "plugins", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(AMENDS_SOURCE_FOLDER) / folder)) {
      if (!entry.is_regular_file() || entry.path().extension() != ".cc") continue;
      const std::string text = test::read_file(entry.path());
      for (std::sregex_iterator it(text.begin(), text.end(), kTest), end; it != end; ++it) {
        out.insert((*it)[1].str() + "." + (*it)[2].str());
      }
    }
  }
  return out;
}

TEST(Coverage, ListsEveryClaimOnceAndInOrder) {
  // How many claims each of the five sources makes.
  constexpr int kClaims[] = {48, 24, 21, 28, 15};
  std::vector<std::string> expected;
  for (int source = 0; source < 5; ++source) {
    for (int claim = 1; claim <= kClaims[source]; ++claim) {
      expected.push_back(std::to_string(source) + "-" + (claim < 10 ? "0" : "") + std::to_string(claim));
    }
  }
  std::vector<std::string> listed;
  for (const Row& row : rows()) listed.push_back(row.id);
  EXPECT_EQ(listed, expected);
}

TEST(Coverage, EveryRowSaysSomething) {
  for (const Row& row : rows()) {
    EXPECT_GE(row.claim.size(), 20u) << row.id;
    EXPECT_FALSE(row.test.empty()) << row.id;
  }
}

TEST(Coverage, EveryTestThatIsNamedExists) {
  const auto known = tests_in_sources();
  ASSERT_GT(known.size(), 100u);
  static const std::regex kName(R"(`(\w+\.\w+)`)");
  for (const Row& row : rows()) {
    if (row.test == "not yet") continue;
    std::size_t named = 0;
    for (std::sregex_iterator it(row.test.begin(), row.test.end(), kName), end; it != end; ++it) {
      ++named;
      EXPECT_EQ(known.count((*it)[1]), 1u) << row.id << " names " << (*it)[1];
    }
    EXPECT_GT(named, 0u) << row.id << " names no test and isn't \"not yet\": " << row.test;
  }
}

}  // namespace
}  // namespace amends
