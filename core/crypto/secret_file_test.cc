#include "core/crypto/secret_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/support.h"

namespace amends::crypto {
namespace {

class SecretFileTest : public ::testing::Test {
 protected:
  SecretFileTest() {
    write(folder_ / "key", std::string(64, 'a') + "\n");
    write(folder_ / "other", std::string(64, 'b') + "\n");
  }
  static void write(const std::string& path, const std::string& bytes, mode_t mode = 0600) {
    test::write_file(path, bytes);
    ::chmod(path.c_str(), mode);
  }
  FileSecret key(const char* name = "key") { return *FileSecret::from_key_file(folder_ / name); }
  Result<Done> seal(const std::string& bytes) {
    TRY(auto out, SecretWriter::create(folder_ / "box", key()));
    TRY_DO(out->write(bytes));
    return out->finish();
  }
  Result<std::string> open(const char* secret = "key") {
    TRY(auto in, SecretReader::open(folder_ / "box", key(secret)));
    std::string all;
    for (;;) {
      TRY(const std::string more, in->read(10'000));
      if (more.empty()) return all;
      all += more;
    }
  }
  Kind kind() {
    const auto out = open();
    return out ? Kind::internal : out.error().kind;
  }
  test::TempFolder folder_;
};

TEST_F(SecretFileTest, GivesBackWhatWasPutInWhateverItsLength) {
  for (const std::size_t size : {0u, 1u, 65'535u, 65'536u, 65'537u, 300'000u}) {
    std::filesystem::remove(folder_ / "box");
    std::string bytes(size, 'x');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 / 7);
    ASSERT_TRUE(seal(bytes));
    const auto got = open();
    ASSERT_TRUE(got) << got.error().what;
    EXPECT_EQ(*got, bytes);
    if (size < 64) continue;
    EXPECT_EQ(test::read_file(folder_ / "box").find(bytes.substr(0, 64)), std::string::npos);
  }
}

TEST_F(SecretFileTest, EveryCutIsSeen) {
  ASSERT_TRUE(seal(std::string(200'000, 'y')));
  const std::string whole = test::read_file(folder_ / "box");
  for (const std::size_t at : {9ul, 95ul, 96ul, 97ul, 96 + 65'553ul, 96 + 65'553ul + 1, 150'000ul, whole.size() - 1}) {
    test::write_file(folder_ / "box", whole.substr(0, at));
    EXPECT_EQ(kind(), Kind::corrupt) << at;
  }
}

TEST_F(SecretFileTest, EveryChangeIsSeenWhereverItIs) {
  ASSERT_TRUE(seal(std::string(150'000, 'z')));
  const std::string whole = test::read_file(folder_ / "box");
  for (std::size_t at = 0; at < whole.size(); at += at < 100 ? 1 : 4'001) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    test::write_file(folder_ / "box", changed);
    EXPECT_FALSE(open()) << at;
  }
  // Chunks in another order, one twice, something behind the end.
  const std::size_t chunk = 65'536 + 17;
  for (const std::string& changed :
       {whole.substr(0, 96) + whole.substr(96 + chunk, chunk) + whole.substr(96, chunk) + whole.substr(96 + 2 * chunk),
        whole.substr(0, 96 + chunk) + whole.substr(96), whole + "x"}) {
    test::write_file(folder_ / "box", changed);
    EXPECT_EQ(kind(), Kind::corrupt);
  }
}

TEST_F(SecretFileTest, AnotherKeyIsToldFromDamage) {
  ASSERT_TRUE(seal("hello"));
  const auto other = open("other");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, Kind::unauthorized);
}

TEST_F(SecretFileTest, APassphraseOpensWhatItClosedAndNoKeyDoes) {
  const auto secret = FileSecret::of_passphrase(Secret("correct horse battery staple"));
  ASSERT_TRUE(secret);
  auto out = SecretWriter::create(folder_ / "box", *secret);
  ASSERT_TRUE(out) << out.error().what;
  ASSERT_TRUE((*out)->write("hello"));
  ASSERT_TRUE((*out)->finish());
  auto in = SecretReader::open(folder_ / "box", *secret);
  ASSERT_TRUE(in);
  EXPECT_EQ(*(*in)->read_exactly(5), "hello");
  EXPECT_EQ((*in)->read_exactly(1).error().kind, Kind::corrupt);
  EXPECT_EQ(kind(), Kind::unauthorized);
  EXPECT_EQ(FileSecret::of_passphrase(Secret("short")).error().kind, Kind::invalid);
}

TEST_F(SecretFileTest, NothingBearsTheNameBeforeItIsWholeAndNothingIsOverwritten) {
  {
    auto out = SecretWriter::create(folder_ / "box", key());
    ASSERT_TRUE(out);
    ASSERT_TRUE((*out)->write(std::string(100'000, 'q')));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "box"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "box.part"));
  ASSERT_TRUE(seal("one"));
  EXPECT_EQ(seal("two").error().kind, Kind::conflict);
  EXPECT_EQ(*open(), "one");
}

TEST_F(SecretFileTest, SecretsThatOthersCanReadOrThatAreNoneAreRefused) {
  write(folder_ / "lax", std::string(64, 'a'), 0644);
  EXPECT_EQ(FileSecret::from_key_file(folder_ / "lax").error().kind, Kind::invalid);
  write(folder_ / "odd", "hunter2");
  const auto odd = FileSecret::from_key_file(folder_ / "odd");
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().what.find("hunter2"), std::string::npos);
  EXPECT_EQ(FileSecret::from_passphrase_file(folder_ / "absent").error().kind, Kind::not_found);
  test::write_file(folder_ / "box", "From: somebody\n\nno backup");
  EXPECT_EQ(kind(), Kind::invalid);
}

}  // namespace
}  // namespace amends::crypto
