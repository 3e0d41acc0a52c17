// Standard Webhooks 1.0: the symmetric signature v1, HMAC-SHA256 over "id.timestamp.body" under a secret that is
// written "whsec_" and base64. Source: github.com/standard-webhooks/standard-webhooks, spec (2026-11-21).
//
// Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/channel/connector.h"

namespace amends::connectors::webhook {

inline constexpr std::chrono::minutes kTolerance{5};  // either way

// The key behind "whsec_…" (the prefix may be left out). invalid: no base64, or fewer than 24 bytes or more than 64.
Result<Secret> read_secret(std::string_view written);

// "v1,…"
std::string sign(const Secret& key, std::string_view id, std::int64_t timestamp, std::string_view body);

// The headers webhook-id, webhook-timestamp and webhook-signature, of whose signatures one must be right under one of
// the keys. unauthorized, without a word about why.
Result<Done> check(const channel::WebhookRequest& request, const std::vector<Secret>& keys);

}  // namespace amends::connectors::webhook
