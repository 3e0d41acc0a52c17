// Getting a person's consent to act for them, and keeping it: OAuth 2 as RFC 6749 with PKCE (RFC 7636), as today's
// practice asks (RFC 9700), service accounts by signed assertions (RFC 7523), and the sites' own ways where they
// differ.
//
// The walk: start() makes the URL a person opens and a Pending that is kept sealed (it has the PKCE verifier) under its
// state; the site sends the browser back with state and code; finish() checks and exchanges them. Pure but for the
// calls that take an Environment or an HttpClient. Threads: any.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/channel/environment.h"
#include "core/net/http_client.h"

namespace amends::channel {

// How a client says who it is at the token endpoint.
enum class ClientAuth : std::uint8_t { basic, body, none };

struct OAuthProfile {
  std::string authorize_url, token_url, revoke_url;  // revoke_url "" when there is none
  std::string client_id;
  Secret client_secret;
  std::vector<std::string> scopes;
  std::string scope_separator = " ";
  ClientAuth client_auth = ClientAuth::body;
  bool pkce = true;                                        // S256
  std::vector<std::pair<std::string, std::string>> extra;  // for the authorize URL: {"access_type", "offline"}
  std::string issuer;                                      // checked against `iss` when the site sends it (RFC 9207)
  // Instead of the usual exchange of the short token for a lasting one, after the code: Meta's long-lived tokens.
  std::function<Result<TokenSet>(net::HttpClient&, const TokenSet&, Timestamp now)> lengthen;
};

struct Pending {
  std::string state;     // 256 random bits; names the walk
  Secret verifier;       // PKCE
  std::string redirect;  // our own address that the site sends the browser to
  Timestamp expires_at;  // ten minutes after the start
};

struct Walk {
  std::string url;  // what the person opens
  Pending pending;
};
Walk start(const OAuthProfile& profile, std::string_view redirect, Timestamp now);
std::string pkce_challenge(std::string_view verifier);  // S256, RFC 7636 section 4.2

// What the site sent back: the query of the redirect.
struct Callback {
  std::string state, code, error, error_description, issuer;
};
// conflict: another walk's state, or too late; rejected: the person or the site said no, in its words; unauthorized:
// the code was not accepted.
Result<TokenSet> finish(const OAuthProfile& profile, const Pending& pending, const Callback& callback,
                        net::HttpClient& http, Timestamp now);

// grant_type=refresh_token. A site that rotates gives a new one, else the old one stays. invalid_grant: unauthorized.
Result<TokenSet> refresh(const OAuthProfile& profile, const TokenSet& set, net::HttpClient& http, Timestamp now);
// As Profile::renew (api.h) takes it. Borrows the client.
std::function<Result<TokenSet>(const TokenSet&)> renew_by_refresh(OAuthProfile profile, const Environment& environment);

// Says at the site that the tokens are no longer wanted (RFC 7009). Nothing to do counts as done.
Result<Done> revoke(const OAuthProfile& profile, const TokenSet& set, net::HttpClient& http);

// The body of a token endpoint's answer. unauthorized for invalid_grant, rejected for other errors, in the site's
// words.
Result<TokenSet> read_token_answer(int status, std::string_view body, Timestamp now);

// A JWT (RFC 7519), signed. `claims` is a JSON object. invalid: the key is none of that kind (PEM, PKCS#8).
Result<std::string> sign_jwt_rs256(std::string_view header_json, std::string_view claims_json, const Secret& pem);
Result<std::string> sign_jwt_es256(std::string_view header_json, std::string_view claims_json, const Secret& pem);

// RFC 7523 section 2.1 with a Google service account's key file (its JSON): an access token for an hour, no refresh.
Result<TokenSet> service_account_token(const Secret& key_json, const std::vector<std::string>& scopes,
                                       net::HttpClient& http, Timestamp now);

// A JWT that somebody sent us (Pub/Sub push, RFC 7519), checked against keys of a JWKS document: signature RS256 only,
// iss, aud, exp, iat with a minute of leeway. unauthorized with a reason that names no secret.
struct JwtExpectation {
  std::string audience;
  std::vector<std::string> issuers;
  std::string email;  // the claim that must say so and be verified; "" for any
};
Result<std::string> verify_jwt(std::string_view jwt, std::string_view jwks_json, const JwtExpectation& expected,
                               Timestamp now);  // its claims as JSON

}  // namespace amends::channel
