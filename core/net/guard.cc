#include "core/net/guard.h"

#include <arpa/inet.h>
#include <idn2.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/base/text.h"

namespace amends::net {
namespace {

constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

struct Range {
  std::string_view base;
  int bits;
  Reach reach;
};

constexpr Range kV4[] = {
    {"0.0.0.0", 8, Reach::special},      {"10.0.0.0", 8, Reach::local},       {"100.64.0.0", 10, Reach::local},
    {"127.0.0.0", 8, Reach::local},      {"169.254.0.0", 16, Reach::special}, {"172.16.0.0", 12, Reach::local},
    {"192.0.0.0", 24, Reach::special},   {"192.0.2.0", 24, Reach::special},   {"192.88.99.0", 24, Reach::special},
    {"192.168.0.0", 16, Reach::local},   {"198.18.0.0", 15, Reach::special},  {"198.51.100.0", 24, Reach::special},
    {"203.0.113.0", 24, Reach::special}, {"224.0.0.0", 4, Reach::special},    {"240.0.0.0", 4, Reach::special},
};
// Only 2000::/3 is global unicast (RFC 4291 section 2.4); what is not open in it is listed, what lies outside is
// special.
constexpr Range kV6[] = {
    {"::1", 128, Reach::local},         {"fc00::", 7, Reach::local},    {"2001::", 23, Reach::special},
    {"2001:db8::", 32, Reach::special}, {"2002::", 16, Reach::special}, {"3fff::", 20, Reach::special},
    {"2000::", 3, Reach::open},
};

bool inside(const Address& address, const Address& base, int bits) {
  const auto& a = address.bytes();
  const auto& b = base.bytes();
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  const int rest = bits % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

// As the URL standard has it: a host whose last label is a number can only be an IPv4 address.
bool ends_in_a_number(std::string_view host) {
  const auto labels = text::split(host, '.');
  const std::string_view last = labels.back();
  if (last.empty()) return false;
  if (std::all_of(last.begin(), last.end(), text::is_digit)) return true;
  return text::starts_with_ignoring_case(last, "0x") && std::all_of(last.begin() + 2, last.end(), [](char c) {
           return text::is_digit(c) || (text::ascii_lower(c) >= 'a' && text::ascii_lower(c) <= 'f');
         });
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  const std::string copy(text);
  std::uint8_t raw[16];
  if (::inet_pton(AF_INET, copy.c_str(), raw) == 1) return v4(raw);
  if (::inet_pton(AF_INET6, copy.c_str(), raw) == 1) return v6(raw);
  return {};
}

Address Address::v4(const std::uint8_t* four) {
  Address a;
  std::copy(std::begin(kMapped), std::end(kMapped), a.bytes_.begin());
  std::copy(four, four + 4, a.bytes_.begin() + 12);
  return a;
}

Address Address::v6(const std::uint8_t* sixteen) {
  Address a;
  std::copy(sixteen, sixteen + 16, a.bytes_.begin());
  return a;
}

bool Address::is_v4() const { return std::equal(std::begin(kMapped), std::end(kMapped), bytes_.begin()); }

std::string Address::text() const {
  char out[INET6_ADDRSTRLEN] = {};
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes_.data() + 12, out, sizeof out);
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), out, sizeof out);
  }
  return out;
}

Reach reach_of(const Address& address) {
  if (address.is_v4()) {
    for (const Range& range : kV4) {
      if (inside(address, *Address::parse(range.base), 96 + range.bits)) return range.reach;
    }
    return Reach::open;
  }
  for (const Range& range : kV6) {
    if (inside(address, *Address::parse(range.base), range.bits)) return range.reach;
  }
  return Reach::special;
}

Result<Done> Guard::allow(std::string_view given) {
  const std::size_t slash = given.find('/');
  if (slash == given.npos) {
    TRY(std::string host, normal_host(given));
    if (const auto address = Address::parse(host)) {
      networks_.push_back({*address, 128});
    } else {
      hosts_.push_back(std::move(host));
    }
    return Done{};
  }
  const auto base = Address::parse(given.substr(0, slash));
  const std::string_view width = given.substr(slash + 1);
  int bits = -1;
  const auto [end, error] = std::from_chars(width.data(), width.data() + width.size(), bits);
  if (base && base->is_v4() && bits >= 0) bits += 96;
  if (!base || error != std::errc() || end != width.data() + width.size() || bits < 0 || bits > 128) {
    return fail(Kind::invalid, "\"" + text::printable(given) + "\" is no network",
                "write it as 10.1.2.0/24 or fd00::/8");
  }
  networks_.push_back({*base, bits});
  return Done{};
}

bool Guard::operator_allowed(std::string_view host, const Address& address) const {
  if (std::find(hosts_.begin(), hosts_.end(), host) != hosts_.end()) return true;
  if (local_ && reach_of(address) == Reach::local) return true;
  return std::any_of(networks_.begin(), networks_.end(),
                     [&](const Network& n) { return inside(address, n.base, n.bits); });
}

Result<Done> Guard::check(std::string_view host, std::uint16_t port, std::span<const Address> addresses) const {
  // One text for every refusal: whoever types host names into a form learns nothing about the network behind it.
  const auto refused = [&] {
    return fail(Kind::invalid,
                "connecting to " + std::string(host) + " port " + std::to_string(port) + " is not allowed",
                "only public servers on their usual ports are dialled; for a server in your own network set "
                "allow_private_network or name it in allowed_networks");
  };
  if (addresses.empty()) return fail(Kind::unavailable, "the host name " + std::string(host) + " has no address");
  for (const Address& address : addresses) {
    if (operator_allowed(host, address)) continue;
    if (reach_of(address) != Reach::open) return refused();
    if (!ports_.empty() && std::find(ports_.begin(), ports_.end(), port) == ports_.end()) return refused();
  }
  return Done{};
}

bool Guard::may_be_dialled(std::string_view host, std::uint16_t port) const {
  const bool usual = ports_.empty() || std::find(ports_.begin(), ports_.end(), port) != ports_.end();
  return usual || local_ || !networks_.empty() || std::find(hosts_.begin(), hosts_.end(), host) != hosts_.end();
}

Result<std::string> normal_host(std::string_view given) {
  const auto no_host = [&] { return fail(Kind::invalid, "\"" + text::printable(given) + "\" is no host name"); };
  std::string_view host = given;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == host.npos) return no_host();
  }
  if (const auto address = Address::parse(host)) return address->text();
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  if (host.empty() || host.size() > 1000) return no_host();
  for (const char c : host) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F || std::strchr("@/\\:?#[]%\"<>", c) != nullptr) return no_host();
  }
  char* ascii = nullptr;
  if (idn2_to_ascii_8z(std::string(host).c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) {
    return no_host();
  }
  std::string out = text::ascii_lower(ascii);
  idn2_free(ascii);
  if (const auto address = Address::parse(out)) return address->text();  // full-width digits become plain ones
  if (out.empty() || out.size() > 253 || out.front() == '.' || ends_in_a_number(out)) return no_host();
  return out;
}

}  // namespace amends::net
