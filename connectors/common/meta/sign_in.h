// How a page's or an account's owner agrees that we act for them at Meta, and whose token signs the calls. Threads:
// any.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/channel/descriptor.h"
#include "core/channel/environment.h"
#include "core/channel/oauth.h"

namespace amends::connectors::meta {

// From the settings "app_id", "app_secret", "page_id" and "api_base": a page's own token comes of it (lengthen()).
channel::OAuthProfile oauth_of(const channel::Settings& settings, std::vector<std::string> scopes);

// The setting "access_token", else the account's tokens. Borrows the environment.
std::function<Result<Secret>()> token_of(const channel::Settings& settings, const channel::Environment& environment);

}  // namespace amends::connectors::meta
