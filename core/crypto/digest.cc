#include "core/crypto/digest.h"

#include "core/base/text.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <cstring>

namespace amends::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
};
using ContextPtr = std::unique_ptr<EVP_MD_CTX, FreeContext>;

// Fetched once: EVP_sha256() would look the implementation up again at every init.
const EVP_MD* algorithm() {
  static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (fetched == nullptr) std::abort();
  return fetched;
}

// Without SHA-256 or memory nothing here can be trusted: there is no error to hand on.
void must(int ok) {
  if (ok != 1) std::abort();
}

std::uint64_t rotate_left(std::uint64_t v, int by) { return (v << by) | (v >> (64 - by)); }

std::uint64_t little_endian(const char* p, std::size_t n) {
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < n; ++i) v |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
  return v;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  thread_local const ContextPtr context(EVP_MD_CTX_new());
  Sha256 out;
  must(EVP_DigestInit_ex(context.get(), algorithm(), nullptr));
  must(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()));
  must(EVP_DigestFinal_ex(context.get(), out.data(), nullptr));
  return out;
}

std::string sha256_hex(std::string_view bytes) { return text::to_hex(bytes_of(sha256(bytes))); }

struct Sha256Stream::Context {
  ContextPtr md{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  must(EVP_DigestInit_ex(context_->md.get(), algorithm(), nullptr));
}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::add(std::string_view bytes) {
  must(EVP_DigestUpdate(context_->md.get(), bytes.data(), bytes.size()));
}

Sha256 Sha256Stream::finish() {
  Sha256 out;
  must(EVP_DigestFinal_ex(context_->md.get(), out.data(), nullptr));
  return out;
}

std::uint64_t siphash(SipKey key, std::string_view bytes) {
  std::uint64_t v0 = key.k0 ^ 0x736f6d6570736575, v1 = key.k1 ^ 0x646f72616e646f6d;
  std::uint64_t v2 = key.k0 ^ 0x6c7967656e657261, v3 = key.k1 ^ 0x7465646279746573;
  const auto rounds = [&](int n) {
    while (n-- > 0) {
      v0 += v1, v1 = rotate_left(v1, 13), v1 ^= v0, v0 = rotate_left(v0, 32);
      v2 += v3, v3 = rotate_left(v3, 16), v3 ^= v2;
      v0 += v3, v3 = rotate_left(v3, 21), v3 ^= v0;
      v2 += v1, v1 = rotate_left(v1, 17), v1 ^= v2, v2 = rotate_left(v2, 32);
    }
  };
  const std::size_t whole = bytes.size() / 8 * 8;
  for (std::size_t at = 0; at < whole; at += 8) {
    const std::uint64_t word = little_endian(bytes.data() + at, 8);
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  const std::uint64_t last =
      little_endian(bytes.data() + whole, bytes.size() - whole) | (std::uint64_t{bytes.size()} << 56);
  v3 ^= last;
  rounds(2);
  v0 ^= last;
  v2 ^= 0xff;
  rounds(4);
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace amends::crypto
