#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "core/base/base64.h"
#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/channel/oauth.h"
#include "core/crypto/hmac.h"
#include "tests/support/support.h"

namespace amends::channel {
namespace {

constexpr Timestamp kNow{1'767'258'000'000};
constexpr std::int64_t kSeconds = kNow.ms / 1000;

// The examples of RFC 7515 appendix A: claims with CRLF and a space, as printed there.
constexpr std::string_view kClaims =
    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
constexpr std::string_view kModulus =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-"
    "pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6"
    "65xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_"
    "h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp"
    "oQ";

std::string pem_text(const std::string& name) {
  return test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/" + name);
}
Secret pem(const std::string& name) { return Secret(pem_text(name)); }

std::string signature_of(const std::string& jwt) {
  const auto raw = text::from_base64url(jwt.substr(jwt.rfind('.') + 1));
  EXPECT_TRUE(raw);
  return raw.value_or("");
}

// By OpenSSL alone: whether R and S side by side sign what stands before the last dot.
bool es256_checks(const std::string& jwt) {
  const std::string text = pem_text("rfc7515_a3.pem"), raw = signature_of(jwt);
  if (raw.size() != 64) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
  ECDSA_SIG* pair = ECDSA_SIG_new();
  ECDSA_SIG_set0(pair, BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair, &der);
  BIO* in = BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const std::string input = jwt.substr(0, jwt.rfind('.'));
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
  const int good = EVP_DigestVerify(context, der, static_cast<std::size_t>(size),
                                    reinterpret_cast<const unsigned char*>(input.data()), input.size());
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  BIO_free(in);
  OPENSSL_free(der);
  ECDSA_SIG_free(pair);
  return good == 1;
}

TEST(Jwt, Rs256GivesTheSignatureOfRfc7515A2) {
  const auto jwt = sign_jwt_rs256(R"({"alg":"RS256"})", kClaims, pem("rfc7515_a2.pem"));
  ASSERT_TRUE(jwt) << jwt.error().what;
  EXPECT_EQ(
      *jwt,
      "eyJhbGciOiJSUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
      ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
      "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZ"
      "cAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--"
      "xi12jzDwusC-eO"
      "kHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");
}

TEST(Jwt, Es256ChecksLikeTheSignatureOfRfc7515A3) {
  const std::string known =
      "eyJhbGciOiJFUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
      ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
  EXPECT_TRUE(es256_checks(known));
  std::string broken = known;
  broken[30] = broken[30] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(es256_checks(broken));
  for (int i = 0; i < 64; ++i) {  // a short R or S comes once in 256 and is padded
    const auto jwt = sign_jwt_es256(R"({"alg":"ES256"})", kClaims, pem("rfc7515_a3.pem"));
    ASSERT_TRUE(jwt) << jwt.error().what;
    EXPECT_EQ(jwt->substr(0, jwt->rfind('.')), known.substr(0, known.rfind('.')));
    EXPECT_TRUE(es256_checks(*jwt));
  }
}

TEST(Jwt, AKeyOfAnotherKindIsRefusedWithoutBeingRepeated) {
  for (const auto& jwt :
       {sign_jwt_rs256("{}", "{}", pem("rfc7515_a3.pem")), sign_jwt_es256("{}", "{}", pem("rfc7515_a2.pem")),
        sign_jwt_rs256("{}", "{}", Secret("hunter2")), sign_jwt_es256("{}", "{}", Secret(""))}) {
    ASSERT_FALSE(jwt);
    EXPECT_EQ(jwt.error().kind, Kind::invalid);
    EXPECT_EQ(jwt.error().what.find("hunter2"), std::string::npos);
  }
}

// A push as Google sends it, every part to be spoilt.
struct Push {
  Json header = {{"alg", "RS256"}, {"kid", "k1"}, {"typ", "JWT"}};
  Json claims = {{"iss", "https://accounts.google.com"},
                 {"aud", "https://amends.example/hooks/1"},
                 {"email", "push@project.iam.example"},
                 {"email_verified", true},
                 {"iat", kSeconds - 5},
                 {"exp", kSeconds + 3600}};
  Json jwks = {{"keys",
                {{{"kty", "RSA"}, {"kid", "k0"}, {"n", "AQAB"}, {"e", "AQAB"}},
                 {{"kty", "RSA"}, {"kid", "k1"}, {"use", "sig"}, {"alg", "RS256"}, {"n", kModulus}, {"e", "AQAB"}}}}};
  JwtExpectation expected{"https://amends.example/hooks/1",
                          {"https://accounts.google.com", "accounts.google.com"},
                          "push@project.iam.example"};

  std::string jwt() const { return *sign_jwt_rs256(dump(header), dump(claims), pem("rfc7515_a2.pem")); }
  Result<std::string> check(const std::string& given) const { return verify_jwt(given, dump(jwks), expected, kNow); }
  Result<std::string> check() const { return check(jwt()); }
};

// Why it was refused; "" when it was taken.
std::string why(const Result<std::string>& checked) {
  if (checked) return "";
  EXPECT_EQ(checked.error().kind, Kind::unauthorized);
  return checked.error().what;
}

TEST(JwtCheck, TakesWhatTheIssuerSignedForUs) {
  const Push push;
  const auto claims = push.check();
  ASSERT_TRUE(claims) << claims.error().what;
  EXPECT_EQ(text_at(*parse_json(*claims), "email"), "push@project.iam.example");
  Push several = push;
  several.claims["aud"] = {"somebody", push.expected.audience};
  EXPECT_TRUE(several.check());
  Push any = push;
  any.expected.email = "";
  any.claims.erase("email");
  EXPECT_TRUE(any.check());
  Push just = push;  // a minute of leeway
  just.claims["exp"] = kSeconds - 59;
  EXPECT_TRUE(just.check());
  just.claims["iat"] = kSeconds + 59;
  EXPECT_TRUE(just.check());
}

TEST(JwtCheck, RefusesEveryClaimThatIsNotAsExpected) {
  const auto with = [](const char* name, Json value) {
    Push push;
    push.claims[name] = std::move(value);
    return why(push.check());
  };
  const auto without = [](const char* name) {
    Push push;
    push.claims.erase(name);
    return why(push.check());
  };
  EXPECT_NE(with("iss", "https://evil.example"), "");
  EXPECT_NE(with("aud", "https://other.example/hooks/1"), "");
  EXPECT_NE(with("aud", Json::array()), "");
  EXPECT_NE(with("aud", {{"x", "https://amends.example/hooks/1"}}), "");
  EXPECT_NE(with("email", "other@project.iam.example"), "");
  EXPECT_NE(with("email_verified", false), "");
  EXPECT_NE(with("email_verified", "true"), "");
  EXPECT_NE(with("exp", kSeconds - 60), "");
  EXPECT_NE(with("exp", "9999999999"), "");
  EXPECT_NE(with("iat", kSeconds + 61), "");
  EXPECT_NE(with("nbf", kSeconds + 61), "");
  EXPECT_NE(with("nbf", "soon"), "");
  for (const char* name : {"iss", "aud", "email", "email_verified", "exp", "iat"}) EXPECT_NE(without(name), "") << name;
}

TEST(JwtCheck, RefusesEveryOtherSignature) {
  const auto with_header = [](const char* name, Json value) {
    Push push;
    push.header[name] = std::move(value);
    return why(push.check());
  };
  for (const Json& alg :
       {Json("none"), Json("None"), Json("HS256"), Json("ES256"), Json("PS256"), Json("rs256"), Json(), Json(7)}) {
    EXPECT_NE(with_header("alg", alg), "") << alg;
  }
  EXPECT_NE(with_header("kid", "k2"), "");
  EXPECT_NE(with_header("kid", "k0"), "");
  EXPECT_NE(with_header("kid", ""), "");
  EXPECT_NE(with_header("crit", {"exp"}), "");

  // Signed by nobody, and by the public key taken for a shared secret.
  const Push push;
  const std::string jwt = push.jwt(), claims = jwt.substr(jwt.find('.'), jwt.rfind('.') - jwt.find('.'));
  EXPECT_NE(why(push.check(text::to_base64url(R"({"alg":"none","kid":"k1"})") + claims + ".")), "");
  const std::string forged = text::to_base64url(R"({"alg":"HS256","kid":"k1"})") + claims;
  for (const std::string& secret : {std::string(kModulus), *text::from_base64url(kModulus), dump(push.jwks)}) {
    const auto mac = crypto::hmac_sha256(secret, forged);
    EXPECT_NE(why(push.check(forged + "." + text::to_base64url(crypto::bytes_of(mac)))), "");
  }
}

TEST(JwtCheck, RefusesKeysThatMayNotCheckSignatures) {
  const auto with_key = [](const char* name, Json value) {
    Push push;
    push.jwks["keys"][1][name] = std::move(value);
    return why(push.check());
  };
  EXPECT_NE(with_key("use", "enc"), "");
  EXPECT_NE(with_key("alg", "RS512"), "");
  EXPECT_NE(with_key("kty", "oct"), "");
  EXPECT_NE(with_key("n", "AQAB"), "");
  EXPECT_NE(with_key("n", "###"), "");
  EXPECT_NE(with_key("n", std::string(8000, 'A')), "");
  EXPECT_NE(with_key("e", Json()), "");
}

TEST(JwtCheck, EveryFlippedCharacterBreaksIt) {
  const Push push;
  const std::string jwt = push.jwt();
  for (std::size_t i = 0; i < jwt.size(); ++i) {
    std::string spoilt = jwt;
    spoilt[i] = spoilt[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(why(push.check(spoilt)), "") << i;
  }
  for (const std::string& odd : {std::string(), std::string("."), std::string(".."), jwt + ".x",
                                 jwt.substr(0, jwt.rfind('.')), jwt + "=", " " + jwt, std::string(20'000, 'A')}) {
    EXPECT_NE(why(push.check(odd)), "");
  }
}

TEST(JwtCheck, WithoutTheIssuersKeysNothingIsDecided) {
  const Push push;
  const auto checked = verify_jwt(push.jwt(), "<html>", push.expected, kNow);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, Kind::unavailable);
}

}  // namespace
}  // namespace amends::channel
