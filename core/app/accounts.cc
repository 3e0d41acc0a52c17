#include "core/app/accounts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/app/changes.h"
#include "core/app/walk.h"
#include "core/audit/audit.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/channel/oauth.h"
#include "core/ingest/connections.h"
#include "core/ingest/ingest.h"
#include "core/net/http_client.h"
#include "core/outbox/outbox.h"

namespace amends::app {
namespace {

using channel::SignIn;

constexpr std::chrono::seconds kShortestPoll{5}, kLongestPoll{86'400};

crypto::SealPlace place_of(BrandId brand, AccountId account) {
  return {"account_settings", "sealed_settings", account.value, brand};
}

bool is_name(std::string_view s) {
  return !s.empty() && s.size() <= 40 && s.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == s.npos;
}

const channel::Setting* setting_of(const channel::Descriptor& channel, std::string_view key) {
  const auto it = std::find_if(channel.settings.begin(), channel.settings.end(),
                               [&](const channel::Setting& s) { return s.key == key; });
  return it == channel.settings.end() ? nullptr : &*it;
}

// `before` is what stays allowed: what the console once set may be sent back as it is.
Result<Done> may_set(const channel::Descriptor& channel, const GivenSettings& given, const GivenSettings& before,
                     const AccountActor& by) {
  for (const auto& [key, value] : given) {
    const channel::Setting* setting = setting_of(channel, key);
    if (setting == nullptr || by.at_console || !for_console_only(*setting)) continue;
    const auto known = before.find(key);
    if (value.empty() || value == setting->fallback || (known != before.end() && known->second == value)) continue;
    return fail(Kind::forbidden, "\"" + key + "\" reaches into the machine Amends runs on or its network",
                "it is set in amends.toml or by `amends connect`, by who runs the machine");
  }
  return Done{};
}

Result<Done> check_poll(std::chrono::seconds poll) {
  if (poll.count() == 0 || (poll >= kShortestPoll && poll <= kLongestPoll)) return Done{};
  return fail(Kind::invalid, "an account is pulled every 5 seconds to every day");
}

// Whether they name another place to pull from.
bool names_another_place(const channel::Descriptor& channel, const GivenSettings& before, const GivenSettings& after) {
  const auto value = [](const GivenSettings& all, std::string_view key) {
    const auto it = all.find(std::string(key));
    return it == all.end() ? std::string() : it->second;
  };
  return std::any_of(channel.settings.begin(), channel.settings.end(), [&](const channel::Setting& setting) {
    return setting.required && setting.kind != channel::SettingKind::secret &&
           value(before, setting.key) != value(after, setting.key);
  });
}

bool names_another_host(const channel::Descriptor& channel, const GivenSettings& before, const GivenSettings& after) {
  using channel::SettingKind;
  return std::any_of(channel.settings.begin(), channel.settings.end(), [&](const channel::Setting& setting) {
    if (setting.kind != SettingKind::host && setting.kind != SettingKind::url) return false;
    const std::string key(setting.key), fallback(setting.fallback);
    const auto value = [&](const GivenSettings& all) { return all.contains(key) ? all.at(key) : fallback; };
    return value(before) != value(after);
  });
}

// A secret is only ever shown to the host it was given for: whoever names another one gives the secret again.
const channel::Setting* secret_wanted_again(const channel::Descriptor& channel, const GivenSettings& before,
                                            const GivenSettings& after, const GivenSettings& given) {
  if (!names_another_host(channel, before, after)) return nullptr;
  for (const channel::Setting& setting : channel.settings) {
    const std::string key(setting.key);
    if (setting.kind == channel::SettingKind::secret && after.contains(key) && !given.contains(key)) return &setting;
  }
  return nullptr;
}

void note(store::Tx& tx, Timestamp now, BrandId brand, AccountId account, const AccountActor& by,
          std::string_view action, std::string_view how) {
  audit::Entry entry;
  entry.at = now;
  entry.actor = by.user;
  entry.action = action;
  entry.brand = brand;
  entry.object = "account";
  entry.object_id = account.value;
  entry.peer = by.peer;
  audit::append(tx, entry);
  tell_subject(tx, events::What::account_changed, {brand, now, by.login}, {}, account.value, {{"how", how}});
}

// What an account without tokens of its own may use: nobody has agreed to anything.
class NoTokens final : public channel::Tokens {
  Result<channel::TokenSet> current() override {
    return fail(Kind::unauthorized, "nobody has connected this account yet", "save it, then connect it");
  }
  Result<channel::TokenSet> renew(const Secret&,
                                  const std::function<Result<channel::TokenSet>(const channel::TokenSet&)>&) override {
    return current();
  }
};

Error in_file() {
  return fail(Kind::conflict, "this account stands in the configuration file", "change it in amends.toml");
}

}  // namespace

bool wants_consent(const channel::Descriptor& channel, const channel::Settings& settings) {
  return channel.sign_in == SignIn::oauth && settings.get("access_token").empty();
}

bool for_console_only(const channel::Setting& setting) {
  return setting.kind == channel::SettingKind::path || setting.console_only;
}

Result<std::string> seal_settings(const crypto::SealKeys& keys, BrandId brand, AccountId account,
                                  const GivenSettings& settings) {
  for (const auto& [key, value] : settings) {
    if (!text::is_utf8(value)) return fail(Kind::invalid, "setting \"" + key + "\" must be text in UTF-8");
  }
  return crypto::seal(keys, place_of(brand, account), Secret(nlohmann::json(settings).dump()));
}

Result<GivenSettings> open_settings(const crypto::SealKeys& keys, BrandId brand, AccountId account,
                                    std::string_view sealed) {
  TRY(const Secret text, crypto::open_sealed(keys, place_of(brand, account), sealed));
  const auto json = nlohmann::json::parse(text.reveal(), nullptr, false);
  GivenSettings out;
  if (!json.is_object()) return fail(Kind::corrupt, "the account's stored settings can't be read");
  for (const auto& [key, value] : json.items()) {
    if (value.is_string()) out.emplace(key, value.get<std::string>());
  }
  return out;
}

Result<channel::Settings> Accounts::checked(const channel::Descriptor& channel, const GivenSettings& given) const {
  for (const auto& [key, value] : given) {
    const channel::Setting* setting = setting_of(channel, key);
    const bool is_url = setting != nullptr && setting->kind == channel::SettingKind::url && !value.empty();
    if (is_url && !net::parse_http_url(value)) {
      return fail(Kind::invalid, "setting \"" + key + "\" takes a URL that starts with https:// and holds no password");
    }
  }
  return settings_with_defaults(hub_.config().account_defaults, channel, given);
}

Result<GivenSettings> Accounts::stored(const HubAccount& account) const {
  TRY(const auto row, hub_.db().read([&](store::Reader& reader) -> Result<std::optional<ingest::StoredSettings>> {
    return ingest::settings(reader, account.id);
  }));
  if (!row) return GivenSettings{};
  return open_settings(hub_.seal_keys(), account.brand, account.id, row->sealed);
}

Result<const HubAccount*> Accounts::ours(BrandId brand, AccountId id) const {
  const HubAccount* account = hub_.find_account(id);
  if (account == nullptr || account->brand != brand) return fail(Kind::not_found, "there is no such account");
  if (account->origin == AccountOrigin::file) return in_file();
  return account;
}

// What only the connector knows to be wrong. Touches no network.
Result<Done> Accounts::usable(const HubAccount& account, const channel::Settings& settings) const {
  NoTokens tokens;
  channel::Brakes brakes;
  const channel::Environment environment{hub_.http(), hub_.clock(), tokens, brakes};
  TRY_DO(account.channel->open(settings, environment));
  // Whoever can have a client made on the way to the site needs none before.
  if (wants_consent(*account.channel, settings) && account.channel->register_client == nullptr) {
    TRY_DO(account.channel->oauth(settings));
  }
  return Done{};
}

Result<AccountId> Accounts::create(BrandId brand, const NewAccount& account, const AccountActor& by) {
  if (!is_name(account.name)) {
    return fail(Kind::invalid, "an account's name takes lower-case letters, digits, - and _, at most 40 of them");
  }
  if (account.name == kImportAccount) {
    return fail(Kind::conflict, "\"" + account.name + "\" is where imported items are kept", "choose another name");
  }
  TRY_DO(check_poll(account.poll));
  TRY_DO(may_set(*account.channel, account.settings, {}, by));
  GivenSettings given = account.settings;
  std::erase_if(given, [](const auto& one) { return one.second.empty(); });
  TRY(const channel::Settings settings, checked(*account.channel, given));
  HubAccount draft;
  draft.channel = account.channel;
  TRY_DO(usable(draft, settings));
  TRY(const AccountId id, hub_.db().write([&](store::Tx& tx) -> Result<AccountId> {
    const Timestamp now = hub_.clock().now();
    const ingest::Account row = ingest::ensure_account(tx, brand, account.channel->name, account.name, now);
    const HubAccount* known = hub_.find_account(row.id);
    for (const HubAccount* other : hub_.accounts()) {
      const bool taken = other->brand == brand && other->name == account.name && other->id != row.id &&
                         other->origin != AccountOrigin::import;
      if (taken) known = other;
    }
    if (ingest::settings(tx, row.id) || (known != nullptr && known->origin != AccountOrigin::import)) {
      return fail(Kind::conflict, "an account is named \"" + account.name + "\" already", "choose another name");
    }
    TRY(const std::string sealed, seal_settings(hub_.seal_keys(), brand, row.id, given));
    ingest::keep_settings(tx, brand, row.id, {sealed, true, account.poll, now, now, by.login}, by.login, now);
    // One that was here before may name another place now: nothing is missed by reading from its beginning.
    ingest::set_start_over(tx, row.id, true);
    ingest::set_account_state(tx, row.id, wants_consent(*account.channel, settings) ? "paused" : "active");
    if (!wants_consent(*account.channel, settings)) outbox::reopen_account(tx, row.id);
    note(tx, now, brand, row.id, by, "account.created", "created");
    return row.id;
  }));
  TRY_DO(hub_.reread_account(id));
  return id;
}

Result<Done> Accounts::change(BrandId brand, AccountId id, const AccountChange& change, const AccountActor& by) {
  TRY(const HubAccount* account, ours(brand, id));
  if (change.poll) TRY_DO(check_poll(*change.poll));
  const auto changed = hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    const auto row = ingest::settings(tx, id);
    if (!row) return fail(Kind::not_found, "there is no such account");
    TRY(const GivenSettings before, open_settings(hub_.seal_keys(), brand, id, row->sealed));
    TRY_DO(may_set(*account->channel, change.settings, before, by));
    GivenSettings after = before;
    for (const auto& [key, value] : change.settings) after[key] = value;
    std::erase_if(after, [](const auto& one) { return one.second.empty(); });
    if (const auto* secret = secret_wanted_again(*account->channel, before, after, change.settings)) {
      return fail(Kind::invalid,
                  "setting \"" + std::string(secret->key) + "\" is needed again: the host is another one");
    }
    TRY(const channel::Settings settings, checked(*account->channel, after));
    TRY_DO(usable(*account, settings));
    const Timestamp now = hub_.clock().now();
    TRY(const std::string sealed, seal_settings(hub_.seal_keys(), brand, id, after));
    ingest::keep_settings(
        tx, brand, id, {sealed, row->enabled, change.poll.value_or(row->poll), row->created_at, now, row->created_by},
        row->created_by, now);
    if (change.start_over || names_another_place(*account->channel, before, after)) {
      ingest::set_start_over(tx, id, true);
    }
    if (names_another_host(*account->channel, before, after)) {
      ingest::drop_tokens(tx, id);
      ingest::drop_walks(tx, id);
    }
    // What was refused with the old settings is tried with the new ones; consent is another matter.
    if (!wants_consent(*account->channel, settings) || ingest::tokens(tx, id)) {
      ingest::set_account_state(tx, id, "active");
      outbox::reopen_account(tx, id);
    }
    note(tx, now, brand, id, by, "account.changed", "changed");
    return Done{};
  });
  if (!changed) return changed.error();
  TRY_DO(hub_.reread_account(id));
  return Done{};
}

Result<Done> Accounts::enable(BrandId brand, AccountId id, const AccountActor& by) {
  TRY_DO(ours(brand, id));
  TRY_DO(hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    if (!ingest::settings(tx, id)) return fail(Kind::not_found, "there is no such account");
    const Timestamp now = hub_.clock().now();
    ingest::set_enabled(tx, id, true, now);
    ingest::set_account_state(tx, id, "active");
    outbox::reopen_account(tx, id);
    note(tx, now, brand, id, by, "account.connected", "connected");
    return Done{};
  }));
  TRY_DO(hub_.reread_account(id));
  return Done{};
}

Result<Done> Accounts::disconnect(BrandId brand, AccountId id, const AccountActor& by) {
  TRY(const HubAccount* account, ours(brand, id));
  if (account->origin != AccountOrigin::database) return fail(Kind::not_found, "there is no such account");
  const auto held = hub_.tokens(*account).current();
  TRY_DO(hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    const Timestamp now = hub_.clock().now();
    ingest::drop_tokens(tx, id);
    ingest::drop_walks(tx, id);
    ingest::set_enabled(tx, id, false, now);
    if (wants_consent(*account->channel, *account->settings)) ingest::set_account_state(tx, id, "paused");
    note(tx, now, brand, id, by, "account.disconnected", "disconnected");
    return Done{};
  }));
  TRY_DO(hub_.reread_account(id));
  // Ours are gone whatever the site says to it.
  if (held && account->channel->oauth != nullptr) {
    auto profile = profile_of(*account, held->client);
    const auto told = profile ? channel::revoke(*profile, *held, hub_.http()) : std::move(profile).error();
    if (!told) log::warning("account.revoke_failed", {{"account", id.value}, {"what", told.error().what}});
  }
  return Done{};
}

Result<Done> Accounts::remove(BrandId brand, AccountId id, const AccountActor& by) {
  TRY(const HubAccount* account, ours(brand, id));
  if (account->origin != AccountOrigin::database) return fail(Kind::not_found, "there is no such account");
  TRY_DO(disconnect(brand, id, by));
  TRY_DO(hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    ingest::add_own_handles(tx, id, account->own_handles);
    ingest::drop_settings(tx, id);
    ingest::set_account_state(tx, id, "active");
    note(tx, hub_.clock().now(), brand, id, by, "account.removed", "removed");
    return Done{};
  }));
  TRY_DO(hub_.reread_account(id));
  return Done{};
}

Result<channel::Health> Accounts::try_out(BrandId brand, const NewAccount& account, AccountId like,
                                          const AccountActor& by) {
  GivenSettings given, before;
  const HubAccount* held = nullptr;
  if (like) {
    TRY(held, ours(brand, like));
    if (held->channel != account.channel) return fail(Kind::invalid, "that account is of another channel");
    TRY(before, stored(*held));
    given = before;
  }
  TRY_DO(may_set(*account.channel, account.settings, before, by));
  for (const auto& [key, value] : account.settings) given[key] = value;
  std::erase_if(given, [](const auto& one) { return one.second.empty(); });
  if (const auto* secret = secret_wanted_again(*account.channel, before, given, account.settings)) {
    return fail(Kind::invalid, "setting \"" + std::string(secret->key) + "\" is needed again: the host is another one");
  }
  if (names_another_host(*account.channel, before, given)) held = nullptr;
  TRY(const channel::Settings settings, checked(*account.channel, given));
  HubAccount draft;
  draft.channel = account.channel;
  TRY_DO(usable(draft, settings));

  channel::Health health;
  NoTokens none;
  channel::Brakes brakes;
  const bool agreed = held != nullptr && hub_.tokens(*held).current();
  channel::Tokens& tokens = agreed ? static_cast<channel::Tokens&>(hub_.tokens(*held)) : none;
  if (wants_consent(*account.channel, settings) && !agreed) {
    health.facts.emplace_back("The settings fit. Save the account, then connect it.");
    return health;
  }
  if (!account.channel->can.check) {
    health.facts.emplace_back("The settings fit.");
    return health;
  }
  const channel::Environment environment{hub_.http(), hub_.clock(), tokens, brakes};
  TRY(const auto connector, account.channel->open(settings, environment));
  return connector->check();
}

}  // namespace amends::app
