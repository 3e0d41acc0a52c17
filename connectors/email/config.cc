#include "connectors/email/config.h"

#include <fstream>

#include "connectors/email/address.h"
#include "connectors/email/signing.h"
#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

// Ports on which mail servers are found; a public server on another one has to be named in allowed_networks.
constexpr std::uint16_t kPorts[] = {25, 143, 465, 587, 993, 2525, 2587};
constexpr std::size_t kLongestToken = 16 * 1024;

Security security_of(std::string_view word) {
  if (word == "starttls") return Security::starttls;
  return word == "insecure_none" ? Security::none : Security::tls;
}

Result<std::string> read_token(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string token(kLongestToken + 1, '\0');
  in.read(token.data(), static_cast<std::streamsize>(token.size()));
  token.resize(static_cast<std::size_t>(in.gcount()));
  const std::string trimmed(text::trim(token));
  if (trimmed.empty() || trimmed.size() > kLongestToken || trimmed.find_first_of("\r\n\x01") != trimmed.npos) {
    return fail(Kind::unauthorized, "access_token_file holds no token",
                "it must be readable and hold one line: the token");
  }
  return trimmed;
}

}  // namespace

Result<Secret> Credentials::secret() const {
  if (!oauth) return password;
  if (token_file.empty()) return token;
  TRY(std::string read, read_token(token_file));
  return Secret(std::move(read));
}

Result<Config> read_config(const channel::Settings& settings) {
  Config config;
  config.address = settings.get("address");
  if (!is_mail_address(config.address)) {
    return fail(Kind::invalid, "setting \"address\" takes one mail address, such as support@example.org");
  }
  config.imap.endpoint = {std::string(settings.get("imap_host")),
                          static_cast<std::uint16_t>(settings.number("imap_port"))};
  config.imap.security = security_of(settings.get("imap_security"));
  if (config.imap.endpoint.port == 0) config.imap.endpoint.port = config.imap.security == Security::tls ? 993 : 143;
  config.smtp.endpoint = {std::string(settings.get("smtp_host")),
                          static_cast<std::uint16_t>(settings.number("smtp_port"))};
  config.smtp.security = security_of(settings.get("smtp_security"));
  if (config.smtp.endpoint.port == 0) config.smtp.endpoint.port = config.smtp.security == Security::tls ? 465 : 587;

  Credentials& login = config.imap.credentials;
  login.username = settings.get("username").empty() ? config.address : std::string(settings.get("username"));
  login.password = Secret(std::string(settings.get("password")));
  login.oauth = settings.get("auth") == "xoauth2";
  login.token = Secret(std::string(settings.get("access_token")));
  login.token_file = settings.get("access_token_file");
  if (login.oauth ? login.token.empty() && login.token_file.empty() : login.password.empty()) {
    return fail(Kind::invalid, login.oauth ? "auth = xoauth2 needs access_token or access_token_file"
                                           : "setting \"password\" is missing");
  }
  if (login.username.find_first_of(std::string_view("\r\n\0\x01", 4)) != std::string::npos) {
    return fail(Kind::invalid, "setting \"username\" must be one line");
  }
  config.smtp.credentials = login;
  if (settings.has("smtp_username")) config.smtp.credentials.username = settings.get("smtp_username");
  if (settings.has("smtp_password"))
    config.smtp.credentials.password = Secret(std::string(settings.get("smtp_password")));

  net::Guard guard;
  guard.only_ports(kPorts);
  if (settings.flag("allow_private_network")) guard.allow_local();
  for (const auto& one : settings.list("allowed_networks")) {
    if (auto added = guard.allow(one); !added) return std::move(added).error().within("setting \"allowed_networks\"");
  }
  for (Server* server : {&config.imap, &config.smtp}) server->guard = guard;
  const std::string ca_file(settings.get("ca_file"));
  // Loading the system's authorities takes a while, so it's done only for those who encrypt.
  if (!ca_file.empty() || config.imap.security != Security::none || config.smtp.security != Security::none) {
    TRY(auto tls, net::TlsContext::make(ca_file));
    config.tls = std::make_unique<net::TlsContext>(std::move(tls));
    config.imap.tls = config.smtp.tls = config.tls.get();
  }
  const auto seconds = [&](std::string_view key, std::int64_t least) -> Result<std::chrono::milliseconds> {
    const std::int64_t given = settings.number(key);
    if (given < least || given > 3600) {
      return fail(Kind::invalid,
                  "setting \"" + std::string(key) + "\" takes " + std::to_string(least) + " to 3600 seconds");
    }
    return std::chrono::milliseconds(given * 1000);
  };
  TRY(config.imap.silence, seconds("imap_timeout", 1));
  TRY(config.smtp.silence, seconds("smtp_timeout", 1));
  TRY(config.final_reply, seconds("final_reply_timeout", 1));
  config.imap.total = config.imap.silence * 20;
  config.smtp.total = config.smtp.silence * 6;

  config.folders = settings.list("folders");
  if (config.folders.empty()) config.folders = {"INBOX"};
  config.sent_folder = settings.get("sent_folder");
  const auto copy = settings.get("sent_copy");
  config.sent_copy = copy == "server" ? SentCopy::server : copy == "none" ? SentCopy::none : SentCopy::append;
  config.pull_sent = settings.flag("pull_sent");
  TRY(const auto signing, read_signing(settings));
  if (signing) config.dkim_in_dns = signing->dns_name() + " TXT \"" + signing->key.dns_record() + '"';
  return config;
}

Result<net::Stream> connect(const Server& server, const net::Interrupt* interrupt) {
  const auto deadline = net::Deadline::in(std::min(server.silence, std::chrono::milliseconds(30'000)));
  TRY(auto socket, net::dial(server.endpoint, server.guard, deadline, interrupt));
  net::Stream stream(std::move(socket), interrupt);
  if (server.security == Security::tls) {
    TRY_DO(stream.start_tls(*server.tls, server.endpoint.host, net::Deadline::in(server.silence)));
  }
  return stream;
}

}  // namespace amends::connectors::email
