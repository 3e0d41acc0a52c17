// One round of pulling an account: page after page, each committed with its cursor before the next is asked for.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/app/pipeline.h"
#include "core/channel/connector.h"

namespace amends::app {

class PlacingBeside;

struct PullReport {
  InReport in;
  std::vector<std::string> notes;  // what the operator should know
  std::optional<Error> error;      // how it ended early; everything before it is safe
  bool yielded = false;            // it let others go first: there is more
};

// Success and failure are recorded with the account; a refused login pauses it until a person reconnects it.
// `yield`: asked between pages whether others should go first. `placing`: gets what was stored, page after page.
PullReport pull_account(Hub& hub, const HubAccount& account, channel::Connector& connector, std::stop_token stop,
                        const std::function<void(const channel::Page&, const InReport&)>& progress,
                        const std::function<bool()>& yield = {}, PlacingBeside* placing = nullptr);

// How long to wait after so many failures in a row: 5 s doubled up to 15 minutes, with up to a fifth of jitter by
// `salt` so that accounts of one server don't come back in step. `asked` is what the peer asked for; it wins when it is
// longer.
std::chrono::milliseconds back_off(std::int64_t failures, std::chrono::seconds asked, std::uint64_t salt);

}  // namespace amends::app
