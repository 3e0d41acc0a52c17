#include "core/people/passwords.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace amends::people {
namespace {

const std::vector<std::string> kAda = {"ada.lovelace", "ada@coffee-and-more.example", "Ada Lovelace", "Café Engine",
                                       "cafe"};

std::string verdict(const std::string& password) {
  const auto done = check_new_password(Secret(password), kAda);
  return done ? "" : done.error().what;
}

TEST(Passwords, LengthIsWhatCountsAndNoKindOfCharacterIsDemanded) {
  for (const std::string& good : {std::string("correct horse staple"), std::string("          leading space"),
                                  std::string("zzyzx road to barstow"), std::string("8316 4409 7725"),
                                  std::string("vowel-kettle-brim-ox"), std::string("ein Igel im Winterschlaf"),
                                  std::string("ñandú über ørsted"), std::string("correct horse battery stapler")}) {
    EXPECT_EQ(verdict(good), "") << good;
  }
  std::string emoji;
  for (int i = 0; i < 64; ++i) emoji += "\xF0\x9F\x98\x80";
  EXPECT_EQ(verdict(emoji), "");
}

TEST(Passwords, TooShortTooLongAndNulAreRefused) {
  EXPECT_EQ(verdict(""), "password: shorter than 12 characters");
  EXPECT_EQ(verdict("gq7#kd02wpx"), "password: shorter than 12 characters");
  EXPECT_EQ(verdict("ñññ€€€😀😀😀xy"), "password: shorter than 12 characters");
  EXPECT_EQ(verdict("gq7#kd02wpxm"), "");
  std::string longest;
  while (longest.size() < kMostBytes) longest += static_cast<char>('a' + (longest.size() * longest.size() / 7) % 26);
  EXPECT_EQ(verdict(longest), "");
  EXPECT_EQ(verdict(longest + "x"), "password: longer than 1,024 bytes");
  EXPECT_EQ(verdict(std::string(1 << 20, 'a')), "password: longer than 1,024 bytes");
  EXPECT_EQ(verdict(std::string("correct horse\0battery", 21)), "password: holds a NUL character");
}

TEST(Passwords, WhatEverybodyTriesFirstIsRefused) {
  for (const char* bad : {"password1234",
                          "Password1234!",
                          "P4$$w0rd20261121",
                          "passw0rd-2026!!",
                          "passwordpassword",
                          "123456789012",
                          "1234567890123",
                          "qwertyuiop123",
                          "qwertyuiop[]",
                          "qwertyuiopas",
                          "aaaaaaaaaaaa",
                          "abcabcabcabc",
                          "abcdefghijkl",
                          "zyxwvutsrqpo",
                          "letmein!!!!!!",
                          "welcome20262026",
                          "!!!iloveyou!!!",
                          "1qaz2wsx3edc4rfv",
                          "administrator",
                          "changeme12345",
                          "correcthorsebatterystaple",
                          "Correct Horse Battery Staple",
                          "12341234123412",
                          "summer2026!!",
                          "Passwort1234",
                          "mypassword123",
                          "monkeymonkey",
                          "hunter2hunter2"}) {
    EXPECT_EQ(verdict(bad), "password: among the first that everybody tries") << bad;
  }
}

TEST(Passwords, WhatIsMadeOfOnesOwnNamesIsRefused) {
  for (const char* bad : {"adalovelace1815", "Ada.Lovelace!!", "lovelace-2026!", "CaféEngine2026", "coffeeandmore#1",
                          "ada@coffee-and-more.example", "2026lovelace11", "engineengine1"}) {
    EXPECT_EQ(verdict(bad), "password: made of your name, address or brand") << bad;
  }
  EXPECT_EQ(verdict("lovelace wrote the first program"), "");
}

TEST(Passwords, TheListIsLookedUpWhole) {
  EXPECT_TRUE(is_common_password("password"));
  EXPECT_TRUE(is_common_password("123456"));
  EXPECT_FALSE(is_common_password("Password"));
  EXPECT_FALSE(is_common_password(""));
  EXPECT_FALSE(is_common_password("passwor"));
}

// Whatever bytes come, there is an answer, and it holds the limits.
TEST(Passwords, AnyBytesGetAnAnswerWithinTheLimits) {
  rc::check([](const std::string& bytes) {
    const auto done = check_new_password(Secret(bytes), kAda);
    if (!done) {
      RC_ASSERT(done.error().kind == Kind::invalid);
      return;
    }
    RC_ASSERT(bytes.size() >= kFewestCharacters);
    RC_ASSERT(bytes.size() <= kMostBytes);
    RC_ASSERT(bytes.find('\0') == std::string::npos);
  });
}

}  // namespace
}  // namespace amends::people
