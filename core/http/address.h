// Who a client is: IP addresses, ranges of them, and what a trusted proxy says of the one behind it. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

struct sockaddr;

namespace amends::http {

// An IPv4 address is kept as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2), so that both spellings are one.
struct Address {
  std::array<std::uint8_t, 16> bytes = {};

  bool is_v4() const;
  std::string text() const;
  // What limits count by: the address, of IPv6 the /64, for one customer has that many.
  Address group() const;
  bool operator==(const Address&) const = default;
};

struct AddressHash {
  std::size_t operator()(const Address& address) const;
};

// "192.0.2.1", "2001:db8::1", "[2001:db8::1]:443"; invalid otherwise.
Result<Address> read_address(std::string_view text);
Address address_of(const sockaddr& from);

// "10.0.0.0/8", "::1": ranges of addresses.
class Ranges {
 public:
  static Result<Ranges> read(const std::vector<std::string>& texts);
  bool holds(const Address& address) const;

 private:
  struct Range {
    Address address;
    int bits;
  };
  std::vector<Range> ranges_;
};

// The nearest address that is no trusted proxy: `peer` itself unless it is one, else the last such in `forwarded_for`
// (every X-Forwarded-For field in order, comma separated). What can't be read ends the walk.
Address client_behind(const Address& peer, std::string_view forwarded_for, const Ranges& trusted);

}  // namespace amends::http
