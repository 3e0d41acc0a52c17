// Idempotency keys: a client that doesn't know whether its POST arrived sends it again under the same key, and it is
// done once. The answer is kept for a week. A mark that the change is made is committed together with the change
// itself, so that not even a crash in between lets it happen twice.
//
// Table: request_key, the only one of this folder. Threads: any.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/store/database.h"

namespace amends::web {

inline constexpr std::size_t kLongestRequestKey = 255;
inline constexpr std::chrono::hours kRequestKeyLife{7 * 24};

// What a key is bound to: who, where, and the word the client chose.
struct RequestKey {
  UserId user;
  BrandId brand;
  std::string route;  // method and path
  std::string key;
  std::string body_digest;  // SHA-256
  std::int64_t epoch = 0;   // this start of the program
};

struct KeptAnswer {
  int status = 200;
  std::string body;
};

enum class Standing : std::uint8_t {
  fresh,      // reserved: go on
  answered,   // was done: `answer` holds what was said
  in_flight,  // another request is at it
  lost,       // was done, and the program ended before it could say so
  other,      // the key was used with another body
};
struct Reserved {
  Standing standing = Standing::fresh;
  KeptAnswer answer = {};
};

Reserved reserve(store::Tx& tx, const RequestKey& key, Timestamp now);
// Its change is in this very transaction.
void mark_made(store::Tx& tx, const RequestKey& key);
void keep(store::Tx& tx, const RequestKey& key, const KeptAnswer& answer);
// It came to nothing and may be tried again under the key. False when mark_made() marked it: then something was done,
// and what was said of it has to be kept.
bool release(store::Tx& tx, const RequestKey& key);
// Kept answers of a brand hold what people wrote: they go when somebody is erased. A repeat is then told that it was
// done.
void forget_answers(store::Tx& tx, BrandId brand);
// What is older than kRequestKeyLife goes; how many.
std::int64_t forget_old(store::Tx& tx, Timestamp now);

}  // namespace amends::web
