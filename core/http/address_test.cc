#include "core/http/address.h"

#include <gtest/gtest.h>

#include "core/http/throttle.h"

namespace amends::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Address at(std::string_view text) { return *read_address(text); }

TEST(Address, ReadsWhatProxiesWrite) {
  EXPECT_EQ(at("192.0.2.1").text(), "192.0.2.1");
  EXPECT_EQ(at(" 192.0.2.1:4711").text(), "192.0.2.1");
  EXPECT_EQ(at("[2001:DB8::1]:443").text(), "2001:db8::1");
  EXPECT_EQ(at("::ffff:192.0.2.1").text(), "192.0.2.1");
  for (const char* bad : {"", "unknown", "1.2.3", "[", "[::1", "1.2.3.4.5", "a:b"})
    EXPECT_FALSE(read_address(bad)) << bad;
}

TEST(Address, CountsAnIpv6CustomerAsOne) {
  EXPECT_EQ(at("2001:db8:1:2::1").group(), at("2001:db8:1:2:ffff::9").group());
  EXPECT_FALSE(at("2001:db8:1:2::1").group() == at("2001:db8:1:3::1").group());
  EXPECT_FALSE(at("192.0.2.1").group() == at("192.0.2.2").group());
}

TEST(Ranges, HoldWhatTheirPrefixSays) {
  const Ranges ranges = *Ranges::read({"10.0.0.0/8", "192.0.2.7", "2001:db8::/33", " ::1 "});
  EXPECT_TRUE(ranges.holds(at("10.255.0.1")));
  EXPECT_FALSE(ranges.holds(at("11.0.0.1")));
  EXPECT_TRUE(ranges.holds(at("192.0.2.7")));
  EXPECT_FALSE(ranges.holds(at("192.0.2.6")));
  EXPECT_TRUE(ranges.holds(at("2001:db8:7fff::1")));
  EXPECT_FALSE(ranges.holds(at("2001:db8:8000::1")));
  EXPECT_TRUE(ranges.holds(at("::1")));
  EXPECT_TRUE((*Ranges::read({"0.0.0.0/0"})).holds(at("8.8.8.8")));
  EXPECT_FALSE((*Ranges::read({"0.0.0.0/0"})).holds(at("2001:db8::1")));
  for (const char* bad : {"", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0.0/8x"}) {
    EXPECT_FALSE(Ranges::read({bad})) << bad;
  }
}

TEST(ClientBehind, IsBelievedOnlyAsFarAsTheProxiesAreTrusted) {
  const Ranges trusted = *Ranges::read({"10.0.0.0/8"});
  EXPECT_EQ(client_behind(at("8.8.8.8"), "1.1.1.1", trusted).text(), "8.8.8.8");
  EXPECT_EQ(client_behind(at("10.0.0.1"), "", trusted).text(), "10.0.0.1");
  EXPECT_EQ(client_behind(at("10.0.0.1"), "6.6.6.6, 1.1.1.1", trusted).text(), "1.1.1.1")
      << "the left one is the client's say";
  EXPECT_EQ(client_behind(at("10.0.0.1"), "6.6.6.6, 1.1.1.1,10.0.0.2", trusted).text(), "1.1.1.1");
  EXPECT_EQ(client_behind(at("10.0.0.1"), "1.1.1.1, rubbish", trusted).text(), "10.0.0.1");
  EXPECT_EQ(client_behind(at("10.0.0.1"), "rubbish, 10.0.0.3", trusted).text(), "10.0.0.3");
  EXPECT_EQ(client_behind(at("10.0.0.1"), ",,,", trusted).text(), "10.0.0.1");
}

TEST(Throttle, RefillsOverTime) {
  Throttle throttle(10, 3);
  const Clock::time_point start{};
  const Address who = at("192.0.2.1");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(throttle.allow(who, start));
  EXPECT_FALSE(throttle.allow(who, start));
  EXPECT_TRUE(throttle.allow(at("192.0.2.2"), start)) << "others are free";
  EXPECT_FALSE(throttle.allow(who, start + milliseconds(50)));
  EXPECT_TRUE(throttle.allow(who, start + milliseconds(100)));
  EXPECT_FALSE(throttle.allow(who, start + milliseconds(101)));
  int allowed = 0;
  for (int i = 0; i < 10; ++i) allowed += throttle.allow(who, start + seconds(100)) ? 1 : 0;
  EXPECT_EQ(allowed, 3) << "no more than the burst, however long it waited";
}

TEST(Throttle, RemembersNoMoreThanItMay) {
  Throttle throttle(1, 1, 100);
  const Clock::time_point start{};
  for (int i = 0; i < 1'000; ++i) {
    Address who = at("10.0.0.0");
    who.bytes[14] = static_cast<std::uint8_t>(i / 256);
    who.bytes[15] = static_cast<std::uint8_t>(i % 256);
    EXPECT_TRUE(throttle.allow(who, start));
    EXPECT_LE(throttle.kept(), 100u);
  }
  Throttle open(0, 1);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(open.allow(at("::1"), start));
  EXPECT_EQ(open.kept(), 0u);
}

TEST(Crowd, LetsInAsManyAsItMay) {
  Crowd crowd(2);
  const Address one = at("192.0.2.1");
  EXPECT_TRUE(crowd.enter(one));
  EXPECT_TRUE(crowd.enter(one));
  EXPECT_FALSE(crowd.enter(one));
  EXPECT_TRUE(crowd.enter(at("192.0.2.2")));
  crowd.leave(one);
  EXPECT_TRUE(crowd.enter(one));
}

}  // namespace
}  // namespace amends::http
