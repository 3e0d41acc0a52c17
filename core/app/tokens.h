// The tokens of one account, in the database and sealed to their place. Its pull and its send share them, and so does
// the next start of the program.
//
// Threads: any. renew() holds the account's lock while it asks the site, so that two who find a token too old don't
// both renew it: a site that rotates refresh tokens would take the second one for a thief.
#pragma once

#include <functional>
#include <mutex>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/channel/environment.h"
#include "core/crypto/seal.h"
#include "core/store/database.h"

namespace amends::app {

class AccountTokens final : public channel::Tokens {
 public:
  // Borrows all of them.
  AccountTokens(store::Database& db, const crypto::SealKeys& keys, const Clock& clock, BrandId brand, AccountId account)
      : db_(db), keys_(keys), clock_(clock), brand_(brand), account_(account) {}

  Result<channel::TokenSet> current() override;
  Result<channel::TokenSet> renew(
      const Secret& stale, const std::function<Result<channel::TokenSet>(const channel::TokenSet&)>& renew) override;

  // In the write that connects the account: a person agreed.
  Result<Done> keep(store::Tx& tx, const channel::TokenSet& set);

 private:
  Result<Done> put(store::Tx& tx, const channel::TokenSet& set, bool connected);

  store::Database& db_;
  const crypto::SealKeys& keys_;
  const Clock& clock_;
  const BrandId brand_;
  const AccountId account_;
  std::mutex renewing_;
};

// Pauses the account and tells everybody, once: `why` is what the site said. For a site that lets us in no more.
void pause_refused(store::Tx& tx, BrandId brand, AccountId account, const Error& why, Timestamp now);

}  // namespace amends::app
