// Names of ours that come back from outside, and that nobody else can make:
//   a reply address   support+a-<thread>-<version><day><recipient tag><mac>@brand.example
//   a Message-ID      o.<update>.<nonce>.<version><mac>@brand.example
// All parts are lower-case base32, because mail servers fold the case of local parts. The MAC is HMAC-SHA256 cut to 128
// bits over purpose, brand, number, day, tag and domain. A token proves that we handed it out, never who uses it: who
// may speak in a thread is decided by its participants.
//
// The nonce keeps Message-IDs apart whose update numbers were given twice, because a backup was restored in between.
//
// Threads: any.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace amends::crypto {

// Keys by version, 0 to 31, so that a key can be replaced while what it signed is still good. The last one signs.
class KeyRing {
 public:
  // REQUIRES: version < 32, not yet in the ring.
  void add(int version, Secret key);
  bool empty() const { return keys_.empty(); }

 private:
  friend struct TokenKeys;
  struct Key {
    int version;
    Secret secret;
  };
  std::vector<Key> keys_;
};

inline constexpr std::chrono::hours kReplyAddressLife{24 * 180};

// Ours, as it came back. `minted` is the day it was handed out.
struct ReplyToken {
  ThreadId thread;
  Timestamp minted;
  bool for_sender = false;  // it was handed to the very address that `sender` named
};

// The address answers go to. `base` is the account's own ("support@brand.example"), `recipient` whom the mail goes to.
// invalid when `base` is no address, or so long that the local part would pass 64 octets (RFC 5321 section 4.5.3.1.1):
// then threading rests on the Message-ID alone.
Result<std::string> mint_reply_address(const KeyRing& keys, BrandId brand, ThreadId thread, std::string_view base,
                                       std::string_view recipient, Timestamp now);

// Nothing unless the address carries a token of ours for this brand that is not older than kReplyAddressLife.
std::optional<ReplyToken> verify_reply_address(const KeyRing& keys, BrandId brand, std::string_view address,
                                               std::string_view sender, Timestamp now);

// The address without its token, in lower case: what identifies the account. The same address when it has none.
std::string without_reply_token(std::string_view address);

// Without angle brackets; another one at every call, so it is minted once and stored. Valid for ever. What verifies is
// ours, but which update it is the outbox knows by the whole Message-ID, not by the number in it.
std::string mint_message_id(const KeyRing& keys, BrandId brand, UpdateId update, std::string_view domain);
bool verify_message_id(const KeyRing& keys, BrandId brand, std::string_view message_id);

}  // namespace amends::crypto
