// Where Amends may connect to. A host name in somebody's settings must not become a way into the machine or the network
// it stands in (server-side request forgery), so only public addresses are dialled unless the operator said otherwise.
// Pure: no IO. Ranges: RFC 6890 and its registries, RFC 6598, RFC 6052, RFC 3056.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace amends::net {

// An IP address. IPv4 is held as ::ffff:a.b.c.d, which is also how an IPv6 socket would show it.
class Address {
 public:
  static std::optional<Address> parse(std::string_view text);  // only the full forms: no "127.1", no "0x7f000001"
  static Address v4(const std::uint8_t* four);
  static Address v6(const std::uint8_t* sixteen);

  bool is_v4() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  std::string text() const;
  friend bool operator==(const Address&, const Address&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

enum class Reach : std::uint8_t {
  open,     // the public internet
  local,    // this machine and private networks: allow_local() opens them
  special,  // link-local (cloud metadata), multicast, translated and reserved ranges: only a named network opens them
};
Reach reach_of(const Address& address);

class Guard {
 public:
  // Loopback, RFC 1918, RFC 6598 and unique local addresses are fine for this account.
  void allow_local() { local_ = true; }
  // "10.1.2.0/24", "fd00::/8", "192.0.2.7" or a host name.
  Result<Done> allow(std::string_view network_or_host);
  // Public hosts are reached on these ports only; hosts that the operator allowed take any. Empty: any port.
  void only_ports(std::span<const std::uint16_t> ports) { ports_.assign(ports.begin(), ports.end()); }

  // Every address must be allowed: one private answer among public ones is how rebinding looks. `host` is
  // normal_host's.
  Result<Done> check(std::string_view host, std::uint16_t port, std::span<const Address> addresses) const;
  // False when no answer could make check() agree: said of a host before anybody asks where it is.
  bool may_be_dialled(std::string_view host, std::uint16_t port) const;

 private:
  struct Network {
    Address base;
    int bits;  // of 128
  };
  bool operator_allowed(std::string_view host, const Address& address) const;

  std::vector<Network> networks_;
  std::vector<std::string> hosts_;
  std::vector<std::uint16_t> ports_;
  bool local_ = false;
};

// Lower case, IDNA 2008 A-labels, no trailing dot, no brackets around an IPv6 address. invalid for what is no host:
// user info, a path, and numbers that only some resolvers take for an address ("2130706433", "0x7f.1", "127.1").
Result<std::string> normal_host(std::string_view host);

}  // namespace amends::net
