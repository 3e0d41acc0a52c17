#include "core/crypto/token.h"

#include "core/base/text.h"
#include "core/crypto/base32.h"
#include "core/crypto/hmac.h"
#include "core/crypto/random.h"

#include <cassert>

namespace amends::crypto {
namespace {

constexpr std::size_t kMacBytes = 16;
constexpr std::size_t kMacDigits = 26;
constexpr std::size_t kDayDigits = 3;
constexpr std::size_t kTagDigits = 4;
constexpr std::size_t kSealDigits = 1 + kDayDigits + kTagDigits + kMacDigits;
constexpr std::size_t kNonceBytes = 5;
constexpr std::size_t kLocalPartMax = 64;
constexpr std::string_view kMark = "+a-";
constexpr std::string_view kMessagePrefix = "o.";
constexpr std::int64_t kDay = 86'400'000;

// Every field is ended by a zero byte, so that no two lists of fields are the same bytes.
std::string signed_bytes(std::initializer_list<std::string_view> fields) {
  std::string out;
  for (const auto field : fields) {
    out += field;
    out += '\0';
  }
  return out;
}

std::string mac_of(const Secret& key, std::string_view bytes) {
  return to_base32(bytes_of(hmac_sha256(key, bytes)).substr(0, kMacBytes));
}

std::string tag_of(const Secret& key, std::string_view address) {
  const auto digest = hmac_sha256(key, signed_bytes({"recipient", text::ascii_lower(text::trim(address))}));
  return to_base32(bytes_of(digest).substr(0, 3)).substr(0, kTagDigits);
}

struct Address {
  std::string_view local, domain;
};
std::optional<Address> cut(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) return {};
  return Address{address.substr(0, at), address.substr(at + 1)};
}

// Where the token begins in a local part; npos when nothing there has its shape.
std::size_t find_token(std::string_view local) {
  const auto mark = local.rfind(kMark);
  if (mark == std::string_view::npos) return mark;
  const auto dash = local.find('-', mark + kMark.size());
  if (dash == std::string_view::npos || local.size() - dash - 1 != kSealDigits) return std::string_view::npos;
  return mark;
}

}  // namespace

struct TokenKeys {
  static const KeyRing::Key& newest(const KeyRing& ring) { return ring.keys_.back(); }
  static const Secret* find(const KeyRing& ring, char version) {
    for (const auto& key : ring.keys_) {
      if (number_to_base32(static_cast<std::uint64_t>(key.version))[0] == version) return &key.secret;
    }
    return nullptr;
  }
};

void KeyRing::add(int version, Secret key) {
  assert(version >= 0 && version < 32);
  keys_.push_back({version, std::move(key)});
}

Result<std::string> mint_reply_address(const KeyRing& keys, BrandId brand, ThreadId thread, std::string_view base,
                                       std::string_view recipient, Timestamp now) {
  if (keys.empty()) return fail(Kind::invalid, "no key to sign reply addresses with");
  const auto parts = cut(base);
  if (!parts) return fail(Kind::invalid, "the account's address has no local part or no domain");
  const auto& key = TokenKeys::newest(keys);
  const auto number = number_to_base32(static_cast<std::uint64_t>(thread.value));
  const auto day = number_to_base32(static_cast<std::uint64_t>(now.ms / kDay), kDayDigits);
  const auto tag = tag_of(key.secret, recipient);
  const auto domain = text::ascii_lower(parts->domain);
  const auto mac = mac_of(key.secret, signed_bytes({"reply", std::to_string(brand.value), number, day, tag, domain}));

  std::string local(parts->local);
  local += kMark;
  local += number + "-" + number_to_base32(static_cast<std::uint64_t>(key.version)) + day + tag + mac;
  if (local.size() > kLocalPartMax) {
    return fail(Kind::invalid, "the account's address is too long to carry a reply token",
                "threading uses the Message-ID alone; a shorter address would carry a token");
  }
  return local + "@" + std::string(parts->domain);
}

std::optional<ReplyToken> verify_reply_address(const KeyRing& keys, BrandId brand, std::string_view address,
                                               std::string_view sender, Timestamp now) {
  const std::string folded = text::ascii_lower(text::trim(address));
  const auto parts = cut(folded);
  if (!parts) return {};
  const auto mark = find_token(parts->local);
  if (mark == std::string_view::npos) return {};
  const auto token = parts->local.substr(mark + kMark.size());
  const auto dash = token.find('-');
  const auto number = token.substr(0, dash), seal = token.substr(dash + 1);
  const auto day = seal.substr(1, kDayDigits), tag = seal.substr(1 + kDayDigits, kTagDigits);
  const auto mac = seal.substr(1 + kDayDigits + kTagDigits);

  const Secret* key = TokenKeys::find(keys, seal[0]);
  if (key == nullptr) return {};
  const auto expected =
      mac_of(*key, signed_bytes({"reply", std::to_string(brand.value), number, day, tag, parts->domain}));
  if (!equal_in_constant_time(expected, mac)) return {};

  const auto thread = number_from_base32(number), days = number_from_base32(day);
  if (!thread || !days || *thread == 0) return {};
  ReplyToken out;
  out.thread = ThreadId{static_cast<std::int64_t>(*thread)};
  out.minted = Timestamp{static_cast<std::int64_t>(*days) * kDay};
  if (now - out.minted > kReplyAddressLife) return {};
  out.for_sender = equal_in_constant_time(tag_of(*key, sender), tag);
  return out;
}

std::string without_reply_token(std::string_view address) {
  std::string folded = text::ascii_lower(text::trim(address));
  const auto parts = cut(folded);
  if (!parts) return folded;
  const auto mark = find_token(parts->local);
  if (mark == std::string_view::npos) return folded;
  return std::string(parts->local.substr(0, mark)) + "@" + std::string(parts->domain);
}

std::string mint_message_id(const KeyRing& keys, BrandId brand, UpdateId update, std::string_view domain) {
  assert(!keys.empty());
  const auto& key = TokenKeys::newest(keys);
  const auto name = number_to_base32(static_cast<std::uint64_t>(update.value)) + "." + random_token(kNonceBytes);
  const auto host = text::ascii_lower(domain);
  const auto mac = mac_of(key.secret, signed_bytes({"message", std::to_string(brand.value), name, host}));
  return std::string(kMessagePrefix) + name + "." + number_to_base32(static_cast<std::uint64_t>(key.version)) + mac +
         "@" + host;
}

bool verify_message_id(const KeyRing& keys, BrandId brand, std::string_view message_id) {
  const std::string folded = text::ascii_lower(text::trim(message_id));
  const auto parts = cut(folded);
  if (!parts || parts->local.substr(0, kMessagePrefix.size()) != kMessagePrefix) return false;
  const auto token = parts->local.substr(kMessagePrefix.size());
  const auto dot = token.rfind('.');
  if (dot == std::string_view::npos || token.size() - dot - 1 != 1 + kMacDigits) return false;
  const Secret* key = TokenKeys::find(keys, token[dot + 1]);
  if (key == nullptr) return false;
  const auto expected =
      mac_of(*key, signed_bytes({"message", std::to_string(brand.value), token.substr(0, dot), parts->domain}));
  return equal_in_constant_time(expected, token.substr(dot + 2));
}

}  // namespace amends::crypto
