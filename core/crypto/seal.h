// Secrets at rest: XChaCha20-Poly1305 (libsodium; draft-irtf-cfrg-xchacha) under a key of the brand, which comes from a
// versioned key of the installation. A sealed text is bound to its table, column, row and brand, so that one that was
// copied elsewhere doesn't open.
//
// "s1.<key version>.<base64url of nonce and box>", as text in a column named `sealed_…`. core/app/rekey.h knows those
// columns and seals them anew.
//
// Whoever stores a sealed text seals it inside the write that stores it: an old key goes only when a write sees that
// nothing is sealed with it any more. Threads: any; SealKeys too.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace amends::crypto {

inline constexpr std::size_t kSealKeyBytes = 32;

// The installation's sealing keys by version, 1 and up. The highest one seals, all of them open.
class SealKeys {
 public:
  // REQUIRES: version > 0, the key has kSealKeyBytes.
  void add(int version, Secret key);
  void drop(int version);
  int newest() const;  // 0: there is none
  std::vector<int> versions() const;
  std::optional<Secret> find(int version) const;

 private:
  mutable std::shared_mutex mutex_;
  std::map<int, Secret> keys_;
};

// Where a sealed text lies.
struct SealPlace {
  std::string_view table, column;
  std::int64_t row = 0;
  BrandId brand = {};  // none: the installation's own
};

// internal: there is no key.
Result<std::string> seal(const SealKeys& keys, const SealPlace& place, const Secret& plain);
// corrupt: it was changed, comes from another place, or is no sealed text. invalid: its key is not in the ring.
Result<Secret> open_sealed(const SealKeys& keys, const SealPlace& place, std::string_view sealed);
// The key version in its head; nothing when it is no sealed text.
std::optional<int> sealed_version(std::string_view sealed);

}  // namespace amends::crypto
