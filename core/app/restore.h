// `amends restore FILE`: a backup becomes a data folder again. Nothing of the target is touched before the whole backup
// was decrypted beside it, checked against its manifest, brought up to date and found sound; then the folders change
// places, and the old one stays beside the new one as "<data>.before-restore-20261122T023105Z".
//
// A restored hub never sends what may have gone since: a new epoch begins and everything unfinished waits for a person
// as "held (restored)". It never shows whom somebody had erased since: the ledgers of the backup, of the folder it
// replaces and of the file beside the backup are put together and applied before this returns. Cursors stay as the
// backup has them: the channels deliver again what came after it, and what is known is dropped. Sessions and one-time
// tokens have ended.
//
// Errors, each before anything was touched: corrupt: truncated or tampered with; unauthorized: another passphrase;
// invalid: no backup of ours, a newer format or schema, a folder that isn't empty (without `replace`); busy: a running
// hub holds the folder; unavailable: no room.
// Threads: blocks the caller.
#pragma once

#include <functional>
#include <string>

#include "core/app/backup.h"
#include "core/app/config.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/store/database.h"

namespace amends::app {

struct RestoreRequest {
  std::string file;
  crypto::FileSecret secret;
  bool replace = false;     // the folder may hold something: it is kept beside
  bool check_only = false;  // decrypts and checks everything, changes nothing
  std::string ledger = {};  // a further ledger file; "": only those found by themselves
  std::function<void(std::int64_t, std::int64_t)> progress = {};
  // What folders above want done in the transaction that opens the restored epoch.
  std::function<Result<Done>(store::Tx&)> also = {};
};

struct RestoreReport {
  Manifest manifest;
  std::string kept_as;       // where the old folder is now; "" when there was none
  std::int64_t held = 0;     // updates that wait for a person now
  std::int64_t erased = 0;   // persons erased again
  bool ledger_known = true;  // false: no ledger younger than the backup was found; whoever was erased since may be back
};

// `config` names the data folder and the accounts by which items are understood.
Result<RestoreReport> restore(Config config, const RestoreRequest& request, const Clock& clock);

}  // namespace amends::app
