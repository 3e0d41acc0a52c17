// HMAC-SHA256 (RFC 2104) and the comparison that goes with it.
// Threads: any.
#pragma once

#include <string_view>

#include "core/base/secret.h"
#include "core/crypto/digest.h"

namespace amends::crypto {

Sha256 hmac_sha256(std::string_view key, std::string_view bytes);
inline Sha256 hmac_sha256(const Secret& key, std::string_view bytes) { return hmac_sha256(key.reveal(), bytes); }

// Takes the same time wherever two inputs of one length differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// A key of 32 bytes for one purpose, so that no two purposes share one: HMAC(master, label).
Secret derive_key(const Secret& master, std::string_view label);

}  // namespace amends::crypto
