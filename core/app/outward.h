// What connects to places that others name, as one: the guarded HTTP client, webhooks out, the proxy for remote
// pictures. `serve` opens it beside the workers; who may be dialled stands in [outbound] of the configuration file
// alone.
#pragma once

#include <memory>

#include "core/app/hub.h"
#include "core/app/image_proxy.h"
#include "core/app/webhooks.h"
#include "core/net/http_client.h"

namespace amends::app {

// The HTTP client that [outbound] allows. invalid: its ca_file can't be read.
Result<std::unique_ptr<net::HttpClient>> guarded_http(const Config& config);

class Outward {
 public:
  // Nothing leaves before start(). Borrows the hub and its HTTP client.
  static Result<std::unique_ptr<Outward>> open(Hub& hub);
  ~Outward() { stop(); }
  Outward(const Outward&) = delete;
  Outward& operator=(const Outward&) = delete;

  void start() { webhooks_.start(); }
  void stop() { webhooks_.stop(); }

  net::HttpClient& http() { return hub_.http(); }
  Webhooks& webhooks() { return webhooks_; }
  ImageProxy& images() { return images_; }

 private:
  explicit Outward(Hub& hub);

  Hub& hub_;
  Webhooks webhooks_;
  ImageProxy images_;
};

}  // namespace amends::app
