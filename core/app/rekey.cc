#include "core/app/rekey.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/app/keys.h"
#include "core/audit/audit.h"
#include "core/crypto/random.h"

namespace amends::app {
namespace {

constexpr SealedColumn kColumns[] = {
    {"second_factor", "sealed_totp", "user_id", ""},
    {"webhook_endpoint", "sealed_secret", "id", "brand_id"},
    {"webhook_endpoint", "sealed_previous", "id", "brand_id"},
    {"account_token", "sealed_tokens", "account_id", "brand_id"},
    {"account_settings", "sealed_settings", "account_id", "brand_id"},
    {"account_walk", "sealed_pending", "account_id", "brand_id"},
};
constexpr int kSealedTogether = 100;

struct SealedRow {
  std::int64_t row;
  BrandId brand;
  std::string sealed;
};

std::string select(const SealedColumn& column) {
  const std::string brand = column.brand.empty() ? "0" : std::string(column.brand);
  return "SELECT " + std::string(column.row) + ", " + brand + ", " + std::string(column.column) + " FROM " +
         std::string(column.table) + " WHERE " + std::string(column.column) + " IS NOT NULL AND " +
         std::string(column.column) + " <> '' ";
}

crypto::SealPlace place_of(const SealedColumn& column, const SealedRow& row) {
  return {column.table, column.column, row.row, row.brand};
}

std::string name_of(const SealedColumn& column) { return std::string(column.table) + "." + std::string(column.column); }

SealedRow row_of(const store::Row& row) { return {row.integer(0), row.id<BrandId>(1), row.string(2)}; }

// The next rows after `after` that are sealed with something else than `version`.
std::vector<SealedRow> next_rows(store::Reader& reader, const SealedColumn& column, std::int64_t after, int version) {
  const std::string head = "s1." + std::to_string(version) + ".";
  std::vector<SealedRow> out;
  for (auto q = reader.query(select(column) + "AND " + std::string(column.row) + " > ? AND substr(" +
                                 std::string(column.column) + ", 1, ?) <> ? ORDER BY 1 LIMIT ?",
                             after, head.size(), head, kSealedTogether);
       q.next();) {
    out.push_back(row_of(q.row()));
  }
  return out;
}

struct Batch {
  std::int64_t sealed = 0;
  std::int64_t last = 0;
  bool full = false;
};

Result<Batch> seal_batch(store::Tx& tx, const SealedColumn& column, const crypto::SealKeys& keys, std::int64_t after) {
  Batch out;
  const auto rows = next_rows(tx, column, after, keys.newest());
  out.full = rows.size() == kSealedTogether;
  const std::string update = "UPDATE " + std::string(column.table) + " SET " + std::string(column.column) +
                             " = ? WHERE " + std::string(column.row) + " = ?";
  for (const SealedRow& row : rows) {
    auto plain = crypto::open_sealed(keys, place_of(column, row), row.sealed);
    if (!plain) return std::move(plain).error().within(name_of(column) + " " + std::to_string(row.row));
    TRY(const std::string sealed, crypto::seal(keys, place_of(column, row), *plain));
    tx.run(update, sealed, row.row);
    out.last = row.row;
    ++out.sealed;
  }
  return out;
}

Result<std::int64_t> seal_all(Hub& hub, const SealedColumn& column) {
  std::int64_t sealed = 0;
  for (Batch batch{0, INT64_MIN, true}; batch.full;) {
    TRY(batch, hub.db().write([&](store::Tx& tx) { return seal_batch(tx, column, hub.seal_keys(), batch.last); }));
    sealed += batch.sealed;
  }
  return sealed;
}

}  // namespace

std::span<const SealedColumn> sealed_columns() { return kColumns; }

// A damaged row says nothing of the key: a version is good when any of its rows opens.
Result<Done> check_sealed(store::Reader& reader, const crypto::SealKeys& keys) {
  std::map<int, std::optional<Error>> versions;  // why none of its rows opened, or nothing when one did
  for (const SealedColumn& column : kColumns) {
    for (auto q = reader.query(select(column) + "ORDER BY 1"); q.next();) {
      const auto version = crypto::sealed_version(q.row().text(2));
      if (!version) continue;
      const auto known = versions.find(*version);
      if (known != versions.end() && !known->second) continue;
      const SealedRow row = row_of(q.row());
      auto plain = crypto::open_sealed(keys, place_of(column, row), row.sealed);
      versions[*version] = plain ? std::nullopt : std::optional(std::move(plain).error());
    }
  }
  for (auto& [version, error] : versions) {
    if (!error) continue;
    if (error->kind == Kind::invalid) return *std::move(error);
    return fail(Kind::invalid, "amends.key does not open the secrets in this database",
                "put back the amends.key that belongs to it");
  }
  return Done{};
}

Result<Rekeyed> rekey(Hub& hub) {
  static std::mutex one_at_a_time;
  const std::unique_lock lock(one_at_a_time, std::try_to_lock);
  if (!lock) return fail(Kind::busy, "the keys are being replaced already", "wait until that is done");
  const std::string& folder = hub.config().data;
  TRY(KeyFile file, load_or_make_keys(folder));
  Rekeyed out;
  out.resumed = file.seal.size() > 1;
  if (!out.resumed) {
    out.version = file.seal.rbegin()->first + 1;
    file.seal.emplace(out.version, Secret(crypto::random_bytes(crypto::kSealKeyBytes)));
    TRY_DO(write_keys(folder, file));
  }
  out.version = file.seal.rbegin()->first;
  for (const auto& [version, key] : file.seal) hub.seal_keys().add(version, key);

  for (const SealedColumn& column : kColumns) {
    TRY(const std::int64_t sealed, seal_all(hub, column));
    out.sealed += sealed;
  }
  // Inside a write nothing else seals: what is not found now is never sealed with an old key again.
  TRY_DO(hub.db().write([&](store::Tx& tx) -> Result<Done> {
    for (const SealedColumn& column : kColumns) {
      TRY(const Batch late, seal_batch(tx, column, hub.seal_keys(), INT64_MIN));
      if (late.full) return fail(Kind::busy, name_of(column) + " is changing too fast", "run it once more");
      out.sealed += late.sealed;
    }
    audit::append(tx, {hub.clock().now(), {}, "keys.replaced", {}, "key", out.version});
    return Done{};
  }));
  while (file.seal.size() > 1) {
    hub.seal_keys().drop(file.seal.begin()->first);
    file.seal.erase(file.seal.begin());
  }
  TRY_DO(write_keys(folder, file));
  return out;
}

}  // namespace amends::app
