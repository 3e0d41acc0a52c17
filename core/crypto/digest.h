// Digests of bytes: SHA-256 (FIPS 180-4) for what must not be forged or collide, SipHash-2-4 (Aumasson and Bernstein,
// 2012) for short keyed ids in tables. A hash context is kept per thread, so a digest allocates nothing.
// Threads: any.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace amends::crypto {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);

// The digest as bytes to store in a {blob} column; it borrows.
inline std::string_view bytes_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// For bytes that come in pieces.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  void add(std::string_view bytes);
  // Ends the stream; it may not be used after.
  Sha256 finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// 64 keyed bits: spread evenly, and nobody without the key can make two inputs collide. No substitute for a MAC.
struct SipKey {
  std::uint64_t k0 = 0, k1 = 0;
};
std::uint64_t siphash(SipKey key, std::string_view bytes);

}  // namespace amends::crypto
