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

Outward::Outward(Hub& hub)
    : hub_(hub),
      webhooks_(hub, hub.http(), webhook_options(hub.config())),
      images_(hub.http(), hub.clock(), Secret(crypto::random_bytes(32))) {}

Result<std::unique_ptr<net::HttpClient>> guarded_http(const Config& config) {
  net::HttpOptions options;
  if (config.outbound.private_network) options.guard.allow_local();
  for (const std::string& network : config.outbound.networks) TRY_DO(options.guard.allow(network));
  options.ports = config.outbound.ports;
  options.ca_file = config.outbound.ca_file;
  if (const auto us = net::parse_http_url(config.http.public_url)) options.own_hosts.push_back(us->host);
  return net::HttpClient::make(std::move(options));
}

Result<std::unique_ptr<Outward>> Outward::open(Hub& hub) { return std::unique_ptr<Outward>(new Outward(hub)); }

}  // namespace amends::app
