// Passwords as argon2id hashes (RFC 9106; 64 MiB, 3 passes, 1 lane), by libsodium. The stored text holds its own
// parameters: "$argon2id$v=19$m=65536,t=3,p=1$…".
//
// At most kMostHashing hash at the same time, which bounds the memory that strangers can make us use; one more is told
// rate_limited at once. Threads: any; a call takes about a tenth of a second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace amends::crypto {

inline constexpr int kMostHashing = 4;

struct PasswordCost {
  std::size_t memory = std::size_t{64} << 20;  // bytes
  unsigned passes = 3;
};

// What a stored hash says of itself; nothing when it is none.
std::optional<PasswordCost> cost_of(std::string_view stored);
// Whether it was made with less than `cost`.
bool is_outdated(std::string_view stored, const PasswordCost& cost);

Result<std::string> hash_password(const Secret& password, const PasswordCost& cost = {});
// Whether it is the password. A `stored` of "" costs the same as a wrong password and is never right: the answer for a
// user that is not there. corrupt: `stored` is something else than a hash.
Result<bool> verify_password(std::string_view stored, const Secret& password, const PasswordCost& cost = {});

// How many hashes this process has computed; for tests that compare two paths without a clock.
std::uint64_t hashes_computed();

}  // namespace amends::crypto
