#include "core/mime/auth.h"

#include <gtest/gtest.h>

#include "core/mime/mail.h"

namespace amends::mime {
namespace {

using model::AuthResult;

model::Auth auth_read(std::string_view top, std::string_view from = "jane@shop.example", bool below = false) {
  ParseOptions options;
  options.trusted_authserv_ids = {"mx.ours.example"};
  options.trust_below_received = below;
  return parse(std::string(top) + "From: " + std::string(from) + "\r\nSubject: x\r\n\r\nHi\r\n", options).auth;
}

constexpr std::string_view kReceived =
    "Received: from out.shop.example (out.shop.example [192.0.2.1])\r\n by mx.ours.example (Postfix) with ESMTPS;\r\n "
    "Sat, 21 Nov 2026 09:30:00 +0000\r\n";

TEST(Auth, TheResultsOfOurServerAboveItsReceivedFieldCount) {
  const auto auth = auth_read(
      "Authentication-Results: mx.ours.example; spf=pass smtp.mailfrom=a@shop.example;\r\n dkim=pass "
      "header.d=shop.example; dmarc=pass header.from=shop.example\r\n" +
      std::string(kReceived));
  EXPECT_EQ(auth.spf, AuthResult::pass);
  EXPECT_EQ(auth.dkim, AuthResult::pass);
  EXPECT_EQ(auth.dmarc, AuthResult::pass);
  EXPECT_TRUE(auth.from_verified);
}

TEST(Auth, ForgedResultsAreWorthNothing) {
  const std::string pass = "; dmarc=pass header.from=shop.example\r\n";
  const std::string received(kReceived);
  const std::string rows[] = {
      received + "Authentication-Results: mx.ours.example" + pass,    // below our Received
      "Authentication-Results: mx.ours.example.evil.example" + pass,  // look-alikes
      "Authentication-Results: mx.0urs.example" + pass,
      "Authentication-Results: (mx.ours.example) evil.example" + pass,
      "Authentication-Results: evil.example; x=\"mx.ours.example; dmarc=pass\"\r\n",
      "Authentication-Results: dmarc=pass; mx.ours.example\r\n",  // no name at all
      "Authentication-Results: mx.ours.example; none\r\n",
      "Authentication-Results: mx.ours.example; spf=fail reason=\"dmarc=pass\" smtp.mailfrom=shop.example\r\n",
      "Authentication-Results: mx.ours.example; spf=fail (dmarc=pass header.from=shop.example)\r\n",
      "Authentication-Results: mx.ours.example; dmarc=pass header.from=evil.example\r\n",
      "X-Authentication-Results: mx.ours.example" + pass,
  };
  for (const auto& row : rows) EXPECT_FALSE(auth_read(row).from_verified) << row;
}

TEST(Auth, TheTopmostOfTwoFieldsSpeaksLast) {
  const auto auth = auth_read(
      "Authentication-Results: mx.ours.example; dmarc=fail header.from=shop.example\r\n"
      "Authentication-Results: mx.ours.example; dmarc=pass header.from=shop.example\r\n" +
      std::string(kReceived));
  EXPECT_EQ(auth.dmarc, AuthResult::fail);
  EXPECT_FALSE(auth.from_verified);
}

TEST(Auth, FieldsOfOneServerAddUp) {
  const auto auth = auth_read(
      "Authentication-Results: mx.ours.example 1; spf=softfail smtp.mailfrom=x@bulk.example\r\n"
      "Authentication-Results: \"mx.ours.example\"; dkim=fail header.d=a.example; dkim=pass (2048-bit key) "
      "header.d=mail.shop.example header.b=abc\r\n" +
      std::string(kReceived));
  EXPECT_EQ(auth.spf, AuthResult::fail);
  EXPECT_EQ(auth.dkim, AuthResult::pass);
  EXPECT_EQ(auth.dmarc, AuthResult::none);
  EXPECT_TRUE(auth.from_verified) << "a signature of the author's own domain, without DMARC";
}

TEST(Auth, APassOfAnotherDomainVerifiesNobody) {
  EXPECT_FALSE(auth_read("Authentication-Results: mx.ours.example; dkim=pass header.d=bulk.example\r\n").from_verified);
  EXPECT_FALSE(
      auth_read("Authentication-Results: mx.ours.example; spf=pass smtp.mailfrom=a@bulk.example\r\n").from_verified);
  EXPECT_FALSE(auth_read("Authentication-Results: mx.ours.example; dkim=pass header.d=co.uk\r\n", "jane@shop.co.uk")
                   .from_verified);
  EXPECT_FALSE(auth_read("Authentication-Results: mx.ours.example; dmarc=pass header.from=shop.example\r\n",
                         "jane@shop.example, eve@evil.example")
                   .from_verified);
}

TEST(Auth, WithoutATrustedNameNothingIsBelieved) {
  const auto auth = parse("Authentication-Results: mx.ours.example; dmarc=pass\r\nFrom: a@shop.example\r\n\r\nHi").auth;
  EXPECT_EQ(auth.dmarc, AuthResult::none);
  EXPECT_FALSE(auth.from_verified);
}

TEST(Auth, ResultsBelowOurReceivedFieldCountWhereTheOperatorSaysSo) {
  const std::string ours =
      std::string(kReceived) + "Authentication-Results: mx.ours.example; dmarc=pass header.from=shop.example\r\n";
  EXPECT_FALSE(auth_read(ours).from_verified);
  EXPECT_TRUE(auth_read(ours, "jane@shop.example", true).from_verified);
  const std::string deeper = std::string(kReceived) +
                             "Received: from x by y.example; Sat, 21 Nov 2026 09:30:00 +0000\r\n"
                             "Authentication-Results: mx.ours.example; dmarc=pass header.from=shop.example\r\n";
  EXPECT_FALSE(auth_read(deeper, "jane@shop.example", true).from_verified);
}

}  // namespace
}  // namespace amends::mime
