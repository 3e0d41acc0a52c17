#include "core/crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace amends::crypto {
namespace {

struct FreeMac {
  void operator()(EVP_MAC_CTX* c) const { EVP_MAC_CTX_free(c); }
};
using MacPtr = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

MacPtr make_context() {
  static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MacPtr context(mac != nullptr ? EVP_MAC_CTX_new(mac) : nullptr);
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_CTX_set_params(context.get(), params) != 1) std::abort();
  return context;
}

}  // namespace

Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
  thread_local const MacPtr context = make_context();
  // OpenSSL reads a null key as "the key of last time".
  static constexpr unsigned char kEmpty = 0;
  const auto* k = key.empty() ? &kEmpty : reinterpret_cast<const unsigned char*>(key.data());
  Sha256 out;
  std::size_t size = 0;
  if (EVP_MAC_init(context.get(), k, key.size(), nullptr) != 1 ||
      EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) != 1 ||
      EVP_MAC_final(context.get(), out.data(), &size, out.size()) != 1 || size != out.size()) {
    std::abort();
  }
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Secret derive_key(const Secret& master, std::string_view label) {
  return Secret(std::string(bytes_of(hmac_sha256(master, label))));
}

}  // namespace amends::crypto
