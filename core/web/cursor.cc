#include "core/web/cursor.h"

#include <cstring>

#include "core/crypto/base32.h"
#include "core/crypto/hmac.h"

namespace amends::web {
namespace {

constexpr std::size_t kMacBytes = 16;
constexpr std::size_t kLongest = 128;  // characters of a cursor; four numbers and the signature take 77

std::string packed(const std::vector<std::int64_t>& numbers) {
  std::string out(numbers.size() * 8, '\0');
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    auto bits = static_cast<std::uint64_t>(numbers[i]);
    for (std::size_t b = 8; b-- > 0; bits >>= 8) out[i * 8 + b] = static_cast<char>(bits & 0xFF);
  }
  return out;
}

std::string signature(const Secret& key, std::string_view bound_to, std::string_view numbers) {
  std::string signed_text(numbers);
  signed_text += bound_to;
  const crypto::Sha256 mac = crypto::hmac_sha256(key, signed_text);
  return std::string(reinterpret_cast<const char*>(mac.data()), kMacBytes);
}

}  // namespace

std::string mint_cursor(const Secret& key, std::string_view bound_to, const std::vector<std::int64_t>& numbers) {
  const std::string bytes = packed(numbers);
  // The count goes first, so that numbers and binding can't be cut anew.
  const std::string counted = static_cast<char>(numbers.size()) + bytes;
  return crypto::to_base32(counted + signature(key, bound_to, counted));
}

std::optional<std::vector<std::int64_t>> read_cursor(const Secret& key, std::string_view bound_to,
                                                     std::string_view cursor) {
  if (cursor.size() > kLongest) return {};
  const auto bytes = crypto::from_base32(cursor);
  // One spelling only: upper case and the spare bits of the last letter are no other cursor.
  if (!bytes || bytes->size() < 1 + kMacBytes || crypto::to_base32(*bytes) != cursor) return {};
  const auto count = static_cast<unsigned char>(bytes->front());
  if (count > kMostCursorNumbers || bytes->size() != 1 + count * 8u + kMacBytes) return {};
  const std::string_view counted = std::string_view(*bytes).substr(0, 1 + count * 8u);
  const std::string_view mac = std::string_view(*bytes).substr(counted.size());
  if (!crypto::equal_in_constant_time(mac, signature(key, bound_to, counted))) return {};
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t bits = 0;
    for (std::size_t b = 0; b < 8; ++b) bits = (bits << 8) | static_cast<unsigned char>(counted[1 + i * 8 + b]);
    out.push_back(static_cast<std::int64_t>(bits));
  }
  return out;
}

}  // namespace amends::web
