// The steps between a request and its row's function: who it is, what its parameters and body say.
// Threads: any.
#pragma once

#include <optional>
#include <string_view>

#include "core/web/problem.h"
#include "core/web/route.h"

namespace amends::web {

// Whether the principal has anything to do with the brand; if not, the brand is as absent as one that never was.
bool knows_brand(const people::Principal& who, BrandId brand);

// Nobody when the request bears nothing; nothing when what it bears is no good.
std::optional<people::Principal> identify(Call& call, std::optional<std::string_view> bearer);

// Reads parameters and body into the call, or says what is wrong with them.
std::optional<Problem> read_arguments(Call& call);

// The one 404 of the API: the same bytes for what isn't there and what isn't theirs.
Problem absence();

}  // namespace amends::web
