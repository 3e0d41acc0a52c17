#include "core/base/text.h"
#include "core/crypto/base32.h"
#include "core/crypto/digest.h"
#include "core/crypto/hmac.h"
#include "core/crypto/random.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace amends::crypto {
namespace {

TEST(Digest, AgreesWithTheVectorsOfFips180) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, InPiecesIsTheSameAsInOne) {
  const std::string bytes(100'003, 'x');
  Sha256Stream stream;
  for (std::size_t at = 0; at < bytes.size(); at += 777) stream.add(std::string_view(bytes).substr(at, 777));
  EXPECT_EQ(stream.finish(), sha256(bytes));
}

TEST(Digest, EveryThreadHasItsOwnContext) {
  const auto expected = sha256("the same");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) ASSERT_EQ(sha256("the same"), expected);
    });
  }
  for (auto& t : threads) t.join();
}

// The vectors of the SipHash paper: key 00..0f, input 00, 01, 02, ….
TEST(Digest, SipHashAgreesWithItsPaper) {
  const SipKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string input;
  EXPECT_EQ(siphash(key, input), 0x726fdb47dd0e0e31u);
  for (char c = 0; c < 15; ++c) input += c;
  EXPECT_EQ(siphash(key, input), 0xa129ca6149be45e5u);
}

TEST(Hmac, AgreesWithRfc4231) {
  EXPECT_EQ(text::to_hex(bytes_of(hmac_sha256(std::string(20, '\x0b'), "Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(text::to_hex(bytes_of(hmac_sha256("Jefe", "what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(text::to_hex(bytes_of(
                hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, AnEmptyKeyIsNotTheKeyOfLastTime) {
  const auto empty = hmac_sha256(std::string_view{}, "x");
  (void)hmac_sha256(std::string_view("another"), "x");
  EXPECT_EQ(hmac_sha256(std::string_view{}, "x"), empty);
}

TEST(Hmac, ComparisonTellsApart) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
}

TEST(Hmac, LabelsGiveDifferentKeys) {
  const Secret master("m");
  EXPECT_NE(derive_key(master, "reply addresses").reveal(), derive_key(master, "sealing").reveal());
}

TEST(Base32, AgreesWithRfc4648InLowerCaseWithoutPadding) {
  EXPECT_EQ(to_base32(""), "");
  EXPECT_EQ(to_base32("f"), "my");
  EXPECT_EQ(to_base32("foobar"), "mzxw6ytboi");
  EXPECT_EQ(from_base32("MZXW6YTBOI"), "foobar");
}

TEST(Base32, RefusesWhatItWouldNotWrite) {
  EXPECT_FALSE(from_base32("m!"));
  EXPECT_FALSE(from_base32("mz"));   // spare bits set
  EXPECT_FALSE(from_base32("mzx"));  // no number of bytes is that long
  EXPECT_FALSE(number_from_base32(""));
  EXPECT_FALSE(number_from_base32("8"));
  EXPECT_FALSE(number_from_base32(std::string(14, '7')));
}

TEST(Base32, AnyBytesAndNumbersComeBack) {
  for (std::size_t n = 0; n < 40; ++n) {
    const auto bytes = random_bytes(n);
    EXPECT_EQ(from_base32(to_base32(bytes)), bytes);
    const auto number = random_number() >> n;
    EXPECT_EQ(number_from_base32(number_to_base32(number)), number);
  }
}

TEST(Random, TokensDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_token());
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_EQ(random_token().size(), 52u);
}

}  // namespace
}  // namespace amends::crypto
