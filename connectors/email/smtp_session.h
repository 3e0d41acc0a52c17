// An SMTP connection that is logged in and takes commands one by one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/email/config.h"
#include "connectors/email/smtp_wire.h"
#include "core/net/stream.h"

namespace amends::connectors::email {

class SmtpSession {
 public:
  static Result<SmtpSession> open(const Server& server, const net::Interrupt* interrupt);

  // A whole reply, whatever its code. unavailable or corrupt: the connection is of no use any more.
  Result<Reply> command(std::string_view line);
  Result<Reply> reply(const net::Patience& patience);
  Result<Done> write(std::string_view bytes, const net::Patience& patience) { return stream_.write(bytes, patience); }
  // A reply that came although nothing was asked, if one is there already; an Error when the connection is gone.
  Result<std::optional<Reply>> unasked();
  void quit();

  const Offers& offers() const { return offers_; }
  const net::Stream& stream() const { return stream_; }
  net::Patience patience() const { return server_->patience(); }

 private:
  SmtpSession(const Server& server, net::Stream stream) : server_(&server), stream_(std::move(stream)) {}
  Result<Done> begin();
  Result<Done> hello();
  Result<Done> log_in();
  Result<Reply> authenticate(std::string_view mechanism, const std::vector<std::string>& answers);

  const Server* server_;
  net::Stream stream_;
  ReplyReader reader_;
  Offers offers_;
};

}  // namespace amends::connectors::email
