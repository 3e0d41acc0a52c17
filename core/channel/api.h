// A site's HTTP API as one account uses it: every call is signed in, held back by its bucket's brake, and its outcome
// said in our words. What a connector writes on top is which path, and what the JSON means.
//
//   401                 the tokens are renewed once (Tokens::renew) and the call is made again; a second one is
//                       unauthorized, which pauses the account
//   429, and what a site spells otherwise (Profile::is_limit): rate_limited, and its bucket waits for what the site
//                       says, between 1 s and 24 h; for kUnsaidWait when it says nothing or nonsense
//   403 rejected, 404 and 410 not_found, 409 conflict, 400 and 422 invalid or rejected with the site's words
//   5xx, no answer      unavailable; for a call that is not safe to repeat uncertain (http_client.h)
//   200 with an error   Profile::read_error
//   3xx to a login, HTML where JSON was asked for (Accept, which says so by itself), JSON that ends in the middle:
//                       unavailable, said as such; for a call that is not safe to repeat uncertain, but for the login
//
// Threads: one at a time an instance, as its connector. No error holds a token, a query string or a body.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/channel/connector.h"
#include "core/channel/environment.h"
#include "core/channel/oauth.h"
#include "core/net/http_client.h"

namespace amends::channel {

inline constexpr std::chrono::seconds kUnsaidWait{60};

using Fields = std::vector<std::pair<std::string, std::string>>;

// "a=1&b=two%20words", RFC 3986 encoded; used for queries and for forms.
std::string encode_fields(const Fields& fields);
std::string percent_encode(std::string_view text);  // all but unreserved characters (RFC 3986 section 2.3)
// path_of("accounts/{}/reviews/{}", {a, b}): each {} encoded as one segment. REQUIRES: as many {} as values.
std::string path_of(std::string_view pattern, std::initializer_list<std::string_view> values);

struct ApiRequest {
  std::string method = "GET";
  std::string path;  // below Profile::base, or a whole URL with the same origin (a "next page" link)
  Fields query;
  std::string body;                               // "" for none
  std::string content_type = "application/json";  // of the body
  std::vector<net::HttpHeader> headers;           // beside those of the profile
  std::string bucket;                             // "" is a bucket too
  bool repeatable = false;                        // heard twice it does no harm: PUT of one slot, an idempotency key
  bool anonymous = false;                         // without Authorization: signing in itself, public pages
};

struct ApiAnswer {
  int status = 0;
  std::string body;
  std::vector<net::HttpHeader> headers;  // names in lower case
  std::string_view header(std::string_view name) const;
};

// How a site speaks. Functions may be empty.
struct Profile {
  std::string base;  // "https://mybusiness.googleapis.com/v4/", ends with a slash
  std::vector<net::HttpHeader> headers;
  std::size_t max_bytes = 20u << 20;
  std::chrono::milliseconds timeout{60'000};
  int follow = 0;  // redirects that reading follows, 0 to 3; no credential leaves the origin

  // What goes into the request to sign it in: {"Authorization", "Bearer …"}; called again after a renewal. Empty: the
  // account's access token as a bearer when `renew` is set, else nothing.
  std::function<Result<net::HttpHeader>()> authorization;
  // A fresh set of tokens from the set of this moment: renew_by_refresh() of oauth.h, a service account's exchange, …
  // Empty: a 401 is final.
  std::function<Result<TokenSet>(const TokenSet&)> renew;
  // Whether this answer means "too much, later" although its status doesn't say so, and for how long if it says so.
  std::function<std::optional<std::chrono::seconds>(const ApiAnswer&)> is_limit;
  // An error that an answer of any status carries in the site's own way, in our words; nothing: the status speaks.
  std::function<std::optional<Error>(const ApiAnswer&)> read_error;
  // When the site tells beforehand that nothing is left (X-RateLimit-Remaining: 0): until when the bucket waits.
  std::function<std::optional<Timestamp>(const ApiAnswer&, Timestamp now)> exhausted_until;
};

class Api {
 public:
  // Borrows the environment. invalid when the base is no URL.
  static Result<Api> make(const Environment& environment, Profile profile);

  // An answer of 2xx, or 304 to a request with If-None-Match or If-Modified-Since.
  Result<ApiAnswer> call(const ApiRequest& request);

  // The call that makes the peer act, for send(): checks the brake and signs in, then the point of no return, then the
  // request. Error: the peer did nothing (invalid, rejected, rate_limited, unauthorized, unavailable before the first
  // byte). uncertain: it may have acted; receipt_of() says so recipient by recipient.
  Result<ApiAnswer> act(const Outbound& outbound, const ApiRequest& request);

  // Waits where a site wants to be asked again in a moment. unavailable as soon as it is interrupted.
  Result<Done> pause(std::chrono::milliseconds span);

  // Ends what waits for the peer; see Connector::interrupt.
  void interrupt() noexcept;

 private:
  struct State;
  explicit Api(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

// The receipt of a send that answers everybody at once: accepted with the answer's status, or in doubt for an uncertain
// error; any other error is passed on.
Result<Receipt> receipt_of(const Outbound& outbound, const Result<ApiAnswer>& answer);

// When a limit ends, as sites write it into X-RateLimit-Reset and its like: seconds from now, Unix time in seconds or
// milliseconds, RFC 3339. Nothing for what is none of these.
std::optional<Timestamp> read_reset(std::string_view value, Timestamp now);

// What a site's JSON says about an error, for people, from the members that sites put it into; at most 300 bytes, ""
// when it says nothing.
std::string site_words(std::string_view body);

// RFC 8288: the URL behind rel="next" of a Link header; "" when there is none.
std::string next_link(std::string_view link_header);

}  // namespace amends::channel
