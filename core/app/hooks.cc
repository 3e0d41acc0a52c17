#include "core/app/hooks.h"

#include <algorithm>

#include "core/app/was_erased.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/crypto/hmac.h"
#include "core/ingest/connections.h"
#include "core/ingest/ingest.h"

namespace amends::app {
namespace {

constexpr std::size_t kMacBytes = 24;
constexpr std::size_t kMostIdle = 12;  // of an account: as many as the server has workers
constexpr std::chrono::seconds kComeAgain{30};

HookAnswer refusal(int status, std::string_view words) {
  HookAnswer out;
  out.status = status;
  out.body = std::string(words) + "\n";
  if (status == 503) out.retry_after = kComeAgain;
  return out;
}

HookAnswer refusal(const Error& error) {
  switch (error.kind) {
    case Kind::unauthorized: return refusal(401, "not signed as it should be");
    case Kind::invalid:
    case Kind::corrupt: return refusal(400, "can't be read");
    case Kind::forbidden:
    case Kind::rejected: return refusal(403, "not allowed");
    case Kind::unsupported: return refusal(404, "nothing is taken here");
    default: return refusal(503, "later");
  }
}

}  // namespace

Result<std::string> Hooks::word_of(AccountId account) {
  std::int64_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    if (const auto it = words_.find(account); it != words_.end()) return it->second;
    before = renewals_;
  }
  TRY(const std::int64_t generation, hub_.db().read([&](store::Reader& reader) -> Result<std::int64_t> {
    return ingest::hook_generation(reader, account);
  }));
  const std::string number = std::to_string(account.value);
  const crypto::Sha256 mac = crypto::hmac_sha256(hub_.hook_key(), number + ":" + std::to_string(generation));
  std::string word = number + "-" + text::to_base64url(crypto::bytes_of(mac).substr(0, kMacBytes));
  const std::lock_guard lock(mutex_);
  // What was read may be from before a renewal meanwhile.
  if (renewals_ == before && hub_.find_account(account) != nullptr) words_[account] = word;
  return word;
}

std::string Hooks::path_of(const HubAccount& account) {
  if (!account.channel->can.webhook) return "";
  const auto word = word_of(account.id);
  return word ? std::string(kHookPath) + *word : "";
}

Result<Done> Hooks::renew(const HubAccount& account) {
  auto renewed = hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    ingest::renew_hook(tx, account.brand, account.id);
    return Done{};
  });
  const std::lock_guard lock(mutex_);
  ++renewals_;
  words_.erase(account.id);
  return renewed;
}

// One spelling only: the word is compared whole.
const HubAccount* Hooks::account_of(std::string_view word) {
  const std::size_t dash = word.find('-');
  const std::string_view number = word.substr(0, dash);
  const bool plain = dash != word.npos && !number.empty() && number.size() <= 16 &&
                     std::all_of(number.begin(), number.end(), text::is_digit);
  if (!plain) return nullptr;
  const AccountId id{std::stoll(std::string(number))};
  const auto known = word_of(id);
  if (!known || !crypto::equal_in_constant_time(word, *known)) return nullptr;
  const HubAccount* account = hub_.find_account(id);
  return account != nullptr && account->connected && account->channel->can.webhook ? account : nullptr;
}

HookAnswer Hooks::take(std::string_view word, const channel::WebhookRequest& request) {
  const HubAccount* account = account_of(word);
  if (account == nullptr) return refusal(404, "there is nothing at this address");
  if (hub_.health().disk_low()) return refusal(503, "no room");
  const auto refused = [&](const Error& error) {
    Counters::OfAccount counted;
    counted.hooks_refused = 1;
    hub_.counters().add(account->id, counted);
    log::warning("hook.refused", {{"account", account->name}, {"kind", row_of(error.kind).name}});
    return refusal(error);
  };
  auto connector = lease(*account);
  if (!connector) return refused(connector.error());
  auto reply = (*connector)->webhook(request);
  give_back(*account, *std::move(connector));
  if (!reply) return refused(reply.error());

  HookAnswer out;
  out.status = reply->status;
  out.body = std::move(reply->body);
  // JSON, or a page where the channel is one for strangers to fill in, which the web server shows in a sandbox;
  // anything else goes back as text.
  const auto answers = [&](std::string_view type) { return reply->content_type.rfind(type, 0) == 0; };
  if (answers("application/json") || (account->channel->sign_in == channel::SignIn::none && answers("text/html"))) {
    out.content_type = reply->content_type;
  }
  Counters::OfAccount counted;
  counted.hooks = 1;
  if (!reply->items.empty()) {
    const auto fresh = store(*account, reply->items);
    if (!fresh) {
      hub_.health().look();
      log::error("hook.not_stored", {{"account", account->name}, {"kind", row_of(fresh.error().kind).name}});
      return refusal(503, "later");
    }
    out.fresh = *fresh;
    counted.delivered = static_cast<std::int64_t>(reply->items.size());
    counted.known = counted.delivered - *fresh;
  }
  hub_.counters().add(account->id, counted);
  return out;
}

Result<std::int64_t> Hooks::store(const HubAccount& account, const std::vector<model::Item>& items) {
  std::vector<crypto::Sha256> digests;
  digests.reserve(items.size());
  for (const model::Item& item : items) digests.push_back(crypto::sha256(item.raw));
  return hub_.db().write([&](store::Tx& tx) -> Result<std::int64_t> {
    std::int64_t fresh = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string_view digest = crypto::bytes_of(digests[i]);
      if (erased_bytes(hub_, tx, account, digest)) continue;
      if (ingest::store_item(tx, hub_.codec(), account.brand, account.id, items[i], digest).fresh) ++fresh;
    }
    return fresh;
  });
}

Result<Hooks::Instance> Hooks::lease(const HubAccount& account) {
  {
    const std::lock_guard lock(mutex_);
    const auto it = idle_.find(&account);
    if (it != idle_.end() && !it->second.empty()) {
      Instance out = std::move(it->second.back());
      it->second.pop_back();
      return out;
    }
  }
  return account.channel->open(*account.settings, hub_.environment(account));
}

void Hooks::give_back(const HubAccount& account, Instance instance) {
  // An account that was changed meanwhile is opened anew.
  if (hub_.find_account(account.id) != &account) {
    const std::lock_guard lock(mutex_);
    idle_.erase(&account);
    return;
  }
  const std::lock_guard lock(mutex_);
  std::vector<Instance>& idle = idle_[&account];
  if (idle.size() < kMostIdle) idle.push_back(std::move(instance));
}

}  // namespace amends::app
