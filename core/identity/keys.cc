#include "core/identity/keys.h"

#include <algorithm>
#include <string>

#include "core/base/text.h"
#include "core/identity/fold.h"
#include "core/identity/handle.h"

namespace amends::identity {

namespace {

// FNV-1a with a finaliser. Keys only ever propose; what they propose is compared in full.
std::int64_t hash_of(KeyKind kind, std::string_view value) {
  std::uint64_t h = 0xcbf29ce484222325U ^ (static_cast<std::uint64_t>(kind) + 1);
  for (const char c : value) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  h ^= h >> 31;
  h *= 0x9e3779b97f4a7c15U;
  h ^= h >> 29;
  return static_cast<std::int64_t>(h);
}

void add(store::Tx& tx, BrandId brand, IdentityId identity, KeyKind kind, std::string_view value) {
  tx.run(
      "INSERT INTO identity_key (brand_id, key, identity_id, kind) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (brand_id, key, identity_id) DO NOTHING",
      brand, hash_of(kind, value), identity, kind);
}

std::vector<std::string> sorted_words(std::string_view name) {
  auto words = words_of(fold_words(name, true));
  std::sort(words.begin(), words.end());
  return words;
}

}  // namespace

std::optional<std::int64_t> name_key(std::string_view name) {
  const std::string joined = text::join(sorted_words(name), " ");
  if (joined.size() < 2) return {};
  return hash_of(KeyKind::name, joined);
}

std::optional<std::int64_t> hint_key(KeyKind kind, std::string_view value) {
  if (kind == KeyKind::phone) {
    const std::string digits = digits_of(value);
    if (digits.size() < 7 || digits.size() > 15) return {};
    return hash_of(kind, std::string_view(digits).substr(digits.size() - 7));
  }
  if (kind == KeyKind::profile || kind == KeyKind::verified_link) {
    if (value.find('.') == value.npos || value.size() < 6) return {};
    return hash_of(KeyKind::profile, value);
  }
  if (kind == KeyKind::words) {
    if (value.size() < kTellingWords) return {};
    return hash_of(kind, value);
  }
  std::string plain;
  for (const char c : value) {
    if (text::is_alpha(c) || text::is_digit(c)) plain += text::ascii_lower(c);
  }
  if (plain.size() < 4 || digits_of(plain).size() < 2) return {};
  return hash_of(kind, plain);
}

void add_handle_keys(store::Tx& tx, BrandId brand, IdentityId identity, std::string_view handle) {
  const std::size_t at = handle.rfind('@');
  if (at == handle.npos || at == 0) return;
  const std::string_view domain = handle.substr(at + 1);
  std::string local(handle.substr(handle.front() == '@' ? 1 : 0, at - (handle.front() == '@' ? 1 : 0)));
  if (const std::size_t plus = local.find('+'); plus != local.npos && plus > 0) local.resize(plus);
  std::string bare;
  for (const char c : local) {
    if (text::is_alpha(c) || text::is_digit(c)) bare += c;
  }
  add(tx, brand, identity, KeyKind::mailbox,
      (domain == "gmail.com" || domain == "googlemail.com" ? bare : local) + '@' + std::string(domain));
  // "j@", "info1@" stand for too many.
  if (bare.size() >= 5) add(tx, brand, identity, KeyKind::local_part, bare);
  if (const std::string sound = sound_of(bare); sound.size() >= 3) {
    add(tx, brand, identity, KeyKind::address, sound + '@' + std::string(domain));
  }
}

void add_name_keys(store::Tx& tx, BrandId brand, IdentityId identity, std::string_view name) {
  const auto words = sorted_words(name);
  const std::string joined = text::join(words, " ");
  if (joined.size() < 2) return;
  add(tx, brand, identity, KeyKind::name, joined);
  if (words.size() < 2) return;
  std::vector<std::string> sounds;
  sounds.reserve(words.size());
  for (const std::string& word : words) sounds.push_back(sound_of(word));
  std::sort(sounds.begin(), sounds.end());
  add(tx, brand, identity, KeyKind::name_sound, text::join(sounds, " "));
}

}  // namespace amends::identity
