#include "core/people/second_factor.h"

#include "core/base/text.h"
#include "core/crypto/base32.h"
#include "core/crypto/digest.h"
#include "core/crypto/random.h"
#include "core/crypto/totp.h"

namespace amends::people {
namespace {

constexpr std::size_t kSecretBytes = 20;  // RFC 4226 section 4, R6
constexpr int kRecoveryCodes = 10;
constexpr std::size_t kRecoveryBytes = 10;  // 80 bits: nobody guesses one of ten
constexpr std::size_t kTotpDigits = 6;

crypto::SealPlace place_of(UserId user) { return {"second_factor", "sealed_totp", user.value, {}}; }

struct Stored {
  std::string sealed;
  std::int64_t last_step;
  bool confirmed;
};
std::optional<Stored> stored_of(store::Reader& reader, UserId user) {
  return reader.first(
      "SELECT sealed_totp, last_step, confirmed_at IS NOT NULL FROM second_factor WHERE user_id = ?",
      [](const store::Row& row) {
        return Stored{row.string(0), row.integer(1), row.boolean(2)};
      },
      user);
}

// As a person types it: spaces and hyphens don't count, nor does case.
std::string plain(std::string_view code) {
  std::string out;
  for (const char c : code) {
    if (c != ' ' && c != '-') out += text::ascii_lower(c);
  }
  return out;
}

// "abcd-efgh-ijkl-mnop"
std::string in_groups(const std::string& code) {
  std::string out;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (i != 0 && i % 4 == 0) out += '-';
    out += code[i];
  }
  return out;
}

// The user's number is in the digest, so that equal codes of two users don't look equal.
crypto::Sha256 digest_of(UserId user, std::string_view code) {
  return crypto::sha256(std::to_string(user.value) + ":" + std::string(code));
}

bool use_recovery_code(store::Tx& tx, UserId user, std::string_view code) {
  const auto digest = digest_of(user, code);
  return tx.run("DELETE FROM recovery_code WHERE user_id = ? AND code_hash = ?", user,
                store::Blob{crypto::bytes_of(digest)}) == 1;
}

}  // namespace

Result<TotpSetup> begin_totp(store::Tx& tx, const crypto::SealKeys& keys, UserId user, std::string_view login,
                             Timestamp now) {
  if (has_totp(tx, user)) return fail(Kind::conflict, "a second factor is in use already", "remove it first");
  TotpSetup out;
  out.secret = Secret(crypto::random_bytes(kSecretBytes));
  std::string base32 = crypto::to_base32(out.secret.reveal());
  for (char& c : base32) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  out.uri = "otpauth://totp/Amends:" + std::string(login) + "?secret=" + base32 + "&issuer=Amends";
  TRY(const std::string sealed, crypto::seal(keys, place_of(user), out.secret));
  tx.run(
      "INSERT INTO second_factor (user_id, sealed_totp, begun_at) VALUES (?, ?, ?) ON CONFLICT (user_id) DO UPDATE "
      "SET sealed_totp = excluded.sealed_totp, begun_at = excluded.begun_at, last_step = 0",
      user, sealed, now);
  return out;
}

Result<std::vector<std::string>> confirm_totp(store::Tx& tx, const crypto::SealKeys& keys, UserId user,
                                              std::string_view code, Timestamp now) {
  const auto stored = stored_of(tx, user);
  if (!stored || stored->confirmed) return fail(Kind::not_found, "no second factor is being set up", "begin again");
  TRY(const Secret secret, crypto::open_sealed(keys, place_of(user), stored->sealed));
  const auto step = crypto::match_totp(secret, plain(code), now, stored->last_step);
  if (!step) return fail(Kind::invalid, "code: is not the one of this moment", "check the clock of the device");
  tx.run("UPDATE second_factor SET confirmed_at = ?, last_step = ? WHERE user_id = ?", now, *step, user);
  tx.run("DELETE FROM recovery_code WHERE user_id = ?", user);
  std::vector<std::string> codes;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    const std::string fresh = crypto::random_token(kRecoveryBytes);
    const auto digest = digest_of(user, fresh);
    tx.run("INSERT INTO recovery_code (user_id, code_hash) VALUES (?, ?)", user, store::Blob{crypto::bytes_of(digest)});
    codes.push_back(in_groups(fresh));
  }
  return codes;
}

bool has_totp(store::Reader& reader, UserId user) {
  return reader.count("SELECT count(*) FROM second_factor WHERE user_id = ? AND confirmed_at IS NOT NULL", user) > 0;
}

Result<bool> use_code(store::Tx& tx, const crypto::SealKeys& keys, UserId user, std::string_view code, Timestamp now) {
  const auto stored = stored_of(tx, user);
  if (!stored || !stored->confirmed) return false;
  const std::string typed = plain(code);
  if (typed.size() != kTotpDigits) return use_recovery_code(tx, user, typed);
  TRY(const Secret secret, crypto::open_sealed(keys, place_of(user), stored->sealed));
  const auto step = crypto::match_totp(secret, typed, now, stored->last_step);
  if (!step) return false;
  tx.run("UPDATE second_factor SET last_step = ? WHERE user_id = ?", *step, user);
  return true;
}

std::int64_t recovery_codes_left(store::Reader& reader, UserId user) {
  return reader.count("SELECT count(*) FROM recovery_code WHERE user_id = ?", user);
}

bool remove_totp(store::Tx& tx, UserId user) {
  tx.run("DELETE FROM recovery_code WHERE user_id = ?", user);
  return tx.run("DELETE FROM second_factor WHERE user_id = ?", user) > 0;
}

}  // namespace amends::people
