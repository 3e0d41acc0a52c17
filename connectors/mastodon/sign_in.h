// How an account signs in on its server, and how the server says "too much".
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/oauth.h"

namespace amends::connectors::mastodon {

// A pasted token wins over a connected one. Borrows the environment.
channel::Profile profile_of(const channel::Settings& settings, const channel::Environment& environment);

// invalid without a client: register_client() makes one.
Result<channel::OAuthProfile> oauth_of(const channel::Settings& settings);

// Makes Amends known to the server (POST /api/v1/apps) for this redirect: client_id and client_secret, to be kept among
// the account's settings.
Result<std::map<std::string, std::string>> register_client(const channel::Settings& settings, std::string_view redirect,
                                                           net::HttpClient& http);

}  // namespace amends::connectors::mastodon
