#include "core/app/outward.h"

#include "core/crypto/random.h"

namespace amends::app {
namespace {

WebhookOptions webhook_options(const Config& config) {
  WebhookOptions options;
  options.public_url = config.http.public_url;
  options.allow_http = config.outbound.private_network;
  return options;
}

}  // namespace

Outward::Outward(Hub& hub, std::unique_ptr<net::HttpClient> http)
    : http_(std::move(http)),
      webhooks_(hub, *http_, webhook_options(hub.config())),
      images_(*http_, hub.clock(), Secret(crypto::random_bytes(32))) {}

Result<std::unique_ptr<Outward>> Outward::open(Hub& hub) {
  const OutboundConfig& config = hub.config().outbound;
  net::HttpOptions options;
  if (config.private_network) options.guard.allow_local();
  for (const std::string& network : config.networks) TRY_DO(options.guard.allow(network));
  options.ports = config.ports;
  options.ca_file = config.ca_file;
  if (const auto us = net::parse_http_url(hub.config().http.public_url)) options.own_hosts.push_back(us->host);
  TRY(auto http, net::HttpClient::make(std::move(options)));
  return std::unique_ptr<Outward>(new Outward(hub, std::move(http)));
}

}  // namespace amends::app
