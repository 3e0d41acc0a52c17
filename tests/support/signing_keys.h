// Keys for tests that sign as a site or as we do: made when asked for, never written down.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

#include "core/base/text.h"

namespace amends::test {

class SigningKey {
 public:
  static SigningKey rsa() { return SigningKey(EVP_RSA_gen(2048)); }
  static SigningKey p256() { return SigningKey(EVP_EC_gen("P-256")); }

  // PKCS#8, as Google and Apple hand them out.
  std::string pem() const {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    std::string pem(bytes, static_cast<std::size_t>(size));
    BIO_free(out);
    return pem;
  }

  // The public half of an RSA key as a JWKS document (RFC 7517).
  std::string jwks(const std::string& kid) const {
    return R"({"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":")" + kid + R"(","n":")" +
           number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" + number(OSSL_PKEY_PARAM_RSA_E) + R"("}]})";
  }

 private:
  explicit SigningKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

  std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(value);
    return text::to_base64url(bytes);
  }

  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace amends::test
