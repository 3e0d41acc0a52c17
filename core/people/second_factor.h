// The second factor of a user: a sealed TOTP secret (core/crypto/totp.h), the last step that was used, and recovery
// codes that each work once. Setting up begins with a secret that does nothing until a first code proves it was
// written down.
//
// Tables: second_factor, recovery_code. Threads: none of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/crypto/seal.h"
#include "core/people/principal.h"
#include "core/store/database.h"

namespace amends::people {

struct TotpSetup {
  Secret secret;    // 20 random bytes
  std::string uri;  // otpauth://totp/…, what the QR code holds; as secret as the secret
};
// conflict: one is in use already. A setup that was begun before is replaced.
Result<TotpSetup> begin_totp(store::Tx& tx, const crypto::SealKeys& keys, UserId user, std::string_view login,
                             Timestamp now);
// The first right code turns it on; ten recovery codes, shown once. invalid: a wrong code. not_found: nothing begun.
Result<std::vector<std::string>> confirm_totp(store::Tx& tx, const crypto::SealKeys& keys, UserId user,
                                              std::string_view code, Timestamp now);
bool has_totp(store::Reader& reader, UserId user);
// Whether `code` is right now, as a step that was not used yet or as a recovery code; using it up. corrupt: the stored
// secret can't be opened.
Result<bool> use_code(store::Tx& tx, const crypto::SealKeys& keys, UserId user, std::string_view code, Timestamp now);
std::int64_t recovery_codes_left(store::Reader& reader, UserId user);
// Whether there was any.
bool remove_totp(store::Tx& tx, UserId user);

}  // namespace amends::people
