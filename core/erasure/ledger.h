// Who was erased, as keyed hashes: enough to recognise an erased person's old items when a channel delivers them again
// or an old backup is restored, and not enough to say who they were. The key comes from the installation's (crypto::
// derive_key(…, "erasure")), so the hashes mean nothing elsewhere.
//
// A handle is recognised for what came before the erasure; an item's bytes and its Message-ID for ever.
//
// Tables: erasure, erasure_mark. Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/model/words.h"
#include "core/store/database.h"

namespace amends::erasure {

// Stored: never renumber.
enum class MarkKind : std::uint8_t { handle = 0, bytes = 1, message_id = 2 };
inline constexpr model::Word<MarkKind> kMarkKinds[] = {
    {MarkKind::handle, "handle"}, {MarkKind::bytes, "bytes"}, {MarkKind::message_id, "message_id"}};
constexpr std::string_view name_of(MarkKind v) { return model::name_in(kMarkKinds, v); }

struct Mark {
  MarkKind kind = MarkKind::handle;
  std::string hash;  // 16 bytes
  friend bool operator==(const Mark&, const Mark&) = default;
};

class Marks {
 public:
  explicit Marks(const Secret& installation_key);
  // `kind` is the handle's namespace ("email"), `handle` as stored: normalised.
  Mark handle(std::string_view brand_key, std::string_view kind, std::string_view handle) const;
  // `digest`: the first 16 bytes of the item's SHA-256, as stored.
  Mark bytes(std::string_view brand_key, std::string_view digest) const;
  Mark message_id(std::string_view brand_key, std::string_view message_id) const;

 private:
  Mark make(MarkKind kind, std::string_view brand_key, std::string_view a, std::string_view b) const;
  Secret key_;
};

// One erased person.
struct Erasure {
  std::string pseudonym;  // "erased-…": random, unique
  std::string brand_key;
  Timestamp at;
  std::vector<Mark> marks;
};

// False when it stands there already (it came from a ledger file).
bool record(store::Tx& tx, const Erasure& erasure, bool scrubbed);
std::vector<Erasure> all(store::Reader& reader);
std::int64_t count(store::Reader& reader);
bool is_known(store::Reader& reader, std::string_view pseudonym);

// When whoever bears this mark was erased, the latest time; nothing when nobody was.
std::optional<Timestamp> erased_at(store::Reader& reader, const Mark& mark);

// Erasures whose traces are still on the disk, and that they are gone.
std::int64_t unscrubbed(store::Reader& reader);
void set_scrubbed(store::Tx& tx);

// A ledger as a file: a line of JSON for each person, nothing in it but hashes, brands and times.
std::string to_lines(const std::vector<Erasure>& erasures);
// invalid: the line that can't be read.
Result<std::vector<Erasure>> from_lines(std::string_view text);
// Both without doubles.
std::vector<Erasure> together(std::vector<Erasure> a, const std::vector<Erasure>& b);

}  // namespace amends::erasure
