// How long a status may be on its server, and the mention an answer carries. Pure. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/channel/json.h"

namespace amends::connectors::mastodon {

struct StatusLimit {
  std::int64_t characters = 500, per_link = 23;
};
// configuration.statuses of /api/v2/instance; the defaults for what it doesn't say.
StatusLimit limit_of(const channel::Json& instance);

// Text and content warning together, as the server counts them. invalid with both numbers, and the text shortened as
// its hint.
Result<Done> check_fits(std::string_view text, std::string_view warning, const channel::Json& instance);

// The text with its author mentioned at the start, unless it mentions them already. `acct` is how the server names
// them, `handle` how we do: the former is preferred.
std::string with_mention(std::string_view text, std::string_view handle, std::string_view acct);

}  // namespace amends::connectors::mastodon
