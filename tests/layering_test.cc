// The shape of the house, held as tables: who may include whom, and a few rules of HACKING.md that a machine can see.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/support.h"

namespace amends {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

// A folder of core/ and the others it stands on; each may always include itself. Stages (those that stand on store) see
// no other stage: they talk through model values and ids, and only app knows their order.
const std::map<std::string, Names> kArrows = {
    {"base", {}},
    {"model", {"base"}},
    {"crypto", {"base"}},
    {"net", {"base"}},
    {"http", {"base"}},
    {"html", {"base"}},
    {"mime", {"base", "model", "html"}},
    {"channel", {"base", "model", "net", "crypto"}},
    {"store", {"base", "model", "crypto"}},
    {"ingest", {"base", "model", "crypto", "store", "channel"}},
    {"identity", {"base", "model", "crypto", "store"}},
    {"thread", {"base", "model", "crypto", "store"}},
    {"timeline", {"base", "model", "crypto", "store"}},
    {"search", {"base", "model", "crypto", "store"}},
    {"inbox", {"base", "model", "crypto", "store"}},
    {"compose", {"base", "model", "crypto", "store", "mime", "html"}},
    {"outbox", {"base", "model", "crypto", "store", "channel"}},
    {"events", {"base", "model", "store"}},
    {"people", {"base", "model", "crypto", "store"}},
    {"audit", {"base", "model", "crypto", "store"}},
    {"erasure", {"base", "model", "crypto", "store"}},
    {"webhook", {"base", "model", "crypto", "store"}},
    {"plugin", {"base"}},
    {"app", {"base",    "model",  "crypto",   "net",    "html",     "mime",   "channel",
             "store",   "ingest", "identity", "thread", "timeline", "search", "inbox",
             "compose", "outbox", "people",   "audit",  "erasure",  "events", "webhook"}},
    {"web", {"base",   "model",    "crypto",  "html",     "mime",    "http",  "channel", "store",
             "ingest", "identity", "thread",  "timeline", "search",  "inbox", "compose", "outbox",
             "people", "audit",    "erasure", "events",   "webhook", "app",   "plugin"}},
    {"main", {"base",   "model",    "crypto", "net",      "html",   "mime",  "http",    "channel", "store",
              "ingest", "identity", "thread", "timeline", "search", "inbox", "compose", "outbox",  "people",
              "audit",  "erasure",  "events", "webhook",  "app",    "web",   "plugin"}},
};
const Names kConnectorsSee = {"base", "model", "crypto", "net", "mime", "html", "channel"};
const Names kPluginsSee = {"base", "model", "plugin"};
// All that a channel of others sees, in whatever language.
constexpr const char* kPluginAbi = "core/channel/plugin_abi.h";

// Past 500 lines a file hides a second noun. Tables of words are as long as the world is.
constexpr std::size_t kMostLines = 500;
constexpr std::size_t kMostLinesOfATest = 900;
const Names kTablesOfWords = {"core/mime/reply_quote_words.cc", "core/html/entity_table.cc", "core/identity/words.cc",
                              "core/people/common_passwords.cc"};

struct Source {
  std::string path;  // from the repository's root
  std::string text;

  std::string name() const { return path.substr(path.rfind('/') + 1); }
  bool is_header() const { return path.size() > 2 && path.substr(path.size() - 2) == ".h"; }
  bool is_test() const {
    // A connector's site, played, and its rig (cmake/Amends.cmake) belong to the tests.
    return name().find("_test") != std::string::npos || name().rfind("test_", 0) == 0 ||
           name().find("_rig.") != std::string::npos || name().rfind("fake_", 0) == 0 ||
           name().find("fixture") != std::string::npos || path.rfind("tests/", 0) == 0;
  }
  // "core/mime/mail.h" lies in {"core", "mime"}.
  std::string part(std::size_t n) const {
    std::istringstream in(path);
    std::string out;
    for (std::size_t i = 0; i <= n; ++i) std::getline(in, out, '/');
    return out;
  }
};

std::vector<Source> sources(const std::vector<std::string>& folders, const Names& suffixes) {
  const fs::path root = AMENDS_SOURCE_FOLDER;
  std::vector<Source> out;
  for (const auto& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    if (fs::is_regular_file(root / folder)) {
      out.push_back({folder, test::read_file(root / folder)});
      continue;
    }
    for (fs::recursive_directory_iterator it(root / folder), end; it != end; ++it) {
      const fs::directory_entry& entry = *it;
      // What npm puts beside the sources of a page while one works on it.
      if (entry.is_directory() && entry.path().filename() == "node_modules") it.disable_recursion_pending();
      const std::string suffix = entry.path().extension().string();
      if (!entry.is_regular_file() || (!suffixes.empty() && suffixes.count(suffix) == 0)) continue;
      out.push_back({fs::relative(entry.path(), root).generic_string(), test::read_file(entry.path())});
    }
  }
  std::sort(out.begin(), out.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
  return out;
}

std::vector<Source> code(const std::vector<std::string>& folders = {"core", "connectors", "plugins"}) {
  return sources(folders, {".h", ".cc", ".c"});
}

std::vector<std::string> includes_of(const Source& source) {
  static const std::regex kInclude("^\\s*#\\s*include\\s+\"([^\"]+)\"");
  std::vector<std::string> out;
  std::istringstream in(source.text);
  for (std::string line; std::getline(in, line);) {
    std::smatch found;
    if (std::regex_search(line, found, kInclude)) out.push_back(found[1]);
  }
  return out;
}

// Why this include must not be; "" when it may.
std::string wrong_include(const Source& source, const std::string& target) {
  if (target.rfind("tests/", 0) == 0) return source.is_test() ? "" : "only tests include tests";
  const Source to{target, ""};
  const std::string from_top = source.part(0), from = source.part(1), to_top = to.part(0), onto = to.part(1);
  if (target.find('/') == target.npos) return "is not named from the repository's root";
  if (from_top == to_top && from == onto) return "";
  if (from_top == "connectors" && to_top == from_top && onto == "common") return "";
  if (to_top != "core") return to_top + "/ is above or beside it";
  if (from_top == "core") {
    const auto arrows = kArrows.find(from);
    if (arrows == kArrows.end()) return "core/" + from + " has no row in the table";
    // A test may drive its folder through what stands below app.
    const bool by_table = arrows->second.count(onto) != 0;
    return by_table ? "" : "core/" + from + " does not stand on core/" + onto;
  }
  if (from_top == "plugins" && target == kPluginAbi) return "";
  const Names& seen = from_top == "connectors" ? kConnectorsSee : kPluginsSee;
  return seen.count(onto) != 0 ? "" : from_top + " do not see core/" + onto;
}

TEST(Layering, EveryIncludeFollowsTheArrows) {
  std::size_t seen = 0;
  for (const Source& source : code()) {
    for (const auto& target : includes_of(source)) {
      ++seen;
      const std::string wrong = wrong_include(source, target);
      EXPECT_EQ(wrong, "") << source.path << " includes " << target;
    }
  }
  EXPECT_GT(seen, 100u);
}

TEST(Layering, TheTableHasNoCircleAndNamesOnlyFoldersThatAre) {
  for (const auto& [folder, below] : kArrows) {
    EXPECT_TRUE(fs::exists(fs::path(AMENDS_SOURCE_FOLDER) / "core" / folder)) << folder;
    for (const auto& one : below) {
      ASSERT_EQ(kArrows.count(one), 1u) << one;
      EXPECT_EQ(kArrows.at(one).count(folder), 0u) << folder << " and " << one << " stand on each other";
    }
  }
}

TEST(Layering, RefusesWhatItShould) {
  EXPECT_NE(wrong_include({"core/base/text.cc", ""}, "core/model/item.h"), "");
  EXPECT_NE(wrong_include({"core/thread/a.cc", ""}, "core/identity/b.h"), "");
  EXPECT_NE(wrong_include({"connectors/file/a.cc", ""}, "core/store/database.h"), "");
  EXPECT_NE(wrong_include({"connectors/file/a.cc", ""}, "connectors/email/b.h"), "");
  EXPECT_EQ(wrong_include({"connectors/file/a.cc", ""}, "connectors/common/meta/b.h"), "");
  EXPECT_NE(wrong_include({"connectors/common/meta/a.cc", ""}, "connectors/file/b.h"), "");
  EXPECT_NE(wrong_include({"core/app/a.cc", ""}, "connectors/common/meta/b.h"), "");
  EXPECT_NE(wrong_include({"core/app/a.cc", ""}, "connectors/email/b.h"), "");
  EXPECT_NE(wrong_include({"core/app/a.cc", ""}, "config.h"), "");
  EXPECT_NE(wrong_include({"core/app/a.cc", ""}, "tests/support/support.h"), "");
  EXPECT_EQ(wrong_include({"core/app/a.cc", ""}, "core/thread/b.h"), "");
  EXPECT_EQ(wrong_include({"core/app/a_test.cc", ""}, "tests/support/support.h"), "");
  EXPECT_EQ(wrong_include({"connectors/file/file_rig.cc", ""}, "tests/support/rig.h"), "");
  EXPECT_EQ(wrong_include({"connectors/file/fake_file.h", ""}, "tests/support/site_fake.h"), "");
  EXPECT_NE(wrong_include({"connectors/file/wire.cc", ""}, "tests/support/site_fake.h"), "");
  EXPECT_EQ(wrong_include({"plugins/sample_c/a.c", ""}, "core/channel/plugin_abi.h"), "");
  EXPECT_NE(wrong_include({"plugins/sample_c/a.c", ""}, "core/channel/json.h"), "");
}

// What core wants to know of a channel is a column of its descriptor.
TEST(Layering, CoreNeverComparesAChannelsName) {
  Names channels;
  for (const auto& entry : fs::directory_iterator(fs::path(AMENDS_SOURCE_FOLDER) / "connectors")) {
    if (entry.is_directory()) channels.insert(entry.path().filename().string());
  }
  ASSERT_GE(channels.size(), 2u);
  static const std::regex kComparison(
      "(==|!=)\\s*\"([a-z_]+)\"|\"([a-z_]+)\"\\s*(==|!=)|find_channel\\(\"([a-z_]+)\"\\)");
  for (const Source& source : code({"core", "plugins"})) {
    if (source.is_test()) continue;
    for (std::sregex_iterator it(source.text.begin(), source.text.end(), kComparison), end; it != end; ++it) {
      for (const std::size_t group : {2u, 3u, 5u}) {
        EXPECT_EQ(channels.count((*it)[group]), 0u) << source.path << ": " << (*it)[0];
      }
    }
  }
}

TEST(Layering, HeadersSayWhatTheyAreFor) {
  for (const Source& source : code()) {
    if (!source.is_header()) continue;
    EXPECT_TRUE(source.text.rfind("//", 0) == 0 || source.text.rfind("/*", 0) == 0)
        << source.path << " does not open with a comment";
    if (source.path == kPluginAbi) continue;  // C compilers of others read it: it has a guard
    EXPECT_NE(source.text.find("#pragma once"), std::string::npos) << source.path;
  }
}

// Every file that includes such a header pays for it, and it is long. core/main is where JSON is written, and
// core/channel/json.h is how connectors read it, in their .cc files and in what only those include.
TEST(Layering, HeavyLibrariesStayOutOfHeaders) {
  for (const Source& source : code()) {
    if (!source.is_header() || source.part(1) == "main") continue;
    if (source.path == "core/channel/json.h") continue;
    if (source.part(0) == "core") {
      EXPECT_EQ(source.text.find("#include \"core/channel/json.h\""), std::string::npos) << source.path;
    }
    for (const char* heavy : {"nlohmann/json.hpp", "CLI/CLI.hpp", "gmime/", "unicode/"}) {
      EXPECT_EQ(source.text.find("#include <" + std::string(heavy)), std::string::npos) << source.path << ": " << heavy;
    }
  }
}

TEST(Layering, FilesStayReadable) {
  for (const Source& source : code({"core", "connectors", "plugins", "tests"})) {
    if (kTablesOfWords.count(source.path) != 0) continue;
    const auto lines = static_cast<std::size_t>(std::count(source.text.begin(), source.text.end(), '\n'));
    EXPECT_LE(lines, source.is_test() ? kMostLinesOfATest : kMostLines) << source.path << ": look for the second noun";
  }
}

TEST(Layering, NothingIsLeftForLater) {
  static const std::regex kLater("//\\s*(TODO|FIXME|XXX|HACK)\\b|\\bDISABLED_");
  for (const Source& source : code({"core", "connectors", "plugins", "tests", "packaging"})) {
    if (source.path == "tests/layering_test.cc") continue;
    const auto holds = [&](const char* word) { return source.text.find(word) != source.text.npos; };
    if (!holds("TODO") && !holds("FIXME") && !holds("XXX") && !holds("HACK") && !holds("DISABLED_")) continue;
    std::smatch found;
    EXPECT_FALSE(std::regex_search(source.text, found, kLater)) << source.path << ": " << found[0];
  }
}

TEST(Layering, NoMachineAndNoRegistryIsNamed) {
  const std::vector<std::string> hosts = {std::string("registry.") + "npmjs", std::string("deb.") + "debian.org",
                                          std::string("pypi.") + "org",       std::string("proxy.") + "golang",
                                          std::string("static.") + "crates",  std::string("registry.") + "yarnpkg"};
  // A path of somebody's machine, where a quote, space or the line's start stands before it.
  static const std::regex kMachinePath("(^|[\\s\"'`(=])/(home/[a-z]|root/|work/|workspace/|Users/)");
  const auto everything =
      sources({"core", "connectors", "plugins", "tests", "packaging", "cmake", "third_party", ".ci", "templates",
               "README.md", "HACKING.md", "CHANGELOG.md", "SECURITY.md", "CMakeLists.txt", "CMakePresets.json"},
              {});
  ASSERT_GT(everything.size(), 50u);
  for (const Source& source : everything) {
    if (source.path == "tests/layering_test.cc") continue;
    for (const auto& host : hosts) EXPECT_EQ(source.text.find(host), std::string::npos) << source.path << ": " << host;
    if (source.text.find("/home/") == source.text.npos && source.text.find("/root/") == source.text.npos &&
        source.text.find("/work") == source.text.npos && source.text.find("/Users/") == source.text.npos) {
      continue;
    }
    std::istringstream in(source.text);
    for (std::string line; std::getline(in, line);) {
      if (line.size() > 2'000) continue;  // no line of ours; a fixture
      EXPECT_FALSE(std::regex_search(line, kMachinePath)) << source.path << ": " << line;
    }
  }
}

}  // namespace
}  // namespace amends
