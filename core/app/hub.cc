#include "core/app/hub.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/app/accounts.h"
#include "core/app/brand_settings.h"
#include "core/app/changes.h"
#include "core/app/keys.h"
#include "core/app/migrations.h"
#include "core/app/outward.h"
#include "core/app/rekey.h"
#include "core/base/text.h"
#include "core/channel/registry.h"
#include "core/crypto/hmac.h"
#include "core/ingest/connections.h"
#include "core/net/http_client.h"
#include "core/outbox/outbox.h"

namespace amends::app {
namespace {

using std::chrono::seconds;

Result<Done> make_folder(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return Done{};
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (::mkdir(path.c_str(), 0700) != 0) {
    return fail(Kind::unavailable, path + ": can't be made: " + std::strerror(errno),
                "choose another folder with --data or [hub] data");
  }
  return Done{};
}

// A new key beside an old database would double mail and disown every reply address handed out.
Result<Done> refuse_lost_key(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::exists(folder + "/amends.db", error) ||
      std::filesystem::exists(folder + "/amends.key", error)) {
    return Done{};
  }
  return fail(Kind::invalid, folder + "/amends.key is gone, and the database beside it was made with it",
              "put amends.key back from the backup; without it mail would be doubled and replies lose their thread");
}

Error how_to_go_on(Error error, const std::string& folder) {
  if (error.kind != Kind::corrupt || !error.hint.empty()) return error;
  return std::move(error).with_hint("Keep this folder as it is, and run: amends restore BACKUP --replace --data " +
                                    folder);
}

crypto::SipKey derive_sip(const Secret& key, std::string_view purpose) {
  const crypto::Sha256 bytes = crypto::hmac_sha256(key, purpose);
  crypto::SipKey out;
  std::memcpy(&out.k0, bytes.data(), sizeof out.k0);
  std::memcpy(&out.k1, bytes.data() + sizeof out.k0, sizeof out.k1);
  return out;
}

std::vector<std::string> own_handles_of(const channel::Descriptor& channel, const channel::Settings& settings) {
  return channel.own_handles != nullptr ? channel.own_handles(settings) : std::vector<std::string>{};
}

}  // namespace

Hub::Hub(Config config, const Clock& clock) : config_(std::move(config)), clock_(clock), notices_(config_.wordings) {}
Hub::~Hub() = default;

Result<std::unique_ptr<Hub>> Hub::open(Config config, const Clock& clock) {
  std::unique_ptr<Hub> hub(new Hub(std::move(config), clock));
  TRY_DO(hub->load());
  return hub;
}

Result<Done> Hub::load() {
  TRY_DO(make_folder(config_.data));
  TRY_DO(refuse_lost_key(config_.data));
  TRY(KeyFile key_file, load_or_make_keys(config_.data));
  for (auto& [version, one] : key_file.seal) seal_keys_.add(version, std::move(one));
  Secret& key = key_file.installation;
  hook_key_ = crypto::derive_key(key, "hooks");
  content_sip_ = derive_sip(key, "content");
  threads_ = thread::Threads(derive_sip(key, "threads"));
  marks_ = std::make_unique<const erasure::Marks>(key);
  keys_.add(0, std::move(key));

  store::Options options;
  options.path = config_.data + "/amends.db";
  options.migrations = migrations();
  auto opened = store::Database::open(options);
  if (!opened) return how_to_go_on(std::move(opened).error(), config_.data);
  db_ = *std::move(opened);
  health_ = std::make_unique<Health>(config_.data, DiskMarks{config_.low_disk});
  TRY(guard_, CrashGuard::open(config_.data));
  auto http = guarded_http(config_);
  if (!http) return std::move(http).error().within("[outbound]");
  http_ = *std::move(http);

  return db_->write([&](store::Tx& tx) -> Result<Done> {
    TRY_DO(check_sealed(tx, seal_keys_));
    epoch_ = outbox::begin_epoch(tx, clock_.now());
    recover_outbox(tx, {epoch_, clock_.ticks().count()}, clock_.now());
    if (erasure::count(tx) > 0) note_erasure();
    know_stored_brands(tx);
    for (const BrandConfig& brand : config_.brands) {
      const BrandId id = ingest::ensure_brand(tx, brand.key, brand.name, clock_.now());
      brands_.put(id, brand_in_force(tx, id, brand));
    }
    for (const AccountConfig& account : config_.accounts) {
      const auto& known = brands();
      const auto brand =
          std::find_if(known.begin(), known.end(), [&](const Brand& b) { return b.config->key == account.brand; });
      if (brand == known.end()) return fail(Kind::invalid, "account " + account.name + ": no brand " + account.brand);
      const ingest::Account row =
          ingest::ensure_account(tx, brand->id, account.channel->name, account.name, clock_.now());
      accounts_.put({row.id, brand->id, account.name, account.channel, &account.settings, account.poll, account.enabled,
                     own_handles_of(*account.channel, account.settings), AccountOrigin::file});
    }
    // Connected over the API, imported, and no longer configured: still readable, in any case.
    for (const ingest::Account& row : ingest::accounts(tx)) {
      const channel::Descriptor* channel = channel::find_channel(row.channel);
      if (channel == nullptr || find_brand(row.brand) == nullptr || find_account(row.id) != nullptr) continue;
      accounts_.put(stored_account(tx, row, *channel));
    }
    return Done{};
  });
}

// Without a configuration the folder says itself which brands there are.
void Hub::know_stored_brands(store::Tx& tx) {
  if (!config_.source.empty() || config_.brands.size() != 1 || config_.brands.front().key != BrandConfig{}.key) return;
  std::vector<BrandConfig> stored;
  for (auto q = tx.query("SELECT key, name, language FROM brand ORDER BY id"); q.next();) {
    BrandConfig brand;
    brand.key = q.row().string(0);
    brand.name = q.row().string(1);
    brand.language = q.row().string(2);
    stored.push_back(std::move(brand));
  }
  if (!stored.empty()) config_.brands = std::move(stored);
}

Result<Brand> Hub::brand(std::string_view key) const {
  if (key.empty() && brands().size() == 1) return brands().front();
  std::vector<std::string> names;
  for (const Brand& brand : brands()) {
    if (brand.config->key == key) return brand;
    names.push_back(brand.config->key);
  }
  return fail(Kind::invalid, key.empty() ? "which brand?" : "there is no brand \"" + std::string(key) + "\"",
              "--brand takes one of: " + text::join(names, ", "));
}

const BrandConfig& Hub::stated_brand(BrandId id) const {
  const std::string& key = find_brand(id)->config->key;
  return *std::find_if(config_.brands.begin(), config_.brands.end(),
                       [&](const BrandConfig& b) { return b.key == key; });
}

Result<Done> Hub::reread_brand(BrandId id) {
  const std::lock_guard lock(rereading_);  // as in reread_account()
  TRY(BrandConfig fresh, db_->read([&](store::Reader& reader) -> Result<BrandConfig> {
    return brand_in_force(reader, id, stated_brand(id));
  }));
  brands_.put(id, std::move(fresh));
  return Done{};
}

HubAccount Hub::stored_account(store::Reader& reader, const ingest::Account& row,
                               const channel::Descriptor& channel) const {
  HubAccount out{row.id,
                 row.brand,
                 row.name,
                 &channel,
                 settings_like(row.brand, channel),
                 seconds(0),
                 false,
                 row.own_handles,
                 AccountOrigin::import};
  const auto stored = ingest::settings(reader, row.id);
  if (!stored) return out;
  out.origin = AccountOrigin::database;
  out.poll = stored->poll > seconds(0) ? stored->poll : channel.poll;
  auto settings = open_settings(seal_keys_, row.brand, row.id, stored->sealed);
  auto checked = settings ? settings_with_defaults(config_.account_defaults, channel, *std::move(settings))
                          : std::move(settings).error();
  if (!checked) {
    out.trouble = checked.error().what;
    return out;
  }
  out.held = std::make_shared<const channel::Settings>(*std::move(checked));
  out.settings = out.held.get();
  out.connected = stored->enabled;
  for (std::string& handle : own_handles_of(channel, *out.settings)) {
    const auto& known = out.own_handles;
    if (std::find(known.begin(), known.end(), handle) == known.end()) out.own_handles.push_back(std::move(handle));
  }
  return out;
}

Result<const HubAccount*> Hub::reread_account(AccountId id) {
  if (const HubAccount* known = find_account(id); known != nullptr && known->origin == AccountOrigin::file) {
    return known;
  }
  const std::lock_guard lock(rereading_);  // what was read later must not be replaced by what was read before
  TRY(auto fresh, db_->read([&](store::Reader& reader) -> Result<std::optional<HubAccount>> {
    const auto row = ingest::account(reader, id);
    const channel::Descriptor* channel = row ? channel::find_channel(row->channel) : nullptr;
    if (channel == nullptr) return std::optional<HubAccount>();
    return std::optional(stored_account(reader, *row, *channel));
  }));
  if (!fresh) return fail(Kind::not_found, "there is no such account");
  return accounts_.put(*std::move(fresh));
}

Result<const HubAccount*> Hub::import_account(const Brand& brand, const channel::Descriptor& channel,
                                              const std::vector<std::string>& own_handles) {
  TRY(const AccountId id, db_->write([&](store::Tx& tx) -> Result<AccountId> {
    const ingest::Account account = ingest::ensure_account(tx, brand.id, channel.name, kImportAccount, clock_.now());
    return ingest::add_own_handles(tx, account.id, own_handles).id;
  }));
  return reread_account(id);
}

// What was imported is understood as the connected account of its brand and channel would understand it: the same mail
// servers are believed.
const channel::Settings* Hub::settings_like(BrandId brand, const channel::Descriptor& channel) const {
  const channel::Settings* found = accounts_.settings_like(brand, channel);
  return found != nullptr ? found : &no_settings_;
}

Hub::Means& Hub::means_of(const HubAccount& account) {
  const std::lock_guard lock(means_mutex_);
  auto& means = means_[account.id];
  if (!means) means = std::make_unique<Means>(*this, account);
  return *means;
}

const channel::Environment& Hub::environment(const HubAccount& account) { return means_of(account).environment; }
AccountTokens& Hub::tokens(const HubAccount& account) { return means_of(account).tokens; }
const channel::Brakes& Hub::brakes(const HubAccount& account) { return means_of(account).brakes; }

bool Hub::is_own(BrandId brand, const channel::Descriptor& channel, std::string_view handle) const {
  if (handle.empty()) return false;
  return accounts_.is_own(brand, channel.handle_kind, crypto::without_reply_token(handle));
}

}  // namespace amends::app
