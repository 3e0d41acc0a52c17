// The headers by which a receiver knows that a webhook is ours (Standard Webhooks 1.0.0, standardwebhooks.com):
//
//   webhook-id         one delivery, the same on every try, so that a repeat can be dropped
//   webhook-timestamp  seconds since 1970, so that an old one can't be played again
//   webhook-signature  "v1," and HMAC-SHA256 over "id.timestamp.body" as base64; one for each secret in force
//
// The secret is 32 random bytes; people get it as "whsec_" and base64.
// Pure but for the randomness. Threads: any.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/secret.h"

namespace amends::webhook {

Secret new_secret();
// For the person who sets up the receiver.
std::string shown(const Secret& secret);

// "v1,…", with one signature for each key, separated by spaces.
std::string sign(std::span<const Secret> keys, std::string_view id, Timestamp at, std::string_view body);
std::string timestamp_of(Timestamp at);

}  // namespace amends::webhook
