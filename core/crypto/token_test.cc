#include "core/crypto/token.h"

#include <gtest/gtest.h>

namespace amends::crypto {
namespace {

using std::chrono::hours;

struct Tokens : testing::Test {
  Tokens() { keys.add(3, Secret("an old key")), keys.add(4, Secret("the key of today")); }
  std::string mint(std::string_view base = "support@kestrel.example") {
    auto address = mint_reply_address(keys, brand, thread, base, "maya@mail.example", now);
    return address ? *std::move(address) : "";
  }
  std::optional<ReplyToken> verify(std::string_view address, std::string_view sender = "maya@mail.example") {
    return verify_reply_address(keys, brand, address, sender, now);
  }
  KeyRing keys;
  BrandId brand{1};
  ThreadId thread{48'213};
  Timestamp now{1'767'258'000'000};
};

TEST_F(Tokens, ReplyAddressComesBackAsItsThread) {
  const auto token = verify(mint());
  ASSERT_TRUE(token);
  EXPECT_EQ(token->thread, thread);
  EXPECT_TRUE(token->for_sender);
}

TEST_F(Tokens, ServersMayFoldTheCaseOfTheAddress) {
  std::string shouted = mint();
  for (char& c : shouted) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_TRUE(verify(shouted));
}

TEST_F(Tokens, SomebodyElseUsingTheAddressIsSeen) {
  const auto token = verify(mint(), "stranger@elsewhere.example");
  ASSERT_TRUE(token);
  EXPECT_FALSE(token->for_sender);
}

TEST_F(Tokens, AnyChangedCharacterBreaksTheAddress) {
  const std::string good = mint();
  const auto first = good.find("+a-") + 3, end = good.find('@');
  for (auto at = first; at < end; ++at) {
    for (const char other : {'a', 'q', '7', '-', 'b'}) {
      if (good[at] == other) continue;
      std::string bad = good;
      bad[at] = other;
      EXPECT_FALSE(verify(bad)) << bad;
    }
  }
}

TEST_F(Tokens, AnotherBrandOrDomainCannotUseIt) {
  EXPECT_FALSE(verify_reply_address(keys, BrandId{2}, mint(), "maya@mail.example", now));
  std::string moved = mint();
  moved.replace(moved.find('@') + 1, std::string::npos, "other.example");
  EXPECT_FALSE(verify(moved));
}

TEST_F(Tokens, AreGoodFor180DaysAndNotLonger) {
  const auto address = mint();
  now = now + hours(24 * 179);
  EXPECT_TRUE(verify(address));
  now = now + hours(48);
  EXPECT_FALSE(verify(address));
}

TEST_F(Tokens, OutliveTheChangeOfTheKeyUntilItIsDropped) {
  KeyRing yesterday;
  yesterday.add(3, Secret("an old key"));
  const auto address =
      mint_reply_address(yesterday, brand, thread, "support@kestrel.example", "maya@mail.example", now);
  ASSERT_TRUE(address);
  EXPECT_TRUE(verify(*address));
  KeyRing tomorrow;
  tomorrow.add(4, Secret("the key of today"));
  EXPECT_FALSE(verify_reply_address(tomorrow, brand, *address, "maya@mail.example", now));
}

TEST_F(Tokens, ALocalPartOver64OctetsIsRefused) {
  const auto long_one =
      mint_reply_address(keys, brand, thread, "customer.service.department@kestrel.example", "maya@mail.example", now);
  ASSERT_FALSE(long_one);
  EXPECT_EQ(long_one.error().kind, Kind::invalid);
  thread = ThreadId{9'000'000'000};
  const auto address = mint("customerservice@kestrel.example");
  EXPECT_LE(address.find('@'), 64u);
  EXPECT_TRUE(verify(address));
}

TEST_F(Tokens, AreCutOffToFindTheAccount) {
  EXPECT_EQ(without_reply_token(mint("Support+eu@Kestrel.example")), "support+eu@kestrel.example");
  EXPECT_EQ(without_reply_token("support+a-b@kestrel.example"), "support+a-b@kestrel.example");
  EXPECT_EQ(without_reply_token("nonsense"), "nonsense");
}

TEST_F(Tokens, RubbishIsNoToken) {
  for (const char* rubbish : {"", "@", "a@", "@b", "x+a-@y", "x+a--@y", "+a-b-c@y", "support@kestrel.example"}) {
    EXPECT_FALSE(verify(rubbish)) << rubbish;
    EXPECT_FALSE(verify_message_id(keys, brand, rubbish)) << rubbish;
  }
}

TEST_F(Tokens, MessageIdIsKnownAgain) {
  const auto id = mint_message_id(keys, brand, UpdateId{77}, "Kestrel.example");
  EXPECT_TRUE(verify_message_id(keys, brand, id));
  EXPECT_NE(id, mint_message_id(keys, brand, UpdateId{77}, "Kestrel.example"));
  EXPECT_FALSE(verify_message_id(keys, BrandId{2}, id));
}

TEST_F(Tokens, AForgedMessageIdIsNotOurs) {
  const std::string good = mint_message_id(keys, brand, UpdateId{77}, "kestrel.example");
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = bad[at] == 'b' ? 'c' : 'b';
    EXPECT_FALSE(verify_message_id(keys, brand, bad)) << bad;
  }
  // A reply token's MAC is no Message-ID's: they are signed for their purpose.
  EXPECT_FALSE(verify_message_id(keys, brand, "o.b." + mint().substr(20)));
}

}  // namespace
}  // namespace amends::crypto
