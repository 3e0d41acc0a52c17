// How an account signs in to Reddit, and how Reddit says "too much" and "no" in answers of status 200.
#pragma once

#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/oauth.h"

namespace amends::connectors::reddit {

Result<channel::OAuthProfile> oauth_of(const channel::Settings& settings);

// Borrows the environment.
Result<channel::Profile> profile_of(const channel::Settings& settings, const channel::Environment& environment);

}  // namespace amends::connectors::reddit
