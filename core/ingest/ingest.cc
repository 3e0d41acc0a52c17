#include "core/ingest/ingest.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::ingest {
namespace {

constexpr std::string_view kAccountColumns =
    "SELECT id, brand_id, channel, name, own_handles, cursor, state, last_success_at, last_error_at, last_error, "
    "failures FROM "
    "account ";

Account account_from(store::Row row) {
  Account a;
  a.id = row.id<AccountId>(0);
  a.brand = row.id<BrandId>(1);
  a.channel = row.string(2);
  a.name = row.string(3);
  for (const auto handle : text::split(row.text(4), '\n')) {
    if (!handle.empty()) a.own_handles.emplace_back(handle);
  }
  a.cursor = row.string(5);
  a.state = row.string(6);
  if (!row.is_null(7)) a.last_success = row.time(7);
  if (!row.is_null(8)) a.last_error_at = row.time(8);
  a.last_error = row.string(9);
  a.failures = row.integer(10);
  return a;
}

// What tells a version apart from the item it is a version of.
std::string version_mark(std::string_view digest) { return ";" + text::to_base64url(digest.substr(0, 9)); }

RawItem item_from(store::Row row) {
  RawItem out{row.id<RawItemId>(0), row.id<BrandId>(1), row.id<AccountId>(2), row.string(3), std::string(row.blob(4)),
              row.string(5),        row.boolean(6),     row.integer(7),       row.time(8),   row.as<RawState>(9),
              row.string(10)};
  const std::string mark = version_mark(out.digest);
  const std::size_t size = out.external_id.size();
  if (size > mark.size() && out.external_id.compare(size - mark.size(), mark.size(), mark) == 0) {
    out.external_id.resize(size - mark.size());
  }
  return out;
}

}  // namespace

BrandId ensure_brand(store::Tx& tx, std::string_view key, std::string_view name, Timestamp now) {
  if (auto id = tx.first(
          "SELECT id FROM brand WHERE key = ?", [](store::Row r) { return r.id<BrandId>(0); }, key)) {
    return *id;
  }
  return BrandId{tx.insert("INSERT INTO brand (key, name, created_at) VALUES (?, ?, ?)", key, name, now)};
}

Account ensure_account(store::Tx& tx, BrandId brand, std::string_view channel, std::string_view name, Timestamp now) {
  static const std::string sql = std::string(kAccountColumns) + "WHERE brand_id = ? AND channel = ? AND name = ?";
  if (auto found = tx.first(sql, account_from, brand, channel, name)) return *std::move(found);
  tx.run("INSERT INTO account (brand_id, channel, name, created_at) VALUES (?, ?, ?, ?)", brand, channel, name, now);
  return *tx.first(sql, account_from, brand, channel, name);
}

std::vector<Account> accounts(store::Reader& reader) {
  static const std::string sql = std::string(kAccountColumns) + "ORDER BY id";
  std::vector<Account> out;
  for (auto q = reader.query(sql); q.next();) out.push_back(account_from(q.row()));
  return out;
}

std::optional<Account> account(store::Reader& reader, AccountId id) {
  static const std::string sql = std::string(kAccountColumns) + "WHERE id = ?";
  return reader.first(sql, account_from, id);
}

Account add_own_handles(store::Tx& tx, AccountId account, const std::vector<std::string>& handles) {
  static const std::string sql = std::string(kAccountColumns) + "WHERE id = ?";
  Account known = *tx.first(sql, account_from, account);
  std::vector<std::string> all = known.own_handles;
  for (const std::string& handle : handles) {
    const std::string plain = text::ascii_lower(text::trim(handle));
    if (!plain.empty() && std::find(all.begin(), all.end(), plain) == all.end()) all.push_back(plain);
  }
  if (all.size() != known.own_handles.size()) {
    tx.run("UPDATE account SET own_handles = ? WHERE id = ?", text::join(all, "\n"), account);
    known.own_handles = std::move(all);
  }
  return known;
}

void set_cursor(store::Tx& tx, AccountId account, std::string_view cursor) {
  tx.run("UPDATE account SET cursor = ? WHERE id = ?", cursor, account);
}

void record_success(store::Tx& tx, AccountId account, Timestamp now) {
  tx.run("UPDATE account SET last_success_at = ?, failures = 0, last_error = NULL WHERE id = ?", now, account);
}

void record_failure(store::Tx& tx, AccountId account, const Error& error, Timestamp now) {
  tx.run("UPDATE account SET last_error_at = ?, last_error = ?, failures = failures + 1 WHERE id = ?", now,
         text::clip(error.what, 1000), account);
}

void set_account_state(store::Tx& tx, AccountId account, std::string_view state) {
  tx.run("UPDATE account SET state = ? WHERE id = ?", state, account);
}

Stored store_item(store::Tx& tx, store::RawCodec& codec, BrandId brand, AccountId account, const model::Item& item,
                  std::string_view digest, RawState state) {
  const auto insert = [&](std::string_view external_id) {
    return RawItemId{
        tx.insert("INSERT INTO raw_item (brand_id, account_id, external_id, digest, place, own, size, received_at, "
                  "state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  brand, account, external_id, store::Blob{digest.substr(0, 16)}, item.place, item.own,
                  static_cast<std::int64_t>(item.raw.size()), item.received_at, state)};
  };
  static constexpr std::string_view kFind = "SELECT id, digest FROM raw_item WHERE account_id = ? AND external_id = ?";
  const auto find = [&](std::string_view external_id) {
    return tx.first(
        kFind, [](store::Row r) { return std::pair(r.id<RawItemId>(0), std::string(r.blob(1))); }, account,
        external_id);
  };

  Stored out;
  std::string external_id = item.external_id;
  if (const auto known = find(external_id)) {
    if (known->second == digest.substr(0, 16)) return {known->first, false, false};
    external_id += version_mark(digest);
    if (const auto version = find(external_id)) return {version->first, false, false};
    out.version = true;
  }
  out.id = insert(external_id);
  out.fresh = true;
  codec.put(tx, out.id, item.raw);
  return out;
}

std::optional<RawItem> find_item(store::Reader& reader, RawItemId id) {
  return reader.first(
      "SELECT id, brand_id, account_id, external_id, digest, place, own, size, received_at, state, reason "
      "FROM raw_item WHERE id = ?",
      item_from, id);
}

std::vector<RawItem> items_in(store::Reader& reader, RawState state, RawItemId after, int limit) {
  // The state stands in the text, not in a placeholder: only so the planner may use the partial index raw_item_open.
  const std::string sql =
      "SELECT id, brand_id, account_id, external_id, digest, place, own, size, received_at, state, reason "
      "FROM raw_item WHERE state = " +
      std::to_string(static_cast<int>(state)) + " AND id > ? ORDER BY id LIMIT ?";
  std::vector<RawItem> out;
  for (auto q = reader.query(sql, after.value, limit); q.next();) out.push_back(item_from(q.row()));
  return out;
}

std::vector<RawItem> items_in(store::Reader& reader, RawState state, BrandId brand, RawItemId after, int limit) {
  const std::string sql =
      "SELECT id, brand_id, account_id, external_id, digest, place, own, size, received_at, state, reason "
      "FROM raw_item WHERE state = " +
      std::to_string(static_cast<int>(state)) + " AND id > ? AND brand_id = ? ORDER BY id LIMIT ?";
  std::vector<RawItem> out;
  for (auto q = reader.query(sql, after.value, brand, limit); q.next();) out.push_back(item_from(q.row()));
  return out;
}

void set_state(store::Tx& tx, RawItemId id, RawState state, std::string_view reason) {
  tx.run("UPDATE raw_item SET state = ?, reason = ? WHERE id = ?", state,
         reason.empty() ? std::optional<std::string_view>{} : std::optional(text::clip(reason, 1000)), id);
}

void set_early(store::Tx& tx, RawItemId id, std::string_view waits_for) {
  tx.run("UPDATE raw_item SET state = ?, waits_for = ? WHERE id = ?", RawState::early, waits_for, id);
}

}  // namespace amends::ingest
