// Who speaks when something is pushed: Pub/Sub signs each push with a token of the subscription's service account, by
// keys that Google publishes. Source: cloud.google.com/pubsub/docs/authenticate-push-subscriptions (2026-11-21).
// Threads: one at a time; interrupt() from any.
#pragma once

#include <chrono>
#include <string>

#include "core/base/result.h"
#include "core/channel/connector.h"
#include "core/channel/descriptor.h"
#include "core/channel/environment.h"
#include "core/net/http_client.h"

namespace amends::connectors::google_business {

class PushProof {
 public:
  // Of the settings "push_audience", "push_account" and "push_keys". Borrows both.
  PushProof(const channel::Settings& settings, const channel::Environment& environment)
      : settings_(settings), environment_(environment) {}

  // unauthorized: it is not signed for this account; unavailable: the keys could not be fetched.
  Result<Done> check(const channel::WebhookRequest& request);
  void interrupt() noexcept { interrupt_.raise(); }

 private:
  Result<Done> fetch_keys(std::chrono::milliseconds good_for);

  const channel::Settings& settings_;
  const channel::Environment& environment_;
  net::Interrupt interrupt_;
  std::string keys_;
  std::chrono::milliseconds keys_at_{0};
};

}  // namespace amends::connectors::google_business
