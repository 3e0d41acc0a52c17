// Which columns hold sealed secrets, and sealing them anew under a fresh key while everything else goes on.
//
// Crash-safe: the new key is on disk before the first row uses it, rows change in small commits, and the old key leaves
// the file only after a write saw that no row needs it. Started again, it finishes what was begun.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/crypto/seal.h"
#include "core/store/database.h"

namespace amends::app {

class Hub;

// `row` names the column that identifies the row in SealPlace, `brand` the one with its brand, "" for the
// installation's own. Every column of the schema called sealed_… has its line here; a test looks.
struct SealedColumn {
  std::string_view table, column, row, brand;
};
std::span<const SealedColumn> sealed_columns();

// Whether the ring opens what is sealed; invalid: a version is missing, or is not the key that was sealed with.
Result<Done> check_sealed(store::Reader& reader, const crypto::SealKeys& keys);

struct Rekeyed {
  int version = 0;          // that seals now
  std::int64_t sealed = 0;  // rows sealed anew
  bool resumed = false;     // it finished an earlier one
};
// busy: another thread is at it. corrupt: a row that doesn't open is named, and the old key stays.
Result<Rekeyed> rekey(Hub& hub);

// How one program asks another, that holds the folder, to do it: by the file "amends.rekey" in it, which only who owns
// the folder can make. Waits for the answer; busy: nobody answered, and the request is taken back.
Result<Rekeyed> ask_rekey(const std::string& folder, std::chrono::milliseconds patience);
// Does what was asked for, and what a crash interrupted (tried once in a process). Cheap when there is nothing to do.
void rekey_when_asked(Hub& hub);

}  // namespace amends::app
