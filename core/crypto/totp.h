// Time-based one-time passwords (RFC 6238 on RFC 4226: HMAC-SHA-1, steps of 30 s, 6 digits), which every authenticator
// app speaks. Pure; threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/secret.h"

namespace amends::crypto {

inline constexpr std::int64_t kTotpStepSeconds = 30;

constexpr std::int64_t totp_step(Timestamp now) { return now.ms / (kTotpStepSeconds * 1000); }
// RFC 4226 section 5.3. REQUIRES: digits from 6 to 8.
std::string totp_code(const Secret& secret, std::int64_t step, int digits = 6);
// The step whose code it is: this one, the one before or the one after, and only when it comes after `last_used` (each
// code works once, RFC 6238 section 5.2).
std::optional<std::int64_t> match_totp(const Secret& secret, std::string_view code, Timestamp now,
                                       std::int64_t last_used);

}  // namespace amends::crypto
