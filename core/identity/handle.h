// What a handle says by itself: its normal form, whether a person stands behind it, and whose organisation it is. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/words.h"

namespace amends::identity {

// The form a handle is stored and found in. With an "@" (addresses, @user@server): lower case, the domain in ASCII
// (UTS 46), dots and plus tags kept, for they may be different people; anything else (account URLs, author ids) as it
// is, trimmed.
std::string normal_handle(std::string_view handle);

// Who is behind a handle. Only persons are ever suggested as doubles of one another.
enum class Nature : std::uint8_t {
  person = 0,
  shared = 1,  // info@, sales@, office@: several people read it
  robot = 2,   // no-reply@, mailer-daemon@, bounce and list addresses: nobody reads it
};
inline constexpr model::Word<Nature> kNatures[] = {
    {Nature::person, "person"}, {Nature::shared, "shared"}, {Nature::robot, "robot"}};
constexpr std::string_view name_of(Nature v) { return model::name_in(kNatures, v); }
Nature nature_of(std::string_view normal_handle);

// The registrable domain of an address by the public suffix list: "shop.example.co.uk" -> "example.co.uk". "" for
// handles without a domain and for mailbox providers anybody can have an address at.
std::string organisation_of(std::string_view normal_handle);
bool is_mailbox_provider(std::string_view domain);

}  // namespace amends::identity
