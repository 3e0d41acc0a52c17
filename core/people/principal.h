// Who is asking, as every use case takes it: the user, what they are in which brand, and how they came in. Made anew
// for every request, so that a changed role holds at once.
#pragma once

#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/people/roles.h"

namespace amends::people {

using SessionId = Id<struct SessionTag>;
using TokenId = Id<struct TokenTag>;
using TeamId = Id<struct TeamTag>;

struct Membership {
  BrandId brand;
  Role role = Role::curator;
};

enum class Entry : std::uint8_t { none, session, token, console };

// What an API token is narrowed to.
struct Scope {
  Grants grants;                // nothing beyond these
  std::vector<BrandId> brands;  // none: all of the user's
};

struct Principal {
  UserId user;        // none: the console, or nobody
  std::string login;  // what `owner`, `actor` and `author` hold elsewhere
  std::string display_name;
  std::string language;  // ISO 639-1; "" for the brand's
  bool admin = false;
  bool has_totp = false;
  // Two-factor sign-in is demanded of this user and not set up yet: nothing but `self` is allowed.
  bool must_set_up_totp = false;
  std::vector<Membership> memberships;
  Entry entry = Entry::none;
  SessionId session;  // with Entry::session
  TokenId token;      // with Entry::token
  Scope scope;        // with Entry::token
};

// Nobody: what an unsigned request is.
inline Principal nobody() { return {}; }
// Whoever runs a command on the machine that holds the data folder; `as` is the name put on record.
Principal console(std::string as);

// Whether it is allowed, by the table of roles.h, the token's scope and the brand. `brand` none asks for the
// installation as a whole: only an admin has that, but for `self` and `nobody_needed`.
bool may(const Principal& principal, BrandId brand, Permission permission);
// The brands in which it is allowed, out of `all`; for lists over several brands and for event streams.
std::vector<BrandId> brands_where(const Principal& principal, const std::vector<BrandId>& all, Permission permission);
// Nobody hands out more than they have themselves.
bool may_grant(const Principal& principal, BrandId brand, Role role);

}  // namespace amends::people
