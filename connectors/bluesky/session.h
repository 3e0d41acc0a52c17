// How an account signs in: an app password opens a session (com.atproto.server.createSession), the session's refresh
// token keeps it open, and when that has run out the password opens another.
#pragma once

#include "core/channel/api.h"
#include "core/channel/descriptor.h"

namespace amends::connectors::bluesky {

// Borrows the environment.
channel::Profile profile_of(const channel::Settings& settings, const channel::Environment& environment);

}  // namespace amends::connectors::bluesky
