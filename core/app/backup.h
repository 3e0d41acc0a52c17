// `amends backup`: everything a hub is, in one encrypted file, while the hub is running.
//
// Inside stand the database (a consistent copy of one moment), every key file of the data folder, and last the manifest
// with the format, the schema, and size and SHA-256 of every part. The keys are inside because a database without them
// would double mail and disown reply addresses; therefore a backup is always encrypted (core/crypto/secret_file.h) and
// its passphrase or key has to be kept elsewhere. The configuration is not inside: it belongs to the machine.
//
// The copy needs as much free disk in the data folder as the database is large; it goes when the backup is done, and
// what a killed backup left is removed by the next one.
//
// Beside the backups lies "amends.erasures": the ledger of erased persons as keyed hashes (core/erasure/ledger.h), so
// that restoring an old backup erases again whom it still holds.
//
// Threads: blocks the caller; needs no Hub, so it runs beside a serving one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/crypto/secret_file.h"

namespace amends::app {

inline constexpr int kBackupFormat = 1;

struct BackupRequest {
  std::string data;  // the data folder
  std::string to;    // a file that doesn't exist, or a folder: then "amends-20261122T023105Z.backup" in it
  crypto::FileSecret secret;
  int keep = 0;  // a folder's newest so many backups stay, older ones go once this one is whole; 0: all stay
  std::string program = {};  // the version that writes it, for the manifest
  // done and total bytes, a few times a second
  std::function<void(std::int64_t, std::int64_t)> progress = {};
};

struct BackupPart {
  std::string name;  // "amends.db", "amends.key"
  std::int64_t size = 0;
  std::string sha256;  // hex
};

struct BackupReport {
  std::string path;
  std::int64_t bytes = 0;  // of the encrypted file
  int schema = 0;
  Timestamp at;
  std::vector<BackupPart> parts;
  std::vector<std::string> removed;  // by rotation
};

// not_found: no database there; conflict: the file exists; unavailable: no room; corrupt: the database is damaged.
Result<BackupReport> back_up(const BackupRequest& request, const Clock& clock);

struct Manifest {
  int format = 0, schema = 0;
  std::string program;  // version that wrote it
  Timestamp at;
  std::vector<BackupPart> parts;
};
std::string manifest_json(const Manifest& manifest);
Result<Manifest> parse_manifest(std::string_view json);

}  // namespace amends::app
