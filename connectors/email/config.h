// The settings of one mail account as values, checked beyond what the descriptor's kinds can check.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/channel/descriptor.h"
#include "core/net/dialer.h"
#include "core/net/stream.h"
#include "core/net/tls.h"

namespace amends::connectors::email {

enum class Security : std::uint8_t { tls, starttls, none };
enum class SentCopy : std::uint8_t {
  append,  // we file the copy ourselves
  server,  // the provider files what it delivers (Gmail, Microsoft 365)
  none,
};

// How to log in. The token is read again for every login, because somebody else renews it.
struct Credentials {
  std::string username;
  Secret password;
  bool oauth = false;
  Secret token;
  std::string token_file;

  // The password, or the access token of this moment. unauthorized when there is none.
  Result<Secret> secret() const;
};

struct Server {
  net::Endpoint endpoint;
  Security security = Security::tls;
  Credentials credentials;
  net::Guard guard;
  const net::TlsContext* tls = nullptr;  // outlives every connection
  std::chrono::milliseconds silence{60'000};
  std::chrono::milliseconds total{1'200'000};  // of one command, even if the server dribbles

  net::Patience patience() const { return {silence, net::Deadline::in(total)}; }
};

struct Config {
  std::string address;
  Server imap, smtp;
  std::chrono::milliseconds final_reply{600'000};  // RFC 5321 section 4.5.3.2.6
  std::vector<std::string> folders;
  std::string sent_folder;  // "" to find it
  SentCopy sent_copy = SentCopy::append;
  bool pull_sent = true;
  std::string dkim_in_dns;  // the TXT record that our signature needs; "" when the account doesn't sign
  std::size_t page_mails = 200;
  std::size_t page_bytes = 8u << 20;
  std::size_t message_bytes = 50u << 20;  // above it only the header is fetched
  std::unique_ptr<net::TlsContext> tls;   // what both servers point to
};

Result<Config> read_config(const channel::Settings& settings);

// A connected stream, in TLS already when security is tls.
Result<net::Stream> connect(const Server& server, const net::Interrupt* interrupt);

}  // namespace amends::connectors::email
