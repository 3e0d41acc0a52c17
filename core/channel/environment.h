// What an open account may use of the house: the guarded way out, the clock, its own tokens and its own brakes. Nothing
// else of core is within a connector's reach.
//
// Borrowed: everything outlives the connector. Threads: each part says its own.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace amends::net {
class HttpClient;
}

namespace amends::channel {

// What a site gave us to act with (RFC 6749 section 5.1).
struct TokenSet {
  Secret access, refresh;
  std::optional<Timestamp> expires_at;  // of `access`; nothing: the site didn't say
  std::vector<std::string> scopes;
  std::string subject;  // whom the site says we act for: an account id, an address; "" when not said
  // Whom they were given to, where the site made us a client for this account alone (Descriptor::register_client): what
  // to lay over its settings. Empty: the settings name the client.
  std::map<std::string, Secret> client;
};

// The tokens of one account, sealed at rest by core. Its pull and its send, in this process or another, share them.
// Threads: any.
class Tokens {
 public:
  virtual ~Tokens() = default;

  // unauthorized when nobody connected the account yet.
  virtual Result<TokenSet> current() = 0;

  // Makes a new set under the account's lock: `renew` gets the set of this moment and what it answers is committed
  // before anybody uses it, since a site may have forgotten the old refresh token by then. When somebody else renewed
  // while we waited (current().access is not `stale`), theirs is answered and `renew` is not called.
  // unauthorized from `renew` pauses the account and raises the alarm; the old set stays stored.
  virtual Result<TokenSet> renew(const Secret& stale,
                                 const std::function<Result<TokenSet>(const TokenSet&)>& renew) = 0;
};

// Brakes, by bucket: what a site limits together ("reviews.list", "write"). A bucket that was told to wait holds back
// only itself; everybody who acts for the account sees it. Threads: any.
class Brakes {
 public:
  // rate_limited with the time that is left, while the bucket has to wait.
  Result<Done> may_go(std::string_view bucket, Timestamp now) const;
  // Never shortens a wait.
  void hold(std::string_view bucket, Timestamp until);
  std::map<std::string, Timestamp> held(Timestamp now) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Timestamp, std::less<>> until_;
};

struct Environment {
  net::HttpClient& http;
  const Clock& clock;
  Tokens& tokens;
  Brakes& brakes;
};

}  // namespace amends::channel
