// One data folder, opened: database, keys, brands, accounts. Everything the program does goes through a Hub; there is
// one in a process, and one process on a folder.
//
// Threads: any. Accounts come, change and go while others use them (account_list.h), brands are changed
// (brand_list.h); the rest never changes after open().
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/account_list.h"
#include "core/app/brand_list.h"
#include "core/app/config.h"
#include "core/app/crash_guard.h"
#include "core/app/health.h"
#include "core/app/metrics.h"
#include "core/app/notice.h"
#include "core/app/tokens.h"
#include "core/base/clock.h"
#include "core/channel/descriptor.h"
#include "core/channel/environment.h"
#include "core/crypto/digest.h"
#include "core/crypto/seal.h"
#include "core/crypto/token.h"
#include "core/erasure/ledger.h"
#include "core/ingest/ingest.h"
#include "core/store/database.h"
#include "core/store/raw_codec.h"
#include "core/thread/threads.h"

namespace amends::net {
class HttpClient;
}

namespace amends::app {

class Hub {
 public:
  // Makes the folder when it is missing (0700). Errors: those of Database::open, and of the key file.
  static Result<std::unique_ptr<Hub>> open(Config config, const Clock& clock);
  ~Hub();

  store::Database& db() { return *db_; }
  store::RawCodec& codec() { return codec_; }
  CrashGuard& guard() { return *guard_; }
  Health& health() { return *health_; }
  Counters& counters() { return counters_; }
  const Clock& clock() const { return clock_; }
  const Config& config() const { return config_; }
  const crypto::KeyRing& keys() const { return keys_; }
  // What secrets in the database are sealed with; core/app/rekey.h adds to it and drops from it while others use it.
  const crypto::SealKeys& seal_keys() const { return seal_keys_; }
  crypto::SealKeys& seal_keys() { return seal_keys_; }
  // Makes the addresses that sites call (hooks.h).
  const Secret& hook_key() const { return hook_key_; }
  // Keys for short ids in tables; made from the installation's key, so they differ between installations.
  crypto::SipKey content_sip() const { return content_sip_; }
  const thread::Threads& threads() const { return threads_; }
  // How mails about items of a site look.
  const Notices& notices() const { return notices_; }

  // How erased persons are recognised; nobody has to look while nobody was erased.
  const erasure::Marks& marks() const { return *marks_; }
  bool anybody_erased() const { return anybody_erased_.load(std::memory_order_acquire); }
  void note_erasure() { anybody_erased_.store(true, std::memory_order_release); }

  // This start of the program, for the outbox: what an older one held is free.
  std::int64_t epoch() const { return epoch_; }

  const std::vector<Brand>& brands() const { return brands_.all(); }
  // The brand of this key, or the only one when the key is empty. invalid names what there is.
  Result<Brand> brand(std::string_view key) const;
  const Brand* find_brand(BrandId id) const { return brands_.find(id); }
  // What the configuration says of a brand, before what was set over the API (brand_settings.h).
  const BrandConfig& stated_brand(BrandId id) const;
  // Reads again what the database says of a brand, after it was changed there.
  Result<Done> reread_brand(BrandId id);

  std::vector<const HubAccount*> accounts() const { return accounts_.all(); }
  const HubAccount* find_account(AccountId id) const { return accounts_.find(id); }
  AccountList& account_list() { return accounts_; }
  // Reads again what the database says of an account, after it was made, changed, connected or removed there. An
  // account of the configuration file stays as it is.
  Result<const HubAccount*> reread_account(AccountId id);
  // The account that holds what was imported through a channel; made on first use. `own_handles` are added to it.
  Result<const HubAccount*> import_account(const Brand& brand, const channel::Descriptor& channel,
                                           const std::vector<std::string>& own_handles);

  // What an open account may use of the house (channel::Descriptor::open). Lives as long as the hub, also when the
  // account is changed meanwhile.
  const channel::Environment& environment(const HubAccount& account);
  AccountTokens& tokens(const HubAccount& account);
  const channel::Brakes& brakes(const HubAccount& account);
  // The one guarded way out, for everything that others name: [outbound] of the configuration.
  net::HttpClient& http() { return *http_; }

  // Whether `handle` is one of ours anywhere in the brand.
  bool is_own(BrandId brand, const channel::Descriptor& channel, std::string_view handle) const;

 private:
  // One an account, made when somebody first asks.
  struct Means {
    Means(Hub& hub, const HubAccount& account)
        : tokens(hub.db(), hub.seal_keys(), hub.clock(), account.brand, account.id),
          environment{hub.http(), hub.clock(), tokens, brakes} {}
    AccountTokens tokens;
    channel::Brakes brakes;
    const channel::Environment environment;
  };
  Means& means_of(const HubAccount& account);
  Hub(Config config, const Clock& clock);
  Result<Done> load();
  void know_stored_brands(store::Tx& tx);
  const channel::Settings* settings_like(BrandId brand, const channel::Descriptor& channel) const;
  HubAccount stored_account(store::Reader& reader, const ingest::Account& row,
                            const channel::Descriptor& channel) const;

  Config config_;
  const Clock& clock_;
  std::unique_ptr<store::Database> db_;
  store::RawCodec codec_;
  std::unique_ptr<CrashGuard> guard_;
  std::unique_ptr<Health> health_;
  Counters counters_;
  std::unique_ptr<const erasure::Marks> marks_;
  std::atomic<bool> anybody_erased_{false};
  crypto::KeyRing keys_;
  crypto::SealKeys seal_keys_;
  Secret hook_key_;
  crypto::SipKey content_sip_;
  thread::Threads threads_{crypto::SipKey{}};
  const Notices notices_;
  std::int64_t epoch_ = 0;
  BrandList brands_;
  AccountList accounts_;
  std::mutex rereading_;
  std::mutex means_mutex_;
  std::map<AccountId, std::unique_ptr<Means>> means_;
  std::unique_ptr<net::HttpClient> http_;
  const channel::Settings no_settings_;
};

}  // namespace amends::app
