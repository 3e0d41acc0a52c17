// What Facebook, Instagram and WhatsApp have in common: Meta's Graph API. Its errors and limits in our words, its
// pages, the proof that a token is used by its own app, the signature of its webhooks and their handshake.
//
// Sources: developers.facebook.com/docs/graph-api: guides/error-handling, overview/rate-limiting,
// guides/secure-requests, webhooks/getting-started (2026-11-21). Pure but for lengthen(). Threads: any.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/channel/api.h"
#include "core/channel/connector.h"
#include "core/channel/descriptor.h"

namespace amends::connectors::meta {

inline constexpr std::string_view kGraph = "https://graph.facebook.com/v23.0/";
// A delivery older than this can't be a repeat of Meta's own (it retries for 36 hours): somebody replays it.
inline constexpr std::chrono::hours kOldestDelivery{24 * 7};

// X-Hub-Signature-256 over the raw bytes; any of the secrets may have made it, so that one can be changed without a
// gap. unauthorized, without a word about why: none was sent, it is SHA-1 only, it is wrong, or there is no secret at
// all.
Result<Done> check_signature(const channel::WebhookRequest& request, const std::vector<Secret>& secrets);
std::string signature_of(std::string_view body, const Secret& secret);  // "sha256=…"
// The settings "app_secret" and "old_app_secret", those that are there.
std::vector<Secret> secrets_of(const channel::Settings& settings);

// The GET by which Meta asks whether this address is ours. Wrong token: unauthorized. A challenge of anything but
// [A-Za-z0-9_-]: 400.
Result<channel::WebhookReply> handshake(const channel::WebhookRequest& request, const Secret& verify_token);

// The first value of this name in a query string, decoded; "" when there is none.
std::string query_value(std::string_view query, std::string_view name);

// "appsecret_proof": HMAC-SHA256 of the token under the app's secret, in hex. Empty without a secret.
channel::Fields proof_of(const Secret& token, const Secret& app_secret);

// The profile of an account: base, limits and errors. `token` gives the access token of this moment.
channel::Profile profile(std::string base, std::function<Result<Secret>()> token);

// How long an answer asks us to wait: error codes 4, 17, 32, 613, 80000-80014 and WhatsApp's 130429, 131048, 131056.
// 0: it is a limit and doesn't say how long.
std::optional<std::chrono::seconds> read_limit(const channel::ApiAnswer& answer);
// 190 and 102: unauthorized; 10 and 200-299: rejected, or what `hint` says of them; 803 and 100/33: not_found; 506:
// conflict; 1, 2 and is_transient: unavailable; 100: invalid; others rejected. Nothing when the
// answer has no "error", or its status is 5xx and speaks for itself.
std::optional<Error> read_error(const channel::ApiAnswer& answer);
// X-Business-Use-Case-Usage and X-App-Usage: until when to wait once something is used up.
std::optional<Timestamp> exhausted_until(const channel::ApiAnswer& answer, Timestamp now);

// "after" of the page that follows; "" on the last one. `page` is the JSON of an answer or of a nested list.
std::string next_page(std::string_view body);

// "2026-11-20T10:11:12+0000" as the Graph API writes it.
std::optional<Timestamp> read_time(std::string_view text);

// Trades the short token of the browser walk for one of 60 days (grant_type=fb_exchange_token), as
// OAuthProfile::lengthen takes it. With a `page_id` it then asks for that page's own token, which doesn't end by
// itself.
std::function<Result<channel::TokenSet>(net::HttpClient&, const channel::TokenSet&, Timestamp)> lengthen(
    std::string base, std::string app_id, const Secret& app_secret, const std::string& page_id);

}  // namespace amends::connectors::meta
