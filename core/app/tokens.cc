#include "core/app/tokens.h"

#include <nlohmann/json.hpp>

#include "core/app/changes.h"
#include "core/base/log.h"
#include "core/ingest/connections.h"
#include "core/ingest/ingest.h"

namespace amends::app {
namespace {

crypto::SealPlace token_place(BrandId brand, AccountId account) {
  return {"account_token", "sealed_tokens", account.value, brand};
}

Secret to_text(const channel::TokenSet& set) {
  nlohmann::json json = {{"access", set.access.reveal()},
                         {"refresh", set.refresh.reveal()},
                         {"scopes", set.scopes},
                         {"subject", set.subject}};
  if (set.expires_at) json["expires_at"] = set.expires_at->ms;
  for (const auto& [key, value] : set.client) json["client"][key] = value.reveal();
  return Secret(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Result<channel::TokenSet> from_text(const Secret& text) {
  const auto json = nlohmann::json::parse(text.reveal(), nullptr, false);
  if (!json.is_object()) return fail(Kind::corrupt, "the account's stored tokens can't be read");
  channel::TokenSet set;
  set.access = Secret(json.value("access", std::string()));
  set.refresh = Secret(json.value("refresh", std::string()));
  set.scopes = json.value("scopes", std::vector<std::string>());
  set.subject = json.value("subject", std::string());
  if (json.contains("expires_at")) set.expires_at = Timestamp{json["expires_at"].get<std::int64_t>()};
  for (const auto& [key, value] : json.value("client", std::map<std::string, std::string>())) {
    set.client.emplace(key, Secret(value));
  }
  return set;
}

}  // namespace

Result<channel::TokenSet> AccountTokens::current() {
  TRY(const auto stored, db_.read([&](store::Reader& reader) -> Result<std::optional<ingest::StoredTokens>> {
    return ingest::tokens(reader, account_);
  }));
  if (!stored) {
    return fail(Kind::unauthorized, "nobody has connected this account yet",
                "connect it: Settings, Accounts, or `amends connect`");
  }
  TRY(const Secret text, crypto::open_sealed(keys_, token_place(brand_, account_), stored->sealed));
  return from_text(text);
}

Result<channel::TokenSet> AccountTokens::renew(
    const Secret& stale, const std::function<Result<channel::TokenSet>(const channel::TokenSet&)>& renew) {
  const std::lock_guard lock(renewing_);
  TRY(channel::TokenSet known, current());
  if (known.access.reveal() != stale.reveal()) return known;
  auto fresh = renew(known);
  if (!fresh) {
    if (fresh.error().kind == Kind::unauthorized) {
      const auto paused = db_.write([&](store::Tx& tx) -> Result<Done> {
        pause_refused(tx, brand_, account_, fresh.error(), clock_.now());
        return Done{};
      });
      if (!paused) log::error("account.pause_failed", {{"account", account_.value}});
    }
    return std::move(fresh).error();
  }
  if (fresh->client.empty()) fresh->client = known.client;  // whatever renewed them, they are the same client's
  TRY_DO(db_.write([&](store::Tx& tx) { return put(tx, *fresh, false); }));
  return fresh;
}

Result<Done> AccountTokens::keep(store::Tx& tx, const channel::TokenSet& set) { return put(tx, set, true); }

Result<Done> AccountTokens::put(store::Tx& tx, const channel::TokenSet& set, bool connected) {
  // Whoever disconnected the account while the site was asked has the last word.
  if (!connected && !ingest::tokens(tx, account_)) {
    return fail(Kind::unauthorized, "the account was disconnected", "connect it again");
  }
  TRY(const std::string sealed, crypto::seal(keys_, token_place(brand_, account_), to_text(set)));
  ingest::keep_tokens(tx, brand_, account_, sealed, set.expires_at, !set.refresh.empty(), connected, clock_.now());
  return Done{};
}

void pause_refused(store::Tx& tx, BrandId brand, AccountId account, const Error& why, Timestamp now) {
  ingest::record_failure(tx, account, why, now);
  ingest::set_account_state(tx, account, "paused");
  tell_subject(tx, events::What::account_changed, {brand, now}, {}, account.value,
               {{"state", "paused"}, {"reason", "refused"}});
  log::warning("account.refused", {{"account", account.value}});
}

}  // namespace amends::app
