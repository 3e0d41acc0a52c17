#include "core/crypto/seal.h"

#include <gtest/gtest.h>

#include <set>

#include "core/crypto/random.h"

namespace amends::crypto {
namespace {

constexpr SealPlace kPlace{"webhook", "sealed_secret", 7, BrandId{2}};

class Seal : public ::testing::Test {
 protected:
  Seal() { keys_.add(1, Secret(random_bytes(kSealKeyBytes))); }
  SealKeys keys_;
};

TEST_F(Seal, OpensWhereItWasSealedAndHidesWhatItHolds) {
  const auto sealed = seal(keys_, kPlace, Secret("canary-secret"));
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->rfind("s1.1.", 0), 0u);
  EXPECT_EQ(sealed->find("canary"), std::string::npos);
  EXPECT_EQ(open_sealed(keys_, kPlace, *sealed)->reveal(), "canary-secret");
  EXPECT_NE(*sealed, *seal(keys_, kPlace, Secret("canary-secret")));
  EXPECT_EQ(sealed_version(*sealed), 1);
}

TEST_F(Seal, NothingAndMuchAreSealedAlike) {
  const std::string bytes = random_bytes(100'000) + std::string("\0\xff", 2);
  EXPECT_EQ(open_sealed(keys_, kPlace, *seal(keys_, kPlace, Secret(bytes)))->reveal(), bytes);
  EXPECT_EQ(open_sealed(keys_, kPlace, *seal(keys_, kPlace, Secret("")))->reveal(), "");
}

TEST_F(Seal, AnythingCopiedElsewhereStaysShut) {
  const std::string sealed = *seal(keys_, kPlace, Secret("token"));
  const SealPlace elsewhere[] = {
      {"webhooks", "sealed_secret", 7, BrandId{2}}, {"webhook", "sealed_other", 7, BrandId{2}},
      {"webhook", "sealed_secret", 8, BrandId{2}},  {"webhook", "sealed_secret", 7, BrandId{3}},
      {"webhook", "sealed_secret", 7, {}},          {"webhooks", "ealed_secret", 7, BrandId{2}}};
  for (const SealPlace& place : elsewhere) {
    EXPECT_EQ(open_sealed(keys_, place, sealed).error().kind, Kind::corrupt)
        << place.table << "." << place.column << " " << place.row << " " << place.brand.value;
  }
}

TEST_F(Seal, AnyFlippedBitAndAnyCutKeepsItShut) {
  const std::string sealed = *seal(keys_, kPlace, Secret("a token of some length"));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = sealed;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      EXPECT_FALSE(open_sealed(keys_, kPlace, changed)) << at << " " << bit;
    }
    EXPECT_FALSE(open_sealed(keys_, kPlace, sealed.substr(0, at)));
  }
  EXPECT_FALSE(open_sealed(keys_, kPlace, sealed + "A"));
  EXPECT_FALSE(open_sealed(keys_, kPlace, sealed + "="));
}

TEST_F(Seal, OldVersionsOpenAndTheNewestSeals) {
  const std::string old = *seal(keys_, kPlace, Secret("old"));
  keys_.add(2, Secret(random_bytes(kSealKeyBytes)));
  const std::string fresh = *seal(keys_, kPlace, Secret("new"));
  EXPECT_EQ(sealed_version(fresh), 2);
  EXPECT_EQ(open_sealed(keys_, kPlace, old)->reveal(), "old");
  EXPECT_EQ(open_sealed(keys_, kPlace, fresh)->reveal(), "new");
  keys_.drop(1);
  EXPECT_EQ(open_sealed(keys_, kPlace, old).error().kind, Kind::invalid);
  EXPECT_EQ(keys_.versions(), std::vector<int>{2});
}

// The version is under the tag: a text that claims another key doesn't open with it, even if it were the same key.
TEST_F(Seal, TheVersionIsPartOfThePlace) {
  keys_.add(2, *keys_.find(1));
  std::string sealed = *seal(keys_, kPlace, Secret("token"));
  ASSERT_EQ(sealed.rfind("s1.2.", 0), 0u);
  sealed[3] = '1';
  EXPECT_EQ(open_sealed(keys_, kPlace, sealed).error().kind, Kind::corrupt);
}

TEST_F(Seal, WhatIsNoSealedTextIsRefused) {
  for (const char* text : {"", "s1.", "s1.1", "s1.1.", "s1..AAAA", "s1.-1.AAAA", "s1.01.AAAA", "s2.1.AAAA", "plain",
                           "s1.99999999999.AAAA", "s1.1.AAAA"}) {
    EXPECT_EQ(open_sealed(keys_, kPlace, text).error().kind, Kind::corrupt) << text;
  }
  EXPECT_EQ(seal(SealKeys(), kPlace, Secret("x")).error().kind, Kind::internal);
}

}  // namespace
}  // namespace amends::crypto
