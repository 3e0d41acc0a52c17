#include "core/app/walk.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/app/changes.h"
#include "core/app/tokens.h"
#include "core/audit/audit.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/ingest/connections.h"
#include "core/ingest/ingest.h"
#include "core/outbox/outbox.h"

namespace amends::app {
namespace {

constexpr std::size_t kLongestField = 4096, kLongestState = 200;

crypto::SealPlace walk_place(BrandId brand, AccountId account) {
  return {"account_walk", "sealed_pending", account.value, brand};
}

bool has_control(std::string_view s) {
  return std::any_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string hash_of(std::string_view state) { return std::string(crypto::bytes_of(crypto::sha256(state))); }

using Client = std::map<std::string, Secret>;

// What is kept of a walk while the person is away.
struct Kept {
  channel::Pending pending;
  Client client;
};

Secret to_text(const Kept& kept) {
  const channel::Pending& pending = kept.pending;
  nlohmann::json json = {{"state", pending.state},
                         {"verifier", pending.verifier.reveal()},
                         {"redirect", pending.redirect},
                         {"expires_at", pending.expires_at.ms}};
  for (const auto& [key, value] : kept.client) json["client"][key] = value.reveal();
  return Secret(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Result<Kept> kept_from(const Secret& text) {
  const auto json = nlohmann::json::parse(text.reveal(), nullptr, false);
  if (!json.is_object()) return fail(Kind::corrupt, "what was kept of connecting the account can't be read");
  Kept out;
  out.pending.state = json.value("state", std::string());
  out.pending.verifier = Secret(json.value("verifier", std::string()));
  out.pending.redirect = json.value("redirect", std::string());
  out.pending.expires_at = Timestamp{json.value("expires_at", std::int64_t{0})};
  for (const auto& [key, value] : json.value("client", std::map<std::string, std::string>())) {
    out.client.emplace(key, Secret(value));
  }
  return out;
}

// Nothing where the account's settings name a client, or must.
Result<Client> client_for(Hub& hub, const HubAccount& account, std::string_view redirect) {
  Client out;
  const auto make = account.channel->register_client;
  if (make == nullptr || profile_of(account, {})) return out;
  auto made = make(*account.settings, redirect, hub.http());
  if (!made) {
    Error error = std::move(made).error();
    if (error.hint.empty()) error.hint = "or give client_id and client_secret of an application made there";
    return std::move(error).within("registering with " + std::string(account.channel->title));
  }
  for (auto& [key, value] : *made) out.emplace(key, Secret(std::move(value)));
  return out;
}

void note(store::Tx& tx, Timestamp now, const HubAccount& account, UserId user, const std::string& login,
          const std::string& peer, std::string_view action) {
  audit::Entry entry;
  entry.at = now;
  entry.actor = user;
  entry.action = action;
  entry.brand = account.brand;
  entry.object = "account";
  entry.object_id = account.id.value;
  entry.peer = peer;
  audit::append(tx, entry);
  tell_subject(tx, events::What::account_changed, {account.brand, now, login}, {}, account.id.value,
               {{"how", action == "account.connected" ? "connected" : "connecting"}});
}

}  // namespace

Result<channel::OAuthProfile> profile_of(const HubAccount& account, const std::map<std::string, Secret>& client) {
  if (account.channel->oauth == nullptr) {
    return fail(Kind::unsupported, std::string(account.channel->title) + " needs nobody's consent",
                "its settings are enough");
  }
  channel::Settings settings = *account.settings;
  for (const auto& [key, value] : client) settings.set(key, std::string(value.reveal()));
  return account.channel->oauth(settings);
}

Result<WalkBegun> begin_walk(Hub& hub, const HubAccount& account, std::string_view redirect, const AccountActor& by) {
  if (!account.trouble.empty()) return fail(Kind::invalid, account.trouble, "mend the account's settings first");
  TRY(const Client client, client_for(hub, account, redirect));
  TRY(const channel::OAuthProfile profile, profile_of(account, client));
  const Timestamp now = hub.clock().now();
  const channel::Walk walk = channel::start(profile, redirect, now);
  TRY_DO(hub.db().write([&](store::Tx& tx) -> Result<Done> {
    TRY(const std::string sealed,
        crypto::seal(hub.seal_keys(), walk_place(account.brand, account.id), to_text({walk.pending, client})));
    ingest::drop_old_walks(tx, now);
    ingest::keep_walk(tx, {account.id, account.brand, sealed, by.login, walk.pending.expires_at},
                      hash_of(walk.pending.state));
    note(tx, now, account, by.user, by.login, by.peer, "account.connecting");
    return Done{};
  }));
  return WalkBegun{walk.url, walk.pending.state};
}

Result<WalkEnded> finish_walk(Hub& hub, const channel::Callback& callback) {
  const auto over = [] {
    return fail(Kind::conflict, "this way to connect an account is over: it is good for ten minutes and once",
                "begin again where the account is connected");
  };
  // Used up by being looked at, whatever comes of it.
  TRY(const auto walk, hub.db().write([&](store::Tx& tx) -> Result<std::optional<ingest::StoredWalk>> {
    return ingest::take_walk(tx, hash_of(callback.state));
  }));
  const Timestamp now = hub.clock().now();
  if (!walk || walk->expires_at <= now) return over();
  const HubAccount* account = hub.find_account(walk->account);
  if (account == nullptr || account->brand != walk->brand) return over();
  TRY(const Secret text, crypto::open_sealed(hub.seal_keys(), walk_place(walk->brand, walk->account), walk->sealed));
  TRY(const Kept begun, kept_from(text));
  TRY(const channel::OAuthProfile profile, profile_of(*account, begun.client));
  TRY(channel::TokenSet set, channel::finish(profile, begun.pending, callback, hub.http(), now));
  set.client = begun.client;
  const auto kept = hub.db().write([&](store::Tx& tx) -> Result<Done> {
    if (account->origin == AccountOrigin::database && !ingest::settings(tx, account->id)) return over();  // removed
    TRY_DO(hub.tokens(*account).keep(tx, set));
    ingest::set_enabled(tx, account->id, true, now);
    ingest::set_account_state(tx, account->id, "active");
    outbox::reopen_account(tx, account->id);
    note(tx, now, *account, {}, walk->started_by, "", "account.connected");
    return Done{};
  });
  if (!kept) return Error(kept.error());
  log::info("account.connected", {{"account", account->name}});
  TRY_DO(hub.reread_account(account->id));
  return WalkEnded{account->id, account->brand, account->name};
}

Result<channel::Callback> read_callback(const std::vector<std::pair<std::string, std::string>>& fields) {
  channel::Callback out;
  const std::pair<std::string_view, std::string*> wanted[] = {{"state", &out.state},
                                                              {"code", &out.code},
                                                              {"error", &out.error},
                                                              {"error_description", &out.error_description},
                                                              {"iss", &out.issuer}};
  for (const auto& [name, value] : fields) {
    const auto it =
        std::find_if(std::begin(wanted), std::end(wanted), [&, &n = name](const auto& row) { return row.first == n; });
    if (it == std::end(wanted)) continue;  // sites add words of their own
    if (!it->second->empty() || value.size() > kLongestField || has_control(value)) {
      return fail(Kind::invalid, "the site sent back what can't be read", "begin again where the account is connected");
    }
    *it->second = value;
  }
  const bool said = !out.code.empty() || !out.error.empty();
  if (out.state.empty() || out.state.size() > kLongestState || !said || (!out.code.empty() && !out.error.empty())) {
    return fail(Kind::invalid, "the site sent back what can't be read", "begin again where the account is connected");
  }
  return out;
}

}  // namespace amends::app
