// The installation's secret keys, in a file of their own beside the database ("amends.key", 0600). The first one signs
// reply addresses and Message-IDs and never changes: without it mail would be doubled and replies lose their thread.
// The others, by version, seal the secrets in the database (core/crypto/seal.h), and core/app/rekey.h replaces them.
//
//   amends keys 1
//   installation <64 hexadecimal digits>
//   seal <version> <64 hexadecimal digits>
//   end <the first 16 digits of SHA-256 over the lines before>
//
// A file of 32 bytes, as older programs made it, is the first key alone; it is rewritten with a sealing key beside it.
// Errors: invalid, when others can read the file or it belongs to somebody else; corrupt, when it is cut or changed;
// unavailable.
#pragma once

#include <map>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace amends::app {

struct KeyFile {
  Secret installation;         // 32 bytes
  std::map<int, Secret> seal;  // by version, 1 and up; never empty
};

std::string key_file(const std::string& folder);
// Reads it, or makes it when there is none.
Result<KeyFile> load_or_make_keys(const std::string& folder);
// Puts it in place whole, and on disk when this returns.
Result<Done> write_keys(const std::string& folder, const KeyFile& keys);

}  // namespace amends::app
