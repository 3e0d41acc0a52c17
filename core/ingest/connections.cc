#include "core/ingest/connections.h"

#include "core/base/text.h"

namespace amends::ingest {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  for (const auto line : text::lines(text)) out.emplace_back(line);
  return out;
}

std::string as_lines(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& one : list) out += text::squeeze(one) + "\n";
  return out;
}

}  // namespace

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

std::optional<StoredSettings> settings(store::Reader& reader, AccountId account) {
  return reader.first(
      "SELECT sealed_settings, enabled, poll_seconds, created_at, changed_at, created_by, start_over FROM "
      "account_settings WHERE "
      "account_id = ?",
      [](store::Row row) {
        return StoredSettings{row.string(0), row.boolean(1), std::chrono::seconds(row.integer(2)),
                              row.time(3),   row.time(4),    row.string(5),
                              row.boolean(6)};
      },
      account);
}

void keep_settings(store::Tx& tx, BrandId brand, AccountId account, const StoredSettings& settings, std::string_view by,
                   Timestamp now) {
  tx.run(
      "INSERT INTO account_settings (account_id, brand_id, sealed_settings, enabled, poll_seconds, created_at, "
      "created_by, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id) DO UPDATE SET sealed_settings "
      "= "
      "excluded.sealed_settings, enabled = excluded.enabled, poll_seconds = excluded.poll_seconds, changed_at = "
      "excluded.changed_at",
      account, brand, settings.sealed, settings.enabled, settings.poll.count(), now, by, now);
}

void set_start_over(store::Tx& tx, AccountId account, bool start_over) {
  tx.run("UPDATE account_settings SET start_over = ? WHERE account_id = ?", start_over, account);
}

void set_enabled(store::Tx& tx, AccountId account, bool enabled, Timestamp now) {
  tx.run("UPDATE account_settings SET enabled = ?, changed_at = ? WHERE account_id = ?", enabled, now, account);
}

void drop_settings(store::Tx& tx, AccountId account) {
  tx.run("DELETE FROM account_settings WHERE account_id = ?", account);
}

void keep_walk(store::Tx& tx, const StoredWalk& walk, std::string_view state_hash) {
  drop_walks(tx, walk.account);
  tx.run(
      "INSERT INTO account_walk (account_id, brand_id, state_hash, sealed_pending, started_by, expires_at) VALUES (?, "
      "?, "
      "?, ?, ?, ?)",
      walk.account, walk.brand, store::Blob{state_hash}, walk.sealed, walk.started_by, walk.expires_at);
}

std::optional<StoredWalk> take_walk(store::Tx& tx, std::string_view state_hash) {
  auto found = tx.first(
      "SELECT account_id, brand_id, sealed_pending, started_by, expires_at FROM account_walk WHERE state_hash = ?",
      [](store::Row row) {
        return StoredWalk{row.id<AccountId>(0), row.id<BrandId>(1), row.string(2), row.string(3), row.time(4)};
      },
      store::Blob{state_hash});
  if (found) drop_walks(tx, found->account);
  return found;
}

void drop_walks(store::Tx& tx, AccountId account) { tx.run("DELETE FROM account_walk WHERE account_id = ?", account); }

std::int64_t drop_old_walks(store::Tx& tx, Timestamp now) {
  return tx.run("DELETE FROM account_walk WHERE expires_at < ?", now);
}

std::optional<Probe> probe(store::Reader& reader, AccountId account) {
  return reader.first(
      "SELECT at, error, facts, warnings, remote_count, held_count FROM account_probe WHERE account_id = ?",
      [](store::Row row) {
        Probe out{row.time(0), row.string(1), lines_of(row.text(2)), lines_of(row.text(3)), {}, row.integer(5)};
        if (!row.is_null(4)) out.remote_count = row.integer(4);
        return out;
      },
      account);
}

void keep_probe(store::Tx& tx, BrandId brand, AccountId account, const Probe& probe) {
  tx.run(
      "INSERT INTO account_probe (account_id, brand_id, at, error, facts, warnings, remote_count, held_count) VALUES "
      "(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id) DO UPDATE SET at = excluded.at, error = excluded.error, facts "
      "= "
      "excluded.facts, warnings = excluded.warnings, remote_count = excluded.remote_count, held_count = "
      "excluded.held_count",
      account, brand, probe.at, text::clip(probe.error, 1000), as_lines(probe.facts), as_lines(probe.warnings),
      probe.remote_count, probe.held_count);
}

std::int64_t hook_generation(store::Reader& reader, AccountId account) {
  return reader.count("SELECT generation FROM account_hook WHERE account_id = ?", account);
}

void renew_hook(store::Tx& tx, BrandId brand, AccountId account) {
  tx.run(
      "INSERT INTO account_hook (account_id, brand_id, generation) VALUES (?, ?, 1) ON CONFLICT (account_id) DO UPDATE "
      "SET generation = account_hook.generation + 1",
      account, brand);
}

}  // namespace amends::ingest
