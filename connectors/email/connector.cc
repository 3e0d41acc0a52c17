#include "connectors/email/imap_idle.h"
#include "connectors/email/import.h"
#include "connectors/email/session.h"
#include "connectors/email/signing.h"
#include "connectors/email/smtp_client.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/channel/connector.h"
#include "core/channel/descriptor.h"
#include "core/mime/mail.h"

namespace amends::connectors::email {
namespace {

using channel::Setting;
using channel::SettingKind;

constexpr Setting kSettings[] = {
    {"address", SettingKind::text, true, "Mail address",
     "the address that customers write to, such as support@example.org"},
    {"display_name", SettingKind::text, false, "Name",
     "what customers see beside the address; left out: the brand's name"},
    {"imap_host", SettingKind::host, true, "IMAP server", "where mail is read: imap.example.org"},
    {"imap_port", SettingKind::port, false, "IMAP port",
     "993 for TLS and 143 for STARTTLS, unless the provider says otherwise"},
    {"imap_security", SettingKind::choice, false, "IMAP encryption",
     "tls: encrypted from the start; starttls: encrypted before the login, or no login; insecure_none: password and "
     "mail "
     "in plain text, for a server on this very machine",
     "tls", "tls|starttls|insecure_none"},
    {"smtp_host", SettingKind::host, false, "SMTP server",
     "where mail is handed in for sending; without it this account only reads"},
    {"smtp_port", SettingKind::port, false, "SMTP port",
     "465 for TLS and 587 for STARTTLS, unless the provider says otherwise"},
    {"smtp_security", SettingKind::choice, false, "SMTP encryption", "as imap_security", "starttls",
     "tls|starttls|insecure_none"},
    {"auth", SettingKind::choice, false, "Login",
     "password (or app password), or xoauth2 with an access token (Microsoft 365, Gmail)", "password",
     "password|xoauth2"},
    {"username", SettingKind::text, false, "User name", "the mail address when left out"},
    {"password", SettingKind::secret, false, "Password",
     "for Gmail, Yahoo, iCloud and Fastmail an app password made for this"},
    {"smtp_username", SettingKind::text, false, "SMTP user name", "only where it differs from the IMAP one"},
    {"smtp_password", SettingKind::secret, false, "SMTP password", "only where it differs from the IMAP one"},
    {"access_token", SettingKind::secret, false, "Access token",
     "for auth = xoauth2; short-lived, so access_token_file is usually better"},
    {"access_token_file", SettingKind::path, false, "Access token file",
     "for auth = xoauth2: a file with the token in one line, kept fresh by another program and read for every login"},
    {"folders", SettingKind::list, false, "Folders", "which folders to read, by name", "INBOX"},
    {"sent_folder", SettingKind::text, false, "Sent folder",
     "found by itself on most servers; set it when `amends doctor` says it wasn't"},
    {"plus_addressing", SettingKind::flag, false, "Signed reply addresses",
     "true when the server delivers support+anything@ to support@, as Gmail, Microsoft 365, Fastmail and Dovecot do: "
     "then "
     "answers ask for replies to a signed address, and a reply finds its thread even without any header",
     "false"},
    {"pull_sent", SettingKind::flag, false, "Read the Sent folder",
     "answers that the team writes with other mail programs appear in the timeline", "true"},
    {"sent_copy", SettingKind::choice, false, "Copy in Sent",
     "append: Amends files what it sends; server: the provider does so itself (Gmail, Microsoft 365), which also "
     "proves "
     "what went after a broken connection, so say it only where it's true; none: no copy",
     "append", "append|server|none"},
    {"trusted_authserv_ids", SettingKind::list, false, "Trusted authentication servers",
     "the name your own mail server writes first into Authentication-Results; without it every sender counts as not "
     "verified"},
    {"results_below_received", SettingKind::flag, false, "Results below Received",
     "true where the server writes Authentication-Results below its own Received line, as Gmail does; above it is the "
     "rule, and what stands lower may come from the sender",
     "false"},
    {"own_addresses", SettingKind::list, false, "Other own addresses",
     "aliases of this mailbox: what they write is yours, not a customer's"},
    {"dkim_selector", SettingKind::text, false, "DKIM selector",
     "only where your server doesn't sign by itself: the name under _domainkey at which DNS has the public key"},
    {"dkim_key", SettingKind::secret, false, "DKIM private key",
     "PEM, RSA of 2048 bits or more, or Ed25519; usually given as dkim_key_file. `amends doctor` says what belongs in "
     "DNS"},
    {"dkim_domain", SettingKind::text, false, "DKIM domain", "the domain that signs; the address's own when left out"},
    {"ca_file", SettingKind::path, false, "CA file",
     "PEM certificates to trust beside the system's, for a server with an authority of its own"},
    {"allow_private_network",
     SettingKind::flag,
     false,
     "Server in the private network",
     "the mail server may be on this machine or in a private network; off, only public addresses are dialled",
     "false",
     {},
     true,
     true},
    {"allowed_networks",
     SettingKind::list,
     false,
     "Allowed networks",
     "networks or hosts to dial on any port although they aren't public: 10.1.2.0/24, mail.internal",
     {},
     {},
     true,
     true},
    {"imap_timeout", SettingKind::number, false, "IMAP time-out", "seconds without a word from the IMAP server", "60"},
    {"smtp_timeout", SettingKind::number, false, "SMTP time-out",
     "seconds without a word from the SMTP server; many make strangers wait on purpose (RFC 5321: 5 minutes)", "300"},
    {"final_reply_timeout", SettingKind::number, false, "Final reply time-out",
     "seconds to wait for the reply to a whole mail; too short means not knowing whether it went (RFC 5321: 10 "
     "minutes)",
     "600"},
};

class EmailConnector final : public channel::Connector {
 public:
  explicit EmailConnector(std::shared_ptr<const Config> config)
      : config_(std::move(config)), interrupt_(std::make_shared<net::Interrupt>()), imap_(*config_, *interrupt_) {}
  ~EmailConnector() override { imap_.close(); }

  Result<channel::Page> pull(std::string_view text) override {
    TRY(const Cursor cursor, read_cursor(text));
    return imap_.pull(cursor, SystemClock().now());
  }

  Result<channel::Receipt> send(const channel::Outbound& mail) override {
    if (mail.purpose == model::Purpose::file_copy) return imap_.file_copy(mail);
    if (config_->smtp.endpoint.host.empty()) {
      return fail(Kind::unsupported, "this account has no smtp_host, so it can't send", "set smtp_host");
    }
    return submit(config_->smtp, mail, config_->final_reply, interrupt_.get());
  }

  Result<channel::Found> find(const channel::Outbound& mail, Timestamp /*since*/) override {
    if (mail.purpose == model::Purpose::file_copy) return imap_.find_copy(mail.message_id);
    return imap_.find_delivered(mail.message_id);
  }

  Result<std::unique_ptr<channel::Watch>> watch() override { return ImapWatch::open(config_, interrupt_); }

  Result<channel::Health> check() override { return imap_.check(SystemClock().now()); }

  void interrupt() noexcept override { interrupt_->raise(); }

 private:
  // Shared with the watches, which may outlive the connector.
  std::shared_ptr<const Config> config_;
  std::shared_ptr<const net::Interrupt> interrupt_;
  ImapSession imap_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext& context) {
  if (auto reason = mime::quarantine_reason(item.raw); !reason.empty()) return fail(Kind::corrupt, std::move(reason));
  mime::ParseOptions options;
  options.trusted_authserv_ids = context.settings.list("trusted_authserv_ids");
  options.trust_below_received = context.settings.flag("results_below_received");
  return mime::parse(item.raw, options);
}

std::vector<std::string> own_handles(const channel::Settings& settings) {
  // The account's own address first: it is what answers are sent from.
  std::vector<std::string> out{text::ascii_lower(settings.get("address"))};
  for (const std::string& other : settings.list("own_addresses")) out.push_back(text::ascii_lower(other));
  return out;
}

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings, const channel::Environment&) {
  TRY(auto config, read_config(settings));
  return std::unique_ptr<channel::Connector>(
      std::make_unique<EmailConnector>(std::make_shared<Config>(std::move(config))));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "email";
  d.title = "E-mail";
  d.handle_kind = "email";
  d.settings = kSettings;
  d.can.mail = d.can.pull = d.can.send = d.can.file_copy = d.can.find = d.can.watch = d.can.check = true;
  d.can.html = d.can.attachments = d.can.subject = true;
  d.can.chosen_recipients = d.can.signed_reply_address = true;
  // What most providers take at least; base64 makes a file a third larger.
  d.limits.message_bytes = 20 << 20;
  d.limits.recipients = 100;  // RFC 5321 section 4.5.3.1.8
  d.poll = std::chrono::seconds(60);
  d.send_class = channel::SendClass::lookable;
  d.parse = parse;
  d.own_handles = own_handles;
  d.finish = finish;
  d.open_import = open_import;
  d.open = open;
  return d;
}

}  // namespace

extern const channel::Descriptor descriptor;
constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::email
