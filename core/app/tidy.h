// What the logs of what happened may forget: old changes, old webhook deliveries. In small commits, so that nobody
// waits.
#pragma once

#include "core/app/hub.h"
#include "core/events/events.h"

namespace amends::app {

inline constexpr std::chrono::minutes kTidyEvery{60};
inline constexpr std::chrono::hours kKeepDeliveries{30 * 24};

// How many rows went.
Result<std::int64_t> tidy_logs(Hub& hub, const events::Keep& keep = {});

}  // namespace amends::app
