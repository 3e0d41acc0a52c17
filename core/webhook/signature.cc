#include "core/webhook/signature.h"

#include "core/base/text.h"
#include "core/crypto/hmac.h"
#include "core/crypto/random.h"

namespace amends::webhook {

Secret new_secret() { return Secret(crypto::random_bytes(32)); }

std::string shown(const Secret& secret) { return "whsec_" + text::to_base64(secret.reveal()); }

std::string timestamp_of(Timestamp at) { return std::to_string(at.ms / 1000); }

std::string sign(std::span<const Secret> keys, std::string_view id, Timestamp at, std::string_view body) {
  std::string signed_text;
  signed_text.reserve(id.size() + body.size() + 16);
  signed_text.append(id).append(".").append(timestamp_of(at)).append(".").append(body);
  std::string out;
  for (const Secret& key : keys) {
    const crypto::Sha256 mac = crypto::hmac_sha256(key, signed_text);
    out += (out.empty() ? "v1," : " v1,") + text::to_base64(crypto::bytes_of(mac));
  }
  return out;
}

}  // namespace amends::webhook
