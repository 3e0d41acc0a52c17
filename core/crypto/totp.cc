#include "core/crypto/totp.h"

#include <openssl/evp.h>

#include <array>
#include <cassert>
#include <cstdlib>

#include "core/crypto/hmac.h"

namespace amends::crypto {

std::string totp_code(const Secret& secret, std::int64_t step, int digits) {
  assert(digits >= 6 && digits <= 8);
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * (7 - i)));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  std::size_t size = 0;
  const auto key = secret.reveal();
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA1", nullptr, key.data(), key.size(), counter.data(), counter.size(),
                mac.data(), mac.size(), &size) == nullptr ||
      size != 20) {
    std::abort();
  }
  // RFC 4226 section 5.4: dynamic truncation.
  const std::size_t at = mac[19] & 0xfu;
  const std::uint32_t bits = (mac[at] & 0x7fu) << 24 | static_cast<std::uint32_t>(mac[at + 1]) << 16 |
                             static_cast<std::uint32_t>(mac[at + 2]) << 8 | mac[at + 3];
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  const std::string number = std::to_string(bits % modulus);
  return std::string(static_cast<std::size_t>(digits) - number.size(), '0') + number;
}

std::optional<std::int64_t> match_totp(const Secret& secret, std::string_view code, Timestamp now,
                                       std::int64_t last_used) {
  const std::int64_t current = totp_step(now);
  std::optional<std::int64_t> found;
  // All three are compared, whichever matches.
  for (std::int64_t step = current - 1; step <= current + 1; ++step) {
    const bool same = equal_in_constant_time(totp_code(secret, step), code);
    if (same && step > last_used && !found) found = step;
  }
  return found;
}

}  // namespace amends::crypto
