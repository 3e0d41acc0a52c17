#include "core/ingest/connections.h"

namespace amends::ingest {

std::optional<StoredTokens> tokens(store::Reader& reader, AccountId account) {
  return reader.first(
      "SELECT sealed_tokens, expires_at, renewable, connected_at, renewed_at FROM account_token WHERE account_id = ?",
      [](store::Row row) {
        StoredTokens out{row.string(0), {}, row.boolean(2), row.time(3), row.time(4)};
        if (!row.is_null(1)) out.expires_at = row.time(1);
        return out;
      },
      account);
}

void keep_tokens(store::Tx& tx, BrandId brand, AccountId account, std::string_view sealed,
                 std::optional<Timestamp> expires_at, bool renewable, bool connected, Timestamp now) {
  const auto known = tokens(tx, account);
  const Timestamp since = connected || !known ? now : known->connected_at;
  tx.run(
      "INSERT INTO account_token (account_id, brand_id, sealed_tokens, expires_at, renewable, connected_at, "
      "renewed_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id) DO UPDATE SET sealed_tokens = excluded.sealed_tokens, "
      "expires_at = excluded.expires_at, renewable = excluded.renewable, connected_at = excluded.connected_at, "
      "renewed_at = excluded.renewed_at",
      account, brand, sealed, expires_at, renewable, since, now);
}

void drop_tokens(store::Tx& tx, AccountId account) {
  tx.run("DELETE FROM account_token WHERE account_id = ?", account);
}

}  // namespace amends::ingest
