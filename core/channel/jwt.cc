// JSON Web Tokens (RFC 7515, 7518, 7519): ours signed, others' checked.
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>

#include "core/base/base64.h"
#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/channel/oauth.h"

namespace amends::channel {
namespace {

struct Free {
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
  void operator()(OSSL_PARAM* p) const { OSSL_PARAM_free(p); }
  void operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr int kLeastRsaBits = 2048, kMostRsaBits = 16384;  // RFC 7518 section 3.3; past it checking is work for us
constexpr std::size_t kMostJwt = 16u << 10;
constexpr int kEs256Half = 32;  // RFC 7518 section 3.4: R and S of 32 octets each
constexpr std::int64_t kLeeway = 60;

const unsigned char* bytes(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

Result<Owned<EVP_PKEY>> read_key(const Secret& pem) {
  const std::string_view text = pem.reveal();
  const Owned<BIO> in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  // Never asks on the terminal.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (!key)
    return fail(Kind::invalid, "the key can't be read", "it is a text that begins with -----BEGIN PRIVATE KEY-----");
  return key;
}

Result<std::string> sign(EVP_PKEY* key, std::string_view input) {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::size_t size = 0;
  std::string out;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, bytes(input), input.size()) == 1) {
    out.resize(size);
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes(input),
                       input.size()) == 1) {
      out.resize(size);
      return out;
    }
  }
  ERR_clear_error();
  return fail(Kind::internal, "signing failed");
}

std::string signing_input(std::string_view header_json, std::string_view claims_json) {
  return text::to_base64url(header_json) + "." + text::to_base64url(claims_json);
}

// The DER that OpenSSL makes of an ECDSA signature, as R and S side by side.
Result<std::string> side_by_side(std::string_view der) {
  const unsigned char* at = bytes(der);
  const Owned<ECDSA_SIG> signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string out(2 * kEs256Half, '\0');
  auto* raw = reinterpret_cast<unsigned char*>(out.data());
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw, kEs256Half) != kEs256Half ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw + kEs256Half, kEs256Half) != kEs256Half) {
    return fail(Kind::internal, "signing failed");
  }
  return out;
}

// An RSA key of a JWKS document (RFC 7517, RFC 7518 section 6.3); null when it is none that may check a signature.
Owned<EVP_PKEY> rsa_key(const Json& jwk) {
  const std::string use = text_at(jwk, "use"), alg = text_at(jwk, "alg");
  if (text_at(jwk, "kty") != "RSA" || (!use.empty() && use != "sig") || (!alg.empty() && alg != "RS256"))
    return nullptr;
  const auto n = text::from_base64url(text_at(jwk, "n")), e = text::from_base64url(text_at(jwk, "e"));
  if (!n || !e || n->size() > kMostRsaBits / 8 || e->size() > 8) return nullptr;
  const Owned<BIGNUM> modulus(BN_bin2bn(bytes(*n), static_cast<int>(n->size()), nullptr));
  const Owned<BIGNUM> exponent(BN_bin2bn(bytes(*e), static_cast<int>(e->size()), nullptr));
  if (BN_num_bits(modulus.get()) < kLeastRsaBits) return nullptr;
  const Owned<OSSL_PARAM_BLD> build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(build.get()));
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* out = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &out, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return Owned<EVP_PKEY>(out);
}

bool signed_by(EVP_PKEY* key, std::string_view input, std::string_view signature) {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  const bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(input), input.size()) == 1;
  ERR_clear_error();
  return good;
}

Error refused(const char* why) { return fail(Kind::unauthorized, std::string("the token is refused: ") + why); }

bool is_for(const Json& claims, const std::string& audience) {
  const Json& aud = at(claims, "aud");
  if (aud.is_string()) return aud == audience;
  const Json& all = list_at(claims, "aud");
  return std::any_of(all.begin(), all.end(), [&](const Json& one) { return one == audience; });
}

Result<Done> check_claims(const Json& claims, const JwtExpectation& expected, Timestamp now) {
  const std::string issuer = text_at(claims, "iss");
  if (std::find(expected.issuers.begin(), expected.issuers.end(), issuer) == expected.issuers.end()) {
    return refused("another issuer");
  }
  if (expected.audience.empty() || !is_for(claims, expected.audience)) return refused("it is for somebody else");
  const auto moment = [&](const char* name) -> std::optional<std::int64_t> {
    const Json& value = at(claims, name);
    return value.is_number() ? number_at(value, "") : std::nullopt;
  };
  const std::int64_t since_1970 = now.ms / 1000;
  const auto ends = moment("exp"), issued = moment("iat");
  if (!ends || !issued) return refused("it has no time");
  if (*ends <= since_1970 - kLeeway) return refused("it has expired");
  if (*issued > since_1970 + kLeeway) return refused("it is from the future");
  if (!at(claims, "nbf").is_null()) {
    const auto begins = moment("nbf");
    if (!begins || *begins > since_1970 + kLeeway) return refused("it is not good yet");
  }
  if (!expected.email.empty() && (text_at(claims, "email") != expected.email || !flag_at(claims, "email_verified"))) {
    return refused("another sender");
  }
  return Done{};
}

}  // namespace

Result<std::string> sign_jwt_rs256(std::string_view header_json, std::string_view claims_json, const Secret& pem) {
  TRY(const Owned<EVP_PKEY> key, read_key(pem));
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key.get()) < kLeastRsaBits) {
    return fail(Kind::invalid, "the key is no RSA key of 2048 bits or more");
  }
  const std::string input = signing_input(header_json, claims_json);
  TRY(const std::string signature, sign(key.get(), input));
  return input + "." + text::to_base64url(signature);
}

Result<std::string> sign_jwt_es256(std::string_view header_json, std::string_view claims_json, const Secret& pem) {
  TRY(const Owned<EVP_PKEY> key, read_key(pem));
  char group[64] = "";
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_EC ||
      EVP_PKEY_get_group_name(key.get(), group, sizeof group, nullptr) != 1 ||
      std::string_view(group) != "prime256v1") {
    return fail(Kind::invalid, "the key is no P-256 key");
  }
  const std::string input = signing_input(header_json, claims_json);
  TRY(const std::string der, sign(key.get(), input));
  TRY(const std::string signature, side_by_side(der));
  return input + "." + text::to_base64url(signature);
}

Result<std::string> verify_jwt(std::string_view jwt, std::string_view jwks_json, const JwtExpectation& expected,
                               Timestamp now) {
  if (jwt.size() > kMostJwt) return refused("it is too long");
  const auto parts = text::split(jwt, '.');
  if (parts.size() != 3) return refused("it is no signed token");
  const auto header_text = text::from_base64url(parts[0]), claims_text = text::from_base64url(parts[1]),
             signature = text::from_base64url(parts[2]);
  if (!header_text || !claims_text || !signature) return refused("it is no base64");
  const auto header = parse_json(*header_text);
  if (!header || !header->is_object()) return refused("its header can't be read");
  // Never the token's own choice: one kind of signature, made with a key that the issuer published (RFC 8725 section
  // 3).
  if (at(*header, "alg") != "RS256") return refused("another kind of signature than RS256");
  if (header->contains("crit") || header->contains("b64")) return refused("it wants what we don't know");
  const std::string kid = text_at(*header, "kid");
  const auto jwks = parse_json(jwks_json);
  if (!jwks) return fail(Kind::unavailable, "the issuer's keys can't be read");
  Owned<EVP_PKEY> key;
  for (const Json& jwk : list_at(*jwks, "keys")) {
    if (!key && !kid.empty() && text_at(jwk, "kid") == kid) key = rsa_key(jwk);
  }
  if (!key) return refused("nobody knows its key");
  if (!signed_by(key.get(), jwt.substr(0, parts[0].size() + 1 + parts[1].size()), *signature)) {
    return refused("its signature is wrong");
  }
  const auto claims = parse_json(*claims_text);
  if (!claims || !claims->is_object()) return refused("its claims can't be read");
  TRY_DO(check_claims(*claims, expected, now));
  return *claims_text;
}

}  // namespace amends::channel
