#include "core/crypto/totp.h"

#include <gtest/gtest.h>

namespace amends::crypto {
namespace {

const Secret kSecret("12345678901234567890");  // RFC 6238 appendix B, SHA-1

TEST(Totp, GivesTheNumbersOfTheStandard) {
  const struct {
    std::int64_t seconds;
    const char* code;
  } rows[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
              {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& row : rows) {
    const auto step = totp_step(Timestamp{row.seconds * 1000});
    EXPECT_EQ(totp_code(kSecret, step, 8), row.code);
    EXPECT_EQ(totp_code(kSecret, step), std::string(row.code).substr(2));
  }
  // RFC 4226 appendix D.
  EXPECT_EQ(totp_code(kSecret, 0), "755224");
  EXPECT_EQ(totp_code(kSecret, 9), "520489");
}

TEST(Totp, OneStepBesideCountsAndTwoDoNot) {
  const Timestamp now{1'767'258'000'000};
  const std::int64_t step = totp_step(now);
  for (const int off : {-1, 0, 1}) {
    EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, step + off), now, 0), step + off) << off;
  }
  for (const int off : {-3, -2, 2, 3}) {
    EXPECT_FALSE(match_totp(kSecret, totp_code(kSecret, step + off), now, 0)) << off;
  }
}

TEST(Totp, NoCodeCountsTwiceNorOneBeforeIt) {
  const Timestamp now{1'767'258'000'000};
  const std::int64_t step = totp_step(now);
  EXPECT_FALSE(match_totp(kSecret, totp_code(kSecret, step), now, step));
  EXPECT_FALSE(match_totp(kSecret, totp_code(kSecret, step - 1), now, step));
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, step + 1), now, step), step + 1);
}

TEST(Totp, WhatIsNoCodeIsWrong) {
  const Timestamp now{1'767'258'000'000};
  const std::string right = totp_code(kSecret, totp_step(now));
  for (const std::string& code : {std::string(), right.substr(1), right + "0", " " + right, std::string(6, 'a'),
                                  std::string(6, '\0'), totp_code(kSecret, totp_step(now), 8)}) {
    EXPECT_FALSE(match_totp(kSecret, code, now, 0)) << code;
  }
}

}  // namespace
}  // namespace amends::crypto
