// [http] of amends.toml: where the API is served and how it is protected.
//
// Beyond this machine nothing is served in plain text: a public `listen` needs a certificate or a trusted proxy, and a
// public_url of https.
#pragma once

#include <string>
#include <string_view>

#include "core/app/config.h"
#include "core/app/config_reader.h"

namespace amends::app {

// `folder` is where relative paths start.
Result<HttpConfig> read_http(const toml::table& source, std::string_view file, const std::string& folder);

}  // namespace amends::app
