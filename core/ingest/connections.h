// How accounts are connected: settings and tokens, a person's walk to a site and back, what a look at the account
// found, and the address a site calls. What is sealed comes and goes as sealed text; core/app seals and opens it, bound
// to the account's row.
//
// Tables: account_token, account_settings, account_walk, account_probe, account_hook.
// Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/store/database.h"

namespace amends::ingest {

struct StoredTokens {
  std::string sealed;
  std::optional<Timestamp> expires_at;  // of the access token
  bool renewable = false;               // without a person
  Timestamp connected_at;               // when a person last agreed
  Timestamp renewed_at;
};

std::optional<StoredTokens> tokens(store::Reader& reader, AccountId account);
// `connected`: a person agreed anew, so the connection begins now.
void keep_tokens(store::Tx& tx, BrandId brand, AccountId account, std::string_view sealed,
                 std::optional<Timestamp> expires_at, bool renewable, bool connected, Timestamp now);
void drop_tokens(store::Tx& tx, AccountId account);

struct StoredSettings {
  std::string sealed;
  bool enabled = true;
  std::chrono::seconds poll{0};  // 0: as its channel says
  Timestamp created_at, changed_at;
  std::string created_by;
  bool start_over = false;  // the next pull begins from the beginning
};
std::optional<StoredSettings> settings(store::Reader& reader, AccountId account);
// `by` is kept of the first time.
void keep_settings(store::Tx& tx, BrandId brand, AccountId account, const StoredSettings& settings, std::string_view by,
                   Timestamp now);
void set_start_over(store::Tx& tx, AccountId account, bool start_over);
void set_enabled(store::Tx& tx, AccountId account, bool enabled, Timestamp now);
void drop_settings(store::Tx& tx, AccountId account);

struct StoredWalk {
  AccountId account;
  BrandId brand;
  std::string sealed, started_by;
  Timestamp expires_at;
};
// In the place of the account's earlier one. `state_hash`: 32 bytes.
void keep_walk(store::Tx& tx, const StoredWalk& walk, std::string_view state_hash);
// It can be taken once.
std::optional<StoredWalk> take_walk(store::Tx& tx, std::string_view state_hash);
void drop_walks(store::Tx& tx, AccountId account);
std::int64_t drop_old_walks(store::Tx& tx, Timestamp now);

struct Probe {
  Timestamp at;
  std::string error;  // "" when the account answered
  std::vector<std::string> facts, warnings;
  std::optional<std::int64_t> remote_count;
  std::int64_t held_count = 0;
};
std::optional<Probe> probe(store::Reader& reader, AccountId account);
void keep_probe(store::Tx& tx, BrandId brand, AccountId account, const Probe& probe);

std::int64_t hook_generation(store::Reader& reader, AccountId account);
void renew_hook(store::Tx& tx, BrandId brand, AccountId account);

}  // namespace amends::ingest
