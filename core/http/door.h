// The listening socket: made or taken over, and what is let in through it. One thread, the loop's, but for the making.
#pragma once

#include <functional>
#include <memory>

#include "core/http/connection.h"
#include "core/http/site.h"
#include "core/http/throttle.h"

namespace amends::http {

class Door {
 public:
  // Binds and listens (SO_REUSEADDR, backlog 1024), or takes `options.listen_fd` over.
  static Result<std::unique_ptr<Door>> open(const ServerOptions& options);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  int fd() const { return fd_; }  // -1 once closed
  int port() const { return port_; }

  // Hands everybody who waits, at most some at once, to `enter`; whoever is one too many is told so and let go. False
  // when the process has no descriptor left: try again later.
  bool let_in(Site& site, const std::function<void(std::unique_ptr<Connection>)>& enter);
  bool somebody_waits() const;
  void left(const Connection& connection);
  void close();

 private:
  Door(int fd, int port, std::size_t most_of_one) : fd_(fd), port_(port), crowd_(most_of_one) {}
  int fd_;
  int port_;
  Crowd crowd_;
  std::size_t inside_ = 0;
};

}  // namespace amends::http
