#include "core/http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/base/text.h"

namespace amends::http {
namespace {

constexpr std::uint8_t kV4Prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool read_bare(const std::string& text, Address& out) {
  if (inet_pton(AF_INET6, text.c_str(), out.bytes.data()) == 1) return true;
  std::copy(std::begin(kV4Prefix), std::end(kV4Prefix), out.bytes.begin());
  return inet_pton(AF_INET, text.c_str(), out.bytes.data() + 12) == 1;
}

bool same_bits(const Address& a, const Address& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(a.bytes.begin(), a.bytes.begin() + static_cast<std::ptrdiff_t>(whole), b.bytes.begin())) return false;
  const int rest = bits % 8;
  return rest == 0 || ((a.bytes[whole] ^ b.bytes[whole]) >> (8 - rest)) == 0;
}

}  // namespace

bool Address::is_v4() const { return std::equal(std::begin(kV4Prefix), std::end(kV4Prefix), bytes.begin()); }

std::string Address::text() const {
  char out[INET6_ADDRSTRLEN] = {};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes.data() + 12, out, sizeof out);
  } else {
    inet_ntop(AF_INET6, bytes.data(), out, sizeof out);
  }
  return out;
}

Address Address::group() const {
  Address out = *this;
  if (!is_v4()) std::fill(out.bytes.begin() + 8, out.bytes.end(), std::uint8_t{0});
  return out;
}

std::size_t AddressHash::operator()(const Address& address) const {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()});
}

Result<Address> read_address(std::string_view written) {
  std::string_view bare = text::trim(written);
  if (!bare.empty() && bare.front() == '[') {
    const auto end = bare.find(']');
    bare = end == bare.npos ? std::string_view() : bare.substr(1, end - 1);
  } else if (std::count(bare.begin(), bare.end(), ':') == 1) {
    bare = bare.substr(0, bare.find(':'));  // 192.0.2.1:4711
  }
  Address out;
  if (bare.empty() || !read_bare(std::string(bare), out)) return fail(Kind::invalid, "this is no IP address");
  return out;
}

Address address_of(const sockaddr& from) {
  Address out;
  if (from.sa_family == AF_INET6) {
    sockaddr_in6 six;
    std::memcpy(&six, &from, sizeof six);
    std::memcpy(out.bytes.data(), &six.sin6_addr, 16);
  } else if (from.sa_family == AF_INET) {
    sockaddr_in four;
    std::memcpy(&four, &from, sizeof four);
    std::copy(std::begin(kV4Prefix), std::end(kV4Prefix), out.bytes.begin());
    std::memcpy(out.bytes.data() + 12, &four.sin_addr, 4);
  }
  return out;
}

Result<Ranges> Ranges::read(const std::vector<std::string>& texts) {
  Ranges out;
  for (const std::string& one : texts) {
    const std::string_view trimmed = text::trim(one);
    const auto slash = trimmed.find('/');
    Address address;
    if (!read_bare(std::string(trimmed.substr(0, slash)), address)) {
      return fail(Kind::invalid, "trusted proxy \"" + one + "\" is no IP address or range", "write 10.0.0.0/8 or ::1");
    }
    const int most = address.is_v4() ? 32 : 128;
    int bits = most;
    if (slash != trimmed.npos) {
      const std::string_view digits = trimmed.substr(slash + 1);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      if (error != std::errc() || end != digits.data() + digits.size() || bits < 0 || bits > most) {
        return fail(Kind::invalid, "trusted proxy \"" + one + "\" has no usable prefix length",
                    "write 10.0.0.0/8 or 2001:db8::/32");
      }
    }
    out.ranges_.push_back({address, bits + 128 - most});
  }
  return out;
}

bool Ranges::holds(const Address& address) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [&](const Range& range) { return same_bits(range.address, address, range.bits); });
}

Address client_behind(const Address& peer, std::string_view forwarded_for, const Ranges& trusted) {
  Address client = peer;
  while (trusted.holds(client) && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const std::string_view last = comma == forwarded_for.npos ? forwarded_for : forwarded_for.substr(comma + 1);
    auto said = read_address(last);
    if (!said) break;
    client = *std::move(said);
    forwarded_for = comma == forwarded_for.npos ? std::string_view() : forwarded_for.substr(0, comma);
  }
  return client;
}

}  // namespace amends::http
