// The ledger of erasures outside the database: "amends.erasures" in the data folder and beside the backups. It holds
// nothing but keyed hashes; restoring an old backup needs it, to forget again whom the backup still remembers.
// Threads: one writer of a file.
#pragma once

#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/base/result.h"
#include "core/erasure/ledger.h"

namespace amends::app {

inline constexpr const char* kLedgerName = "amends.erasures";

// None when there is no such file.
Result<std::vector<erasure::Erasure>> read_ledger(const std::string& path);
// What the file holds and `ledger`, put together; it is replaced in one step.
Result<Done> add_to_ledger(const std::string& path, const std::vector<erasure::Erasure>& ledger);
// The database's ledger into the file of its folder.
Result<Done> keep_ledger(Hub& hub);

}  // namespace amends::app
