// How accounts are connected: the tokens a site gave us. What is sealed comes and goes as sealed text; who seals and
// opens it is core/app (accounts are sealed bound to these tables: core/app/rekey.h).
//
// Tables: account_token.
// Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>

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

}  // namespace amends::ingest
