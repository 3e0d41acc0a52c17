// What sites tell us by themselves: a request to an account's own address is verified and read by the account's own
// connector, what it holds is committed, and only then the site is told that we have it.
//
// The address is "/hooks/<account>-<word>": the word is a MAC over the account and how often its address was made anew,
// so it can't be guessed, none is stored, and one that was given away can be ended.
//
// Threads: any, many at once; requests of one account too. One Hooks both takes requests and renews: it remembers what
// the addresses are.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/hub.h"
#include "core/channel/connector.h"

namespace amends::app {

inline constexpr std::string_view kHookPath = "/hooks/";
inline constexpr std::size_t kLargestHook = 1 << 20;  // bytes of a request's body

struct HookAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
  std::int64_t fresh = 0;  // items that are new to us
};

class Hooks {
 public:
  explicit Hooks(Hub& hub) : hub_(hub) {}

  // What the site is told to call: below our public address. "" for a channel that has no webhooks.
  std::string path_of(const HubAccount& account);
  // Another address from now on.
  Result<Done> renew(const HubAccount& account);

  // `word`: what stands behind kHookPath.
  //   404 no such address; 401 not signed as the account's site signs, nothing stored; 400 and 403 as the connector
  //   says 503 with Retry-After: no room, or the database is held: the site tries again 200 and others: the connector's
  //   own answer; what the request held is on the disk
  HookAnswer take(std::string_view word, const channel::WebhookRequest& request);

 private:
  Result<std::string> word_of(AccountId account);
  const HubAccount* account_of(std::string_view word);
  Result<std::int64_t> store(const HubAccount& account, const std::vector<model::Item>& items);

  using Instance = std::unique_ptr<channel::Connector>;
  Result<Instance> lease(const HubAccount& account);
  void give_back(const HubAccount& account, Instance instance);

  Hub& hub_;
  std::mutex mutex_;
  std::map<const HubAccount*, std::vector<Instance>> idle_;
  std::map<AccountId, std::string> words_;  // of accounts that there are
  std::int64_t renewals_ = 0;
};

}  // namespace amends::app
