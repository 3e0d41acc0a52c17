// The rows of identity_key: what an identity can be found by when somebody looks for doubles. Written when a handle or
// a name is new and when a message brings a hint, never for every message.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/model/words.h"
#include "core/store/database.h"

namespace amends::identity {

enum class KeyKind : std::uint8_t {
  name = 0,        // all words of the name, in any order
  name_sound = 1,  // given name and surname by sound, in either order
  mailbox = 2,     // the address without plus tag, and dots where the provider ignores them
  local_part = 3,  // what stands before the "@": the same at another provider, or a mistyped domain
  address = 4,     // the local part by sound and the domain: a mistyped local part
  phone = 5,       // the last digits of a phone number
  order = 6,       // an order or customer number
  // What stands in public. Both are found under the same key, so that what one account vouches for meets the other.
  profile = 7,        // a page that is theirs as they say
  verified_link = 8,  // a page that is theirs as its site has verified (rel="me")
  words = 9,          // a text of some length, in the form it is compared in; the value kept is when it was said, in ms
};
inline constexpr model::Word<KeyKind> kKeyKinds[] = {{KeyKind::name, "name"},
                                                     {KeyKind::name_sound, "name by sound"},
                                                     {KeyKind::mailbox, "mailbox"},
                                                     {KeyKind::local_part, "local part"},
                                                     {KeyKind::address, "address by sound"},
                                                     {KeyKind::phone, "phone"},
                                                     {KeyKind::order, "order number"},
                                                     {KeyKind::profile, "profile link"},
                                                     {KeyKind::verified_link, "verified link"},
                                                     {KeyKind::words, "same words"}};
constexpr std::string_view name_of(KeyKind v) { return model::name_in(kKeyKinds, v); }

// The key of KeyKind::name; nothing for less than two letters.
std::optional<std::int64_t> name_key(std::string_view name);
// A text shorter than this many bytes is said by many.
inline constexpr std::size_t kTellingWords = 60;

// The key of what a message says of its author; nothing when it is too short to tell people apart. Phones and order
// numbers as people write them; links and words in the form they are compared in.
std::optional<std::int64_t> hint_key(KeyKind kind, std::string_view value);

void add_handle_keys(store::Tx& tx, BrandId brand, IdentityId identity, std::string_view normal_handle);
void add_name_keys(store::Tx& tx, BrandId brand, IdentityId identity, std::string_view name);

}  // namespace amends::identity
