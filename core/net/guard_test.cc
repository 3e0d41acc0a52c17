#include "core/net/guard.h"

#include <gtest/gtest.h>

#include "core/net/dialer.h"

namespace amends::net {
namespace {

Result<Done> check(const Guard& guard, std::string_view address, std::uint16_t port = 993) {
  const Address one = *Address::parse(address);
  return guard.check("host.test", port, std::span(&one, 1));
}

TEST(Guard, PublicAddressesAreDialled) {
  for (const char* address : {"8.8.8.8", "1.1.1.1", "193.99.144.80", "172.32.0.1", "100.128.0.1", "2a02:2e0::1",
                              "2606:4700::1111", "::ffff:8.8.8.8", "192.169.0.1", "198.20.0.1"}) {
    EXPECT_TRUE(check({}, address)) << address;
  }
}

TEST(Guard, EverythingElseIsNot) {
  for (const char* address : {"0.0.0.0",
                              "0.1.2.3",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.9.9.9",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.1",
                              "192.0.2.1",
                              "192.88.99.1",
                              "192.168.0.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.1",
                              "203.0.113.1",
                              "224.0.0.1",
                              "239.1.1.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::7f00:1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "::ffff:169.254.169.254",
                              "64:ff9b::7f00:1",
                              "64:ff9b::8.8.8.8",
                              "64:ff9b:1::1",
                              "100::1",
                              "2001::1",
                              "2001:db8::1",
                              "2002:7f00:1::",
                              "3fff::1",
                              "4000::1",
                              "5f00::1",
                              "fc00::1",
                              "fd12:3456::1",
                              "fe80::1",
                              "fec0::1",
                              "ff02::1"}) {
    const auto refused = check({}, address);
    ASSERT_FALSE(refused) << address;
    EXPECT_EQ(refused.error().kind, Kind::invalid) << address;
    EXPECT_EQ(refused.error().what.find(address), std::string::npos) << "the refusal tells nothing of the network";
  }
}

TEST(Guard, AllowingLocalNetworksOpensThoseAndNotTheMetadataService) {
  Guard guard;
  guard.allow_local();
  for (const char* address : {"127.0.0.1", "::1", "10.1.2.3", "192.168.1.1", "100.64.0.9", "fd00::1"}) {
    EXPECT_TRUE(check(guard, address)) << address;
  }
  for (const char* address : {"169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "64:ff9b::a9fe:a9fe"}) {
    EXPECT_FALSE(check(guard, address)) << address;
  }
}

TEST(Guard, OneNetworkOrHostIsOpenedByName) {
  Guard guard;
  ASSERT_TRUE(guard.allow("10.1.2.0/23"));
  ASSERT_TRUE(guard.allow("fd00:1::/32"));
  ASSERT_TRUE(guard.allow("192.168.7.7"));
  EXPECT_TRUE(check(guard, "10.1.3.255"));
  EXPECT_FALSE(check(guard, "10.1.4.0"));
  EXPECT_TRUE(check(guard, "fd00:1:2::3"));
  EXPECT_FALSE(check(guard, "fd00:2::3"));
  EXPECT_TRUE(check(guard, "192.168.7.7"));
  EXPECT_FALSE(check(guard, "192.168.7.8"));
  ASSERT_TRUE(guard.allow("Mail.Internal."));
  const Address one = *Address::parse("10.9.9.9");
  EXPECT_TRUE(guard.check("mail.internal", 993, std::span(&one, 1)));
  EXPECT_FALSE(guard.check("other.internal", 993, std::span(&one, 1)));
  for (const char* wrong : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "/8", "fd00::/129", "10.0.0.0/8x", "a b/8"}) {
    EXPECT_FALSE(guard.allow(wrong)) << wrong;
  }
}

TEST(Guard, OnePrivateAnswerAmongPublicOnesIsRefused) {
  const Address both[] = {*Address::parse("8.8.8.8"), *Address::parse("127.0.0.1")};
  EXPECT_FALSE(Guard{}.check("rebinding.test", 993, both));
}

TEST(Guard, PublicHostsAreReachedOnTheGivenPortsOnly) {
  Guard guard;
  const std::uint16_t ports[] = {993, 587};
  guard.only_ports(ports);
  guard.allow_local();
  EXPECT_TRUE(check(guard, "8.8.8.8", 993));
  EXPECT_FALSE(check(guard, "8.8.8.8", 22));
  EXPECT_TRUE(check(guard, "127.0.0.1", 22)) << "what the operator allowed takes any port";
}

TEST(Hosts, AreBroughtIntoOneForm) {
  EXPECT_EQ(*normal_host("Mail.Example.ORG."), "mail.example.org");
  EXPECT_EQ(*normal_host("bücher.example"), "xn--bcher-kva.example");
  EXPECT_EQ(*normal_host("[2001:DB8::1]"), "2001:db8::1");
  EXPECT_EQ(*normal_host("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(*normal_host("１２７.0.0.1"), "127.0.0.1");
}

TEST(Hosts, ThatOnlySomeResolversTakeForAddressesAreRefused) {
  for (const char* host :
       {"",           ".",          "2130706433",  "0x7f000001",     "0x7f.1",         "127.1",
        "0177.0.0.1", "1.2.3.4.5",  "127.0.0.256", "user@host.test", "host.test/path", "host.test:993",
        "a b",        "host\ntest", "[127.0.0.1]", "fe80::1%eth0",   "host.test?x",    "http://host.test",
        "..",         "a..0x7f"}) {
    EXPECT_FALSE(normal_host(host)) << host;
  }
}

TEST(Dialer, ChecksEveryAnswerAndAsksTheNameOnce) {
  int asked = 0;
  const Resolve rebinding = [&](const std::string&, Deadline, const Interrupt*) -> Result<std::vector<Address>> {
    // Public first, private ever after: whoever resolves twice connects to the private one.
    return std::vector<Address>{*Address::parse(asked++ == 0 ? "192.168.0.1" : "8.8.8.8")};
  };
  const auto refused = dial({"rebinding.test", 993}, {}, Deadline::in(std::chrono::seconds(5)), nullptr, rebinding);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::invalid);
  EXPECT_EQ(asked, 1);
}

TEST(Dialer, FindsLocalhostByItsName) {
  const auto found = system_resolve("localhost", Deadline::in(std::chrono::seconds(5)), nullptr);
  ASSERT_TRUE(found);
  EXPECT_EQ(reach_of(found->front()), Reach::local);
}

}  // namespace
}  // namespace amends::net
