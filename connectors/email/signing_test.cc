#include "connectors/email/signing.h"

#include "connectors/email/test_account.h"

namespace amends::connectors::email {
namespace {

constexpr Timestamp kNow{1'773'338'400'000};

// The private key of RFC 8463 appendix A.2.
constexpr const char* kPem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

constexpr std::string_view kMail =
    "From: Shop <support@shop.test>\r\nTo: ann@guest.test\r\nSubject: Your lamp\r\n\r\nIt left today.\r\n";

channel::Settings account_with(const Given& more) {
  Given given = settings_for(993);
  for (const auto& [key, value] : more) given[key] = value;
  auto settings = channel::check_settings(descriptor, given);
  EXPECT_TRUE(settings);
  return *std::move(settings);
}

TEST(EmailSigning, AnAccountWithoutAKeySendsWhatWasComposed) {
  EXPECT_EQ(*descriptor.finish(account_with({}), std::string(kMail), kNow), kMail);
}

TEST(EmailSigning, TheSignatureStandsBeforeTheUntouchedMail) {
  const auto settings = account_with({{"dkim_selector", "Amends2026"}, {"dkim_key", kPem}});
  const auto out = descriptor.finish(settings, std::string(kMail), kNow);
  ASSERT_TRUE(out) << out.error().what;
  EXPECT_EQ(out->rfind("DKIM-Signature:", 0), 0u);
  EXPECT_EQ(out->substr(out->size() - kMail.size()), kMail);
  EXPECT_NE(out->find("d=shop.test;"), std::string::npos) << *out;
  EXPECT_NE(out->find("s=amends2026;"), std::string::npos) << *out;
  EXPECT_EQ(*descriptor.finish(settings, std::string(kMail), kNow), *out) << "the same bytes on every try";
}

TEST(EmailSigning, TheOrganisationsDomainMaySignAndAStrangersMayNot) {
  const Given half = {{"dkim_selector", "a"}, {"dkim_key", kPem}, {"address", "help@mail.shop.test"}};
  const auto with_domain = [&](const std::string& domain) {
    Given given = half;
    given["dkim_domain"] = domain;
    return read_signing(account_with(given));
  };
  EXPECT_EQ((*with_domain("shop.test"))->domain, "shop.test");
  EXPECT_EQ((*with_domain("mail.shop.test"))->dns_name(), "a._domainkey.mail.shop.test");
  for (const char* wrong : {"test", "op.test", "other.test", "sub.mail.shop.test", ".shop.test", "shop.test\r\nx"}) {
    EXPECT_FALSE(with_domain(wrong)) << wrong;
  }
}

TEST(EmailSigning, HalfASettingOrABadKeyIsNamedWhenTheAccountIsOpened) {
  const std::pair<Given, const char*> wrong[] = {
      {{{"dkim_selector", "a"}}, "dkim_key"},
      {{{"dkim_key", kPem}}, "dkim_selector"},
      {{{"dkim_selector", "a b"}, {"dkim_key", kPem}}, "dkim_selector"},
      {{{"dkim_selector", "a"}, {"dkim_key", "no key at all"}}, "dkim_key"},
  };
  for (const auto& [given, key] : wrong) {
    const auto opened = descriptor.open(account_with(given), test::bare_environment());
    ASSERT_FALSE(opened) << key;
    EXPECT_EQ(opened.error().kind, Kind::invalid);
    EXPECT_NE(opened.error().what.find(key), std::string::npos) << opened.error().what;
    EXPECT_EQ(opened.error().what.find("no key at all"), std::string::npos);
  }
}

}  // namespace
}  // namespace amends::connectors::email
