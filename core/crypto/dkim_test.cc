#include "core/crypto/dkim.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/base/text.h"

namespace amends::crypto {
namespace {

constexpr Timestamp kNow{1'773'338'400'000};

// The key pair of RFC 8463 appendix A.2.
constexpr std::string_view kEd25519 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

std::string rsa_pem(int bits) {
  EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned>(bits));
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

std::string signed_field(std::string_view pem, std::string_view mail) {
  const auto key = DkimKey::from_pem(Secret(std::string(pem)));
  EXPECT_TRUE(key);
  const auto field = dkim_signature(*key, "kestrel.example", "amends", mail, kNow);
  return field ? *field : field.error().what;
}

std::string unfolded(std::string_view field) {
  return text::replace_all(text::replace_all(field, "\r\n\t", ""), "\r\n", "");
}

TEST(Dkim, TheBodyHashIsThatOfRfc8463) {
  const auto field = signed_field(kEd25519,
                                  "From: Joe SixPack <joe@football.example.com>\r\n"
                                  "Subject: Is dinner ready?\r\n\r\n"
                                  "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n");
  EXPECT_NE(field.find("bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;"), std::string::npos) << field;
  EXPECT_EQ(DkimKey::from_pem(Secret(std::string(kEd25519)))->dns_record(),
            "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
}

// This signature was accepted by another implementation (dkimpy 1.1.4), and refused once a byte of the body was changed
// or a second From, Subject or Reply-To put in.
TEST(Dkim, SignsOddSpacingAndFoldsAsOthersVerifyThem) {
  const auto field = signed_field(kEd25519,
                                  "From:  \"Dana, at Kestrel\"\t<support@kestrel.example>\r\n"
                                  "To: maya@mail.example,\r\n  tom@mail.example\r\n"
                                  "Subject: Re: wrong \r\n\tmilk  \r\n"
                                  "Date: Thu, 12 Mar 2026 18:00:00 +0000\r\n"
                                  "Message-ID: <a@kestrel.example>\r\n"
                                  "Received: x\r\nReceived: y\r\n\r\n"
                                  "  Hello  Maya,  \r\n\r\n\r\nsorry. \t \r\n \r\n\r\n");
  EXPECT_NE(unfolded(field).find(";b=qJUCyRjmH+cteA6FSm0Ycu2Ucyv9MZ6gaYYb3lo75IdHJo66JgTxOWquuZOEul9Q99e8jSC7"
                                 "NjSWt9WIvhSKDQ=="),
            std::string::npos)
      << field;
}

TEST(Dkim, TheSameBytesGetTheSameSignature) {
  const std::string mail = "From: a@kestrel.example\r\n\r\nHello\r\n";
  const std::string pem = rsa_pem(2048);
  EXPECT_EQ(signed_field(pem, mail), signed_field(pem, mail));
  EXPECT_NE(signed_field(pem, mail), signed_field(pem, mail + "x"));
}

TEST(Dkim, TrailingBlanksAndEmptyLinesChangeNothing) {
  const std::string head = "From: a@kestrel.example\r\n\r\n";
  EXPECT_EQ(signed_field(kEd25519, head + "Hello\r\n"), signed_field(kEd25519, head + "Hello \t\r\n\r\n \r\n"));
  EXPECT_EQ(signed_field(kEd25519, head), signed_field(kEd25519, head + "\r\n\r\n"));
}

TEST(Dkim, NoLineIsLong) {
  const auto field = signed_field(rsa_pem(2048), "From: a@kestrel.example\r\n\r\nHello\r\n");
  for (const auto line : text::lines(field)) EXPECT_LT(line.size(), 80u) << line;
}

TEST(Dkim, KeysThatReceiversRefuseAreRefused) {
  const auto refused = [](const std::string& pem) { return !DkimKey::from_pem(Secret(pem)); };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("no key"));
  EXPECT_TRUE(refused(rsa_pem(1024)));
  EXPECT_FALSE(refused(rsa_pem(2048)));
}

TEST(Dkim, AMailWithoutFromOrHeaderIsRefused) {
  const auto key = DkimKey::from_pem(Secret(std::string(kEd25519)));
  ASSERT_TRUE(key);
  for (const char* mail : {"", "Subject: x\r\n\r\n", "From: a@b.example\r\n", "no field\r\n\r\n"}) {
    EXPECT_FALSE(dkim_signature(*key, "kestrel.example", "amends", mail, kNow)) << mail;
  }
}

}  // namespace
}  // namespace amends::crypto
