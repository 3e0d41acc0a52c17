// An environment for accounts that use nothing of it: mail and files bring their own ways. Its client dials public
// hosts only, its account has no tokens.
#pragma once

#include <memory>

#include "core/channel/environment.h"
#include "core/net/http_client.h"
#include "tests/support/support.h"

namespace amends::test {

inline const channel::Environment& bare_environment() {
  class NoTokens final : public channel::Tokens {
    Result<channel::TokenSet> current() override { return fail(Kind::unauthorized, "nobody connected this account"); }
    Result<channel::TokenSet> renew(
        const Secret&, const std::function<Result<channel::TokenSet>(const channel::TokenSet&)>&) override {
      return current();
    }
  };
  static const auto http = *net::HttpClient::make({});
  static const FakeClock clock;
  static NoTokens tokens;
  static channel::Brakes brakes;
  static const channel::Environment environment{*http, clock, tokens, brakes};
  return environment;
}

}  // namespace amends::test
