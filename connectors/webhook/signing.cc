#include "connectors/webhook/signing.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"
#include "core/crypto/hmac.h"

namespace amends::connectors::webhook {
namespace {

constexpr std::size_t kLongestId = 256;
constexpr std::size_t kMostSignatures = 16;

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text.substr(0, std::min(text.size(), text.find('=')))) {
    static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t value = kAlphabet.find(c);
    if (value == kAlphabet.npos) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xFF);
    }
  }
  // One spelling only: padding where it belongs, no spare bits.
  return text::to_base64(out) == text ? std::optional(out) : std::nullopt;
}

}  // namespace

Result<Secret> read_secret(std::string_view written) {
  if (written.rfind("whsec_", 0) == 0) written.remove_prefix(6);
  auto key = from_base64(written);
  if (!key || key->size() < 24 || key->size() > 64) {
    return fail(Kind::invalid, "a webhook secret is \"whsec_\" and the base64 of 24 to 64 random bytes");
  }
  return Secret(*std::move(key));
}

std::string sign(const Secret& key, std::string_view id, std::int64_t timestamp, std::string_view body) {
  std::string signed_text(id);
  signed_text += '.' + std::to_string(timestamp) + '.';
  signed_text += body;
  return "v1," + text::to_base64(crypto::bytes_of(crypto::hmac_sha256(key, signed_text)));
}

Result<Done> check(const channel::WebhookRequest& request, const std::vector<Secret>& keys) {
  const Error refused = fail(Kind::unauthorized, "the signature is not right");
  const std::string_view id = request.header("webhook-id"), at = request.header("webhook-timestamp");
  // A dot in the id would let its end pass for a timestamp.
  if (id.empty() || id.size() > kLongestId || id.find('.') != id.npos) return refused;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(at.data(), at.data() + at.size(), seconds);
  if (error != std::errc() || end != at.data() + at.size() || std::to_string(seconds) != at) return refused;
  if (seconds < 0 || seconds > 100'000'000'000) return refused;
  const auto age = request.received_at - Timestamp{seconds * 1000};
  if (age > kTolerance || age < -kTolerance) return refused;
  const auto given = text::split(request.header("webhook-signature"), ' ');
  if (given.size() > kMostSignatures) return refused;
  bool right = false;
  for (const Secret& key : keys) {
    const std::string wanted = sign(key, id, seconds, request.body);
    for (const std::string_view one : given) right = crypto::equal_in_constant_time(one, wanted) || right;
  }
  if (!right) return refused;
  return Done{};
}

}  // namespace amends::connectors::webhook
