#include "core/base/base64.h"

#include <gtest/gtest.h>

#include "core/base/text.h"

namespace amends::text {
namespace {

TEST(Base64, VectorsOfRfc4648) {
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("Zg=="), "f");
  EXPECT_EQ(from_base64("Zm8="), "fo");
  EXPECT_EQ(from_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(from_base64url("Zg"), "f");
  EXPECT_EQ(from_base64url("Zg=="), "f");
}

TEST(Base64, EveryByteComesBack) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (std::size_t cut = 0; cut < 4; ++cut) {
    const std::string some = all.substr(cut);
    EXPECT_EQ(from_base64(to_base64(some)), some);
    EXPECT_EQ(from_base64url(to_base64url(some)), some);
  }
}

TEST(Base64, OneTextHasOneSpelling) {
  for (const char* bad : {"Zg", "Zg=", "Zh==", "Zm9=", "Zm9vYg==\n", "Zm 8=", "Z===", "=", "====", "Zm8-", "Zm9_"}) {
    EXPECT_EQ(from_base64(bad), std::nullopt) << bad;
  }
  for (const char* bad : {"Zg=", "Zh", "Z", "Zm8+", "Zm9/", "Zm9vY"})
    EXPECT_EQ(from_base64url(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace amends::text
