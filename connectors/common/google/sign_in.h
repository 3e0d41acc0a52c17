// How a person agrees that we act for them at Google: the same for all its APIs but for the scope. Pure. Threads: any.
#pragma once

#include <string_view>

#include "core/channel/descriptor.h"
#include "core/channel/oauth.h"

namespace amends::connectors::google {

// From the settings "client_id", "client_secret" and "oauth_base" ("" for Google's own).
// Source: developers.google.com/identity/protocols/oauth2/web-server (2026-11-21).
channel::OAuthProfile oauth_of(const channel::Settings& settings, std::string_view scope);

}  // namespace amends::connectors::google
