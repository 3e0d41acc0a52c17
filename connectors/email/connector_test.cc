#include "core/channel/connector.h"

#include "connectors/email/test_account.h"
#include "core/mime/mail.h"
#include "tests/support/mail_imap.h"
#include "tests/support/mail_smtp.h"

namespace amends::connectors::email {
namespace {

using test::FakeImap;
using test::FakeSmtp;

Error open_error(const Given& given) {
  auto settings = channel::check_settings(descriptor, given);
  if (!settings) return std::move(settings).error();
  auto opened = descriptor.open(*settings, test::bare_environment());
  EXPECT_FALSE(opened);
  return opened ? Error{} : std::move(opened).error();
}

TEST(EmailSettings, EverySettingExplainsItself) {
  for (const auto& setting : descriptor.settings) {
    EXPECT_FALSE(setting.label.empty()) << setting.key;
    EXPECT_GT(setting.help.size(), 15u) << setting.key;
    const bool secret =
        setting.key.find("password") != setting.key.npos || setting.key == "access_token" || setting.key == "dkim_key";
    EXPECT_EQ(setting.kind == channel::SettingKind::secret, secret) << setting.key;
  }
}

TEST(EmailSettings, WhatIsWrongIsNamedAndNoSecretIsShown) {
  const Given good = settings_for(993);
  const std::pair<Given, const char*> wrong[] = {
      {{{"address", "no address"}}, "address"},
      {{{"password", ""}}, "password"},
      {{{"auth", "xoauth2"}}, "access_token"},
      {{{"imap_security", "none"}}, "imap_security"},
      {{{"imap_timeout", "0"}}, "imap_timeout"},
      {{{"ca_file", "no/such/file"}}, "CA file"},
      {{{"allowed_networks", "10.0.0.0/99"}}, "allowed_networks"},
      {{{"username", "a\nb"}}, "username"},
  };
  for (const auto& [change, key] : wrong) {
    Given given = good;
    for (const auto& [name, value] : change) given[name] = value;
    const Error error = open_error(given);
    EXPECT_EQ(error.kind, Kind::invalid) << key;
    EXPECT_NE(error.what.find(key), std::string::npos) << error.what;
    EXPECT_EQ(error.what.find("secret-word"), std::string::npos) << error.what;
  }
}

TEST(EmailSettings, OpeningTouchesNoNetwork) {
  FakeImap imap({});
  open_account(settings_for(imap.port()));
  EXPECT_EQ(imap.connections(), 0);
}

TEST(EmailSettings, AMailServerOfOnesOwnIsDialledOnlyWhenAllowed) {
  FakeImap imap({});
  FakeSmtp smtp({});
  Given given = settings_for(imap.port(), smtp.port());
  given["allow_private_network"] = "false";
  const auto account = open_account(given);
  const auto page = account->pull("");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, Kind::invalid);
  EXPECT_NE(page.error().hint.find("allow_private_network"), std::string::npos);
  channel::Outbound out;
  out.sender = "support@shop.test";
  out.recipients = {"ann@guest.test"};
  EXPECT_FALSE(account->send(out));
  EXPECT_FALSE(account->check());
  EXPECT_FALSE(account->watch());
  EXPECT_EQ(imap.connections() + smtp.connections(), 0);
  given["allowed_networks"] = "127.0.0.0/8, ::1";
  EXPECT_TRUE(open_account(given)->pull(""));
}

TEST(EmailCheck, SaysWhatWasFoundAndWhatIsMissing) {
  const test::TestCa ca;
  const auto soon = ca.server("DNS:localhost", 3 * 86400 + 60);
  test::ImapScript script;
  script.tls = soon.get();
  script.tls_from_the_start = true;
  FakeImap imap(script);
  FakeSmtp smtp({});
  imap.add("INBOX", mail_text(1));
  imap.add("INBOX", mail_text(2));
  Given given = settings_for(imap.port(), smtp.port());
  given["imap_security"] = "tls";
  given["ca_file"] = ca.file();
  given["folders"] = "INBOX, Nowhere";
  const auto health = open_account(given)->check();
  ASSERT_TRUE(health) << health.error().what;
  EXPECT_EQ(health->remote_count, 2);
  const auto has = [](const std::vector<std::string>& lines, std::string_view part) {
    return std::any_of(lines.begin(), lines.end(), [&](const auto& l) { return l.find(part) != l.npos; });
  };
  EXPECT_TRUE(has(health->facts, "TLSv1.3, certificate good for 3 days"));
  EXPECT_TRUE(has(health->facts, "INBOX: 2 mails"));
  EXPECT_TRUE(has(health->facts, "SMTP localhost: logged in"));
  EXPECT_TRUE(has(health->warnings, "ends in 3 days"));
  EXPECT_TRUE(has(health->warnings, "no folder Nowhere"));
  EXPECT_TRUE(has(health->warnings, "sent_folder"));
}

TEST(EmailCheck, NamesTheSideThatFails) {
  FakeImap imap({});
  test::SmtpScript script;
  script.answer = [](const std::string& line) -> std::optional<std::string> {
    if (line.rfind("AUTH", 0) == 0) return "535 no";
    return {};
  };
  FakeSmtp smtp(script);
  const auto health = open_account(settings_for(imap.port(), smtp.port()))->check();
  ASSERT_FALSE(health);
  EXPECT_EQ(health.error().kind, Kind::unauthorized);
  EXPECT_NE(health.error().what.find("SMTP localhost"), std::string::npos);
}

TEST(EmailParse, TrustsOnlyTheServersThatTheSettingsName) {
  mime::init();
  const std::string raw =
      "Authentication-Results: mx.shop.test; dmarc=pass header.from=guest.test\r\nFrom: Ann <Ann@guest.test>\r\nTo: "
      "support@shop.test\r\nSubject: Hello\r\nMessage-ID: <1@guest.test>\r\nDate: Sat, 21 Nov 2026 09:30:00 "
      "+0000\r\n\r\nHi\r\n";
  model::Item item;
  item.external_id = "INBOX;1;1";
  item.raw = raw;
  for (const bool trusted : {true, false}) {
    Given given = settings_for(993);
    if (trusted) given["trusted_authserv_ids"] = "mx.shop.test";
    const auto settings = channel::check_settings(descriptor, given);
    const auto content = descriptor.parse(item, {*settings, "support"});
    ASSERT_TRUE(content) << content.error().what;
    EXPECT_EQ(content->author.handle, "ann@guest.test");
    EXPECT_EQ(content->auth.from_verified, trusted);
  }
}

TEST(EmailDescriptor, OwnHandlesAreAddressAndAliases) {
  Given given = settings_for(993);
  given["own_addresses"] = "help@shop.test, info@shop.test";
  const auto settings = channel::check_settings(descriptor, given);
  EXPECT_EQ(descriptor.own_handles(*settings),
            (std::vector<std::string>{"support@shop.test", "help@shop.test", "info@shop.test"}));
}

}  // namespace
}  // namespace amends::connectors::email
