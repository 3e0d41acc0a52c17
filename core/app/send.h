// One round of sending through an account: everything that is due now, one after the other.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "core/app/hub.h"
#include "core/channel/connector.h"

namespace amends::app {

struct SendRound {
  std::int64_t sent = 0, deferred = 0, failed = 0, uncertain = 0;
  std::optional<std::chrono::milliseconds> next_in;  // when the next one is due; nothing when none waits
  std::optional<Error> error;                        // the round itself could not be done
};

SendRound send_due(Hub& hub, const HubAccount& account, channel::Connector& connector, std::stop_token stop);

}  // namespace amends::app
