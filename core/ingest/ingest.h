// Store what arrived, exactly once, with the cursor that covers it. Nothing here understands an item: the raw bytes are
// committed first, parsed later, and can be parsed again.
//
// Tables: brand, account, raw_item (and raw_body through store::RawCodec).
// Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/model/item.h"
#include "core/store/database.h"
#include "core/store/raw_codec.h"

namespace amends::ingest {

// Stored in raw_item.state: never renumber.
enum class RawState : std::uint8_t {
  waiting = 0,      // stored, not yet understood
  placed = 1,       // became a message, or a copy of one
  quarantined = 2,  // can't be parsed; `reason` says why; may be run again
  dropped = 3,      // a person looked at a quarantined item and dismissed it; the bytes stay
  early = 4,        // tells of a post of ours that nothing here knows yet; `waits_for` is the site's name of it
};

struct Account {
  AccountId id;
  BrandId brand;
  std::string channel;
  std::string name;
  std::vector<std::string> own_handles;  // of imports; a connected account's come from its settings
  std::string cursor;
  std::string state;  // "active" | "paused"
  std::optional<Timestamp> last_success;
  std::optional<Timestamp> last_error_at;
  std::string last_error;
  std::int64_t failures = 0;  // in a row
};

// The brand and account of this name, made when they are new.
BrandId ensure_brand(store::Tx& tx, std::string_view key, std::string_view name, Timestamp now);
Account ensure_account(store::Tx& tx, BrandId brand, std::string_view channel, std::string_view name, Timestamp now);
std::vector<Account> accounts(store::Reader& reader);
std::optional<Account> account(store::Reader& reader, AccountId id);

// The account afterwards.
Account add_own_handles(store::Tx& tx, AccountId account, const std::vector<std::string>& handles);

void set_cursor(store::Tx& tx, AccountId account, std::string_view cursor);
void record_success(store::Tx& tx, AccountId account, Timestamp now);
void record_failure(store::Tx& tx, AccountId account, const Error& error, Timestamp now);
void set_account_state(store::Tx& tx, AccountId account, std::string_view state);

struct Stored {
  RawItemId id;
  bool fresh = false;    // false: this very delivery was here before and nothing was written
  bool version = false;  // fresh, and another content came before under the same external id
};

// `digest` is the SHA-256 of item.raw (32 bytes). An item whose external id is known with other bytes is kept as a
// version of its own: nothing a channel says is overwritten.
Stored store_item(store::Tx& tx, store::RawCodec& codec, BrandId brand, AccountId account, const model::Item& item,
                  std::string_view digest, RawState state = RawState::waiting);

struct RawItem {
  RawItemId id;
  BrandId brand;
  AccountId account;
  std::string external_id;  // as the channel calls it, for every version of it
  std::string digest;       // the first 16 bytes of the SHA-256
  std::string place;
  bool own = false;
  std::int64_t size = 0;
  Timestamp received_at;
  RawState state = RawState::waiting;
  std::string reason;
};

std::optional<RawItem> find_item(store::Reader& reader, RawItemId id);
// Items in `state`, oldest first, after `after`.
std::vector<RawItem> items_in(store::Reader& reader, RawState state, RawItemId after, int limit);
// The same of one brand.
std::vector<RawItem> items_in(store::Reader& reader, RawState state, BrandId brand, RawItemId after, int limit);
void set_state(store::Tx& tx, RawItemId id, RawState state, std::string_view reason = {});
void set_early(store::Tx& tx, RawItemId id, std::string_view waits_for);

}  // namespace amends::ingest
