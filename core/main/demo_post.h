// The demo's post office: an SMTP server on a free loopback port that takes what the demo sends, keeps it in memory and
// hands it to nobody. One connection at a time, AUTH PLAIN with any password, no TLS: it lives as long as the demo and
// listens on 127.0.0.1 only.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/result.h"

namespace amends::cli {

class DemoPost {
 public:
  static Result<std::unique_ptr<DemoPost>> open();
  ~DemoPost();
  std::uint16_t port() const { return port_; }
  // What was handed in, oldest first.
  std::vector<std::string> letters() const;

 private:
  DemoPost(int listener, std::uint16_t port);
  void serve(std::stop_token stop);
  void converse(int fd, std::stop_token stop);

  const int listener_;
  const std::uint16_t port_;
  mutable std::mutex mutex_;
  std::vector<std::string> letters_;
  std::jthread thread_;
};

}  // namespace amends::cli
