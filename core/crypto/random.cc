#include "core/crypto/random.h"

#include "core/crypto/base32.h"

#include <openssl/rand.h>

#include <cstdlib>
#include <cstring>

namespace amends::crypto {

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1) std::abort();
  return out;
}

std::uint64_t random_number() {
  std::uint64_t v = 0;
  std::memcpy(&v, random_bytes(sizeof v).data(), sizeof v);
  return v;
}

SipKey random_sip_key() { return {random_number(), random_number()}; }

std::string random_token(std::size_t bytes) { return to_base32(random_bytes(bytes)); }

}  // namespace amends::crypto
