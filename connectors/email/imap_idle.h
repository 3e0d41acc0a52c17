// A connection that waits for news of one folder (RFC 2177).
#pragma once

#include <memory>
#include <string>

#include "connectors/email/config.h"
#include "connectors/email/imap_connection.h"
#include "core/channel/connector.h"

namespace amends::connectors::email {

class ImapWatch final : public channel::Watch {
 public:
  // Logs in, opens the first of the folders and waits. unsupported: the server has no IDLE. The first readable() says
  // true at once, since what came between the last pull and now was announced to nobody.
  static Result<std::unique_ptr<channel::Watch>> open(std::shared_ptr<const Config> config,
                                                      std::shared_ptr<const net::Interrupt> interrupt);
  ~ImapWatch() override;

  int fd() const override { return poll_.get(); }
  Result<bool> readable() override;
  Result<Done> renew() override;

 private:
  ImapWatch(std::shared_ptr<const Config> config, std::shared_ptr<const net::Interrupt> interrupt)
      : config_(std::move(config)), interrupt_(std::move(interrupt)) {}
  Result<Done> begin();
  Result<Done> idle();
  void ring();  // makes fd() readable
  ImapConnection::Untagged listener();

  // Shared with the connector, which may go first.
  std::shared_ptr<const Config> config_;
  std::shared_ptr<const net::Interrupt> interrupt_;
  std::unique_ptr<ImapConnection> connection_;
  // fd() is an epoll of the socket and a bell of our own: news that arrived with another answer lies in our buffer, or
  // in OpenSSL's, where no poll of the socket would see it.
  net::Fd poll_, bell_;
  std::string tag_;
  bool news_ = false, over_ = false;
};

}  // namespace amends::connectors::email
