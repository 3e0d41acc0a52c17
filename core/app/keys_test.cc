#include "core/app/keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/base/text.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

TEST(Keys, AreMadeOnceAndReadBack) {
  const test::TempFolder folder;
  const auto made = load_or_make_keys(folder.path());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->installation.reveal().size(), 32u);
  ASSERT_EQ(made->seal.size(), 1u);
  const auto again = load_or_make_keys(folder.path());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->installation.reveal(), made->installation.reveal());
  EXPECT_EQ(again->seal.at(1).reveal(), made->seal.at(1).reveal());
  EXPECT_NE(made->seal.at(1).reveal(), made->installation.reveal());
}

TEST(Keys, AnOlderProgramsFileKeepsItsKeyAndGetsASealingKeyBesideIt) {
  const test::TempFolder folder;
  const std::string older = "0123456789abcdef0123456789ABCDE\n";
  ASSERT_EQ(older.size(), 32u);
  test::write_file(key_file(folder.path()), older);
  chmod(key_file(folder.path()).c_str(), 0600);
  const auto keys = load_or_make_keys(folder.path());
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->installation.reveal(), older);
  EXPECT_EQ(keys->seal.size(), 1u);
  EXPECT_EQ(load_or_make_keys(folder.path())->seal.at(1).reveal(), keys->seal.at(1).reveal());
  EXPECT_EQ(load_or_make_keys(folder.path())->installation.reveal(), older);
}

TEST(Keys, SeveralVersionsAreKept) {
  const test::TempFolder folder;
  auto keys = *load_or_make_keys(folder.path());
  keys.seal.emplace(12, Secret(std::string(32, 'k')));
  ASSERT_TRUE(write_keys(folder.path(), keys));
  const auto read = load_or_make_keys(folder.path());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seal.size(), 2u);
  EXPECT_EQ(read->seal.at(12).reveal(), std::string(32, 'k'));
}

TEST(Keys, AFileThatOthersCanReadIsRefused) {
  const test::TempFolder folder;
  ASSERT_TRUE(load_or_make_keys(folder.path()));
  for (const mode_t lax : {0644, 0640, 0604, 0660, 0602}) {
    chmod(key_file(folder.path()).c_str(), lax);
    EXPECT_EQ(load_or_make_keys(folder.path()).error().kind, Kind::invalid) << std::oct << lax;
  }
  for (const mode_t strict : {0600, 0400}) {
    chmod(key_file(folder.path()).c_str(), strict);
    EXPECT_TRUE(load_or_make_keys(folder.path())) << std::oct << strict;
  }
}

TEST(Keys, AFileThatWasCutOrChangedAnywhereIsRefused) {
  const test::TempFolder folder;
  ASSERT_TRUE(load_or_make_keys(folder.path()));
  const std::string path = key_file(folder.path());
  const std::string whole = test::read_file(path);
  const auto refused = [&](const std::string& bytes) {
    test::write_file(path, bytes);
    const auto keys = load_or_make_keys(folder.path());
    return !keys && keys.error().kind == Kind::corrupt && test::read_file(path) == bytes;
  };
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(refused(whole.substr(0, size))) << size;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_TRUE(refused(changed)) << at;
  }
  EXPECT_TRUE(refused(whole + "\n"));
  EXPECT_TRUE(refused(std::string(100'000, 'x')));
  test::write_file(path, whole);
  EXPECT_TRUE(load_or_make_keys(folder.path()));
}

}  // namespace
}  // namespace amends::app
