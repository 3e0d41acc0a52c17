// Users, roles and sessions as JSON. Pure. Threads: any.
#pragma once

#include "core/app/hub.h"
#include "core/app/staff.h"
#include "core/web/json.h"
#include "core/web/route.h"
#include "core/web/schema.h"

namespace amends::web {

inline constexpr auto kRoleNames = kNamesOf<people::kRoles>;
inline constexpr auto kPermissionNames = kNamesOf<people::kPermissions>;

extern const Schema kMe;
extern const Schema kUser;
extern const Schema kTeam;
extern const Schema kInvitation;
extern const Schema kLinkHandedOut;

std::string brand_key(const app::Hub& hub, BrandId brand);  // "" for none
Json& add_me(Json& json, const app::Hub& hub, const people::Principal& who);
Json& add_user(Json& json, const app::Hub& hub, const people::User& user,
               const std::vector<people::Membership>& memberships);
Json& add(Json& json, const people::Team& team);
Json& add(Json& json, const app::Hub& hub, const people::Link& invitation);
// {"url": …, "expires_at": …}, the address from the configuration and never from the request's Host.
Reply handed_out(const Call& call, people::LinkKind kind, const people::FreshLink& link);

app::From from_of(const Call& call);
// The session's cookie goes with the answer.
void put_cookie(const Call& call, Reply& reply, const app::Staff::Entered& entered);

}  // namespace amends::web
