// What the house gives an open account, for tests: a clock that moves when told, an HTTP client that reaches this
// machine only, tokens in memory, brakes.
//
//   test::ChannelWorld world;
//   auto connector = world.open(descriptor, {{"api_base", fake.base() + "/"}, …});
//
// Threads: any, as its parts.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/channel/connector.h"
#include "core/channel/descriptor.h"
#include "core/channel/environment.h"
#include "core/net/http_client.h"
#include "tests/support/support.h"

namespace amends::test {

// As core keeps them, without a database: one renewal at a time, committed before anybody sees it.
class MemoryTokens final : public channel::Tokens {
 public:
  void connect(channel::TokenSet set) {
    const std::lock_guard lock(mutex_);
    set_ = std::move(set);
  }
  Result<channel::TokenSet> current() override {
    const std::lock_guard lock(mutex_);
    if (!set_) return fail(Kind::unauthorized, "this account is not connected");
    return *set_;
  }
  Result<channel::TokenSet> renew(
      const Secret& stale, const std::function<Result<channel::TokenSet>(const channel::TokenSet&)>& renew) override {
    const std::lock_guard one_at_a_time(renewing_);
    TRY(const channel::TokenSet before, current());
    if (before.access.reveal() != stale.reveal()) return before;
    ++renewals;
    auto fresh = renew(before);
    if (!fresh) return fresh;
    const std::lock_guard lock(mutex_);
    set_ = *fresh;
    committed_.emplace_back(fresh->access.reveal());
    return fresh;
  }
  // The access tokens that were committed, oldest first.
  std::vector<std::string> committed() const {
    const std::lock_guard lock(mutex_);
    return committed_;
  }
  std::atomic<int> renewals{0};  // how often somebody was asked for a fresh set

 private:
  mutable std::mutex mutex_;
  std::mutex renewing_;
  std::optional<channel::TokenSet> set_;
  std::vector<std::string> committed_;
};

class ChannelWorld {
 public:
  ChannelWorld() {
    net::HttpOptions options;
    options.guard.allow_local();
    auto made = net::HttpClient::make(std::move(options));
    if (!made) std::abort();
    http_ = *std::move(made);
  }

  channel::Environment environment() { return {*http_, clock, tokens, brakes}; }
  net::HttpClient& http() { return *http_; }

  // Checks the settings as core does, then opens the account.
  Result<std::unique_ptr<channel::Connector>> open(const channel::Descriptor& descriptor,
                                                   const std::map<std::string, std::string>& given) {
    TRY(const channel::Settings settings, channel::check_settings(descriptor, given));
    return descriptor.open(settings, environment());
  }

  FakeClock clock;
  MemoryTokens tokens;
  channel::Brakes brakes;

 private:
  std::unique_ptr<net::HttpClient> http_;
};

}  // namespace amends::test
