#include "core/crypto/seal.h"

#include <sodium.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <mutex>

#include "core/base/text.h"
#include "core/crypto/hmac.h"
#include "core/crypto/random.h"

namespace amends::crypto {
namespace {

constexpr std::string_view kSealHead = "s1.";
constexpr std::size_t kSealNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kSealKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* bytes(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

// Every field is ended by a zero byte, so that no two places are the same bytes.
std::string bound_to(const SealPlace& place, int version) {
  std::string out;
  for (const auto& field : {std::string(place.table), std::string(place.column), std::to_string(place.row),
                            std::to_string(place.brand.value), std::to_string(version)}) {
    out += field;
    out += '\0';
  }
  return out;
}

Secret key_of_brand(const Secret& root, BrandId brand) {
  return derive_key(root, "seal brand " + std::to_string(brand.value));
}

struct Head {
  int version;
  std::string_view box;
};
std::optional<Head> read_head(std::string_view sealed) {
  if (sealed.rfind(kSealHead, 0) != 0) return {};
  const std::string_view rest = sealed.substr(kSealHead.size());
  int version = 0;
  const auto [at, error] = std::from_chars(rest.data(), rest.data() + rest.size(), version);
  if (error != std::errc() || version <= 0 || at == rest.data() + rest.size() || *at != '.' || rest[0] == '0')
    return {};
  return Head{version, rest.substr(static_cast<std::size_t>(at - rest.data()) + 1)};
}

std::optional<std::string> from_base64url(std::string_view text) {
  // libsodium 1.0.18 takes some bytes above 0x7F for letters.
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) return {};
  std::string out(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return {};
  }
  out.resize(size);
  return out;
}

}  // namespace

void SealKeys::add(int version, Secret key) {
  assert(version > 0 && key.reveal().size() == kSealKeyBytes);
  const std::unique_lock lock(mutex_);
  keys_.insert_or_assign(version, std::move(key));
}

void SealKeys::drop(int version) {
  const std::unique_lock lock(mutex_);
  keys_.erase(version);
}

int SealKeys::newest() const {
  const std::shared_lock lock(mutex_);
  return keys_.empty() ? 0 : keys_.rbegin()->first;
}

std::vector<int> SealKeys::versions() const {
  const std::shared_lock lock(mutex_);
  std::vector<int> out;
  for (const auto& [version, key] : keys_) out.push_back(version);
  return out;
}

std::optional<Secret> SealKeys::find(int version) const {
  const std::shared_lock lock(mutex_);
  const auto it = keys_.find(version);
  return it == keys_.end() ? std::nullopt : std::optional(it->second);
}

Result<std::string> seal(const SealKeys& keys, const SealPlace& place, const Secret& plain) {
  const int version = keys.newest();
  const auto root = keys.find(version);
  if (!root) return fail(Kind::internal, "there is no key to seal a secret with");
  const Secret key = key_of_brand(*root, place.brand);
  const std::string aad = bound_to(place, version);
  std::string box = random_bytes(kSealNonceBytes);
  box.resize(kSealNonceBytes + plain.reveal().size() + kTagBytes);
  unsigned long long size = 0;
  auto* const out = reinterpret_cast<unsigned char*>(box.data());
  if (crypto_aead_xchacha20poly1305_ietf_encrypt(out + kSealNonceBytes, &size, bytes(plain.reveal()),
                                                 plain.reveal().size(), bytes(aad), aad.size(), nullptr, out,
                                                 bytes(key.reveal())) != 0) {
    return fail(Kind::internal, "a secret can't be sealed");
  }
  return std::string(kSealHead) + std::to_string(version) + "." + text::to_base64url(box);
}

Result<Secret> open_sealed(const SealKeys& keys, const SealPlace& place, std::string_view sealed) {
  const auto head = read_head(sealed);
  const auto box = head ? from_base64url(head->box) : std::nullopt;
  if (!box || box->size() < kSealNonceBytes + kTagBytes)
    return fail(Kind::corrupt, "what is stored is no sealed secret");
  const auto root = keys.find(head->version);
  if (!root) {
    return fail(Kind::invalid, "amends.key lacks version " + std::to_string(head->version) + " of the sealing key",
                "put back the amends.key that belongs to this database");
  }
  const Secret key = key_of_brand(*root, place.brand);
  const std::string aad = bound_to(place, head->version);
  std::string plain(box->size() - kSealNonceBytes - kTagBytes, '\0');
  unsigned long long size = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(plain.data()), &size, nullptr,
                                                 bytes(*box) + kSealNonceBytes, box->size() - kSealNonceBytes,
                                                 bytes(aad), aad.size(), bytes(*box), bytes(key.reveal())) != 0) {
    return fail(Kind::corrupt, "a sealed secret doesn't open: it was changed, or it belongs elsewhere");
  }
  return Secret(std::move(plain));
}

std::optional<int> sealed_version(std::string_view sealed) {
  const auto head = read_head(sealed);
  return head ? std::optional(head->version) : std::nullopt;
}

}  // namespace amends::crypto
