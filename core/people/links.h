// One-time links: an invitation, a password reset, the first admin's. The secret is 256 random bits, stored as SHA-256;
// of many who use one at the same moment, one wins.
//
// Table: link. Threads: none of its own.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/people/principal.h"
#include "core/store/database.h"

namespace amends::people {

using LinkId = Id<struct LinkTag>;

// Stored: never renumber.
enum class LinkKind : std::uint8_t { invitation = 0, reset = 1, first_admin = 2 };
inline constexpr model::Word<LinkKind> kLinkKinds[] = {
    {LinkKind::invitation, "invitation"}, {LinkKind::reset, "reset"}, {LinkKind::first_admin, "first_admin"}};
constexpr std::string_view name_of(LinkKind v) { return model::name_in(kLinkKinds, v); }

inline constexpr std::chrono::minutes kShortestLink{15};
inline constexpr std::chrono::hours kLongestLink{72};

struct NewLink {
  LinkKind kind = LinkKind::invitation;
  UserId user;        // a reset's
  UserId made_by;     // none: the console, or the user asked for it
  std::string email;  // an invitation's: whom it is for
  BrandId brand;      // an invitation's, with `role`; none invites an admin
  Role role = Role::agent;
  bool admin = false;
  std::chrono::minutes life{24 * 60};  // kept between kShortestLink and kLongestLink
};
struct Link {
  LinkId id;
  LinkKind kind = LinkKind::invitation;
  UserId user, made_by;
  std::string email;
  BrandId brand;
  Role role = Role::agent;
  bool admin = false;
  Timestamp created_at, expires_at;
};
struct FreshLink {
  LinkId id;
  Secret secret;
  Timestamp expires_at;
};

// A new reset or first-admin link ends the older ones of its user, an invitation those for the same address and brand.
FreshLink add_link(store::Tx& tx, const NewLink& link, Timestamp now);
// Nothing when it is empty, unknown, used or over: callers answer all of these alike.
std::optional<Link> find_link(store::Reader& reader, LinkKind kind, std::string_view secret, Timestamp now);
// The same, and uses it up.
std::optional<Link> take_link(store::Tx& tx, LinkKind kind, std::string_view secret, Timestamp now);
// Invitations that nobody took yet; `brand` none: all.
std::vector<Link> open_invitations(store::Reader& reader, BrandId brand, Timestamp now);
// not_found, also for one of another brand; `brand` none: whichever it is of.
Result<Done> revoke_invitation(store::Tx& tx, BrandId brand, LinkId link);
void end_links_of(store::Tx& tx, UserId user);

}  // namespace amends::people
