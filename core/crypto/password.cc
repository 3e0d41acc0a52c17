#include "core/crypto/password.h"

#include <sodium.h>

#include <array>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <semaphore>

#include "core/base/text.h"

namespace amends::crypto {
namespace {

constexpr std::string_view kHead = "$argon2id$v=19$m=";
std::atomic<std::uint64_t> computed{0};
std::counting_semaphore<kMostHashing> slots{kMostHashing};

// Held while a hash is computed.
class Slot {
 public:
  Slot() : held_(slots.try_acquire()) {
    if (held_) computed.fetch_add(1, std::memory_order_relaxed);
  }
  ~Slot() {
    if (held_) slots.release();
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  explicit operator bool() const { return held_; }

 private:
  const bool held_;
};

Error too_many() {
  Error error = fail(Kind::rate_limited, "too many are signing in at this moment", "try again in a second");
  error.retry_after = std::chrono::seconds(1);
  return error;
}

void need_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) std::abort();
}

Error no_memory() { return fail(Kind::unavailable, "there is no memory left to check a password with"); }

// "65536,t=3,…": the number before the comma, which `rest` is moved behind.
std::optional<std::uint64_t> number_before(std::string_view& rest, char end) {
  std::uint64_t n = 0;
  const auto [at, error] = std::from_chars(rest.data(), rest.data() + rest.size(), n);
  if (error != std::errc() || at == rest.data() + rest.size() || *at != end) return {};
  rest.remove_prefix(static_cast<std::size_t>(at - rest.data()) + 1);
  return n;
}

}  // namespace

std::optional<PasswordCost> cost_of(std::string_view stored) {
  if (stored.rfind(kHead, 0) != 0 || stored.size() >= crypto_pwhash_STRBYTES) return {};
  std::string_view rest = stored.substr(kHead.size());
  const auto kibibytes = number_before(rest, ',');
  if (!kibibytes || rest.rfind("t=", 0) != 0) return {};
  rest.remove_prefix(2);
  const auto passes = number_before(rest, ',');
  if (!passes || rest.rfind("p=1$", 0) != 0 || *kibibytes > (std::uint64_t{1} << 22) || *passes > 1'000) return {};
  return PasswordCost{static_cast<std::size_t>(*kibibytes) << 10, static_cast<unsigned>(*passes)};
}

bool is_outdated(std::string_view stored, const PasswordCost& cost) {
  const auto has = cost_of(stored);
  return !has || has->memory < cost.memory || has->passes < cost.passes;
}

Result<std::string> hash_password(const Secret& password, const PasswordCost& cost) {
  need_sodium();
  const Slot slot;
  if (!slot) return too_many();
  std::array<char, crypto_pwhash_STRBYTES> out{};
  const auto bytes = password.reveal();
  if (crypto_pwhash_str_alg(out.data(), bytes.data(), bytes.size(), cost.passes, cost.memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return no_memory();
  }
  return std::string(out.data());
}

Result<bool> verify_password(std::string_view stored, const Secret& password, const PasswordCost& cost) {
  need_sodium();
  if (!stored.empty() && !cost_of(stored)) return fail(Kind::corrupt, "a stored password is no hash");
  const Slot slot;
  if (!slot) return too_many();
  const auto bytes = password.reveal();
  if (stored.empty()) {
    static constexpr std::array<unsigned char, crypto_pwhash_SALTBYTES> kNobodysSalt{};
    std::array<unsigned char, 32> out{};
    if (crypto_pwhash(out.data(), out.size(), bytes.data(), bytes.size(), kNobodysSalt.data(), cost.passes, cost.memory,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
      return no_memory();
    }
    return false;
  }
  return crypto_pwhash_str_verify(std::string(stored).c_str(), bytes.data(), bytes.size()) == 0;
}

std::uint64_t hashes_computed() { return computed.load(std::memory_order_relaxed); }

}  // namespace amends::crypto
