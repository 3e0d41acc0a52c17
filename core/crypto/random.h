// Randomness from the system's generator. A machine that has none stops the program: nothing here may be guessed.
// Threads: any.
#pragma once

#include <cstdint>
#include <string>

#include "core/crypto/digest.h"

namespace amends::crypto {

std::string random_bytes(std::size_t count);
std::uint64_t random_number();
SipKey random_sip_key();
// `bytes` random bytes as lower-case base32: 32 give a token of 52 characters that fits into a URL or an address.
std::string random_token(std::size_t bytes = 32);

}  // namespace amends::crypto
