// The conversation with a plugin's process: calls and their answers, and the plugin's own requests that the hub makes
// for it in between.
#pragma once

#include <memory>

#include "core/base/result.h"
#include "core/channel/connector.h"
#include "core/channel/environment.h"
#include "core/channel/plugin_row.h"

namespace amends::channel {

// Starts the plugin, reads its greeting into the row and ends it again.
Result<Done> greet(PluginRow& row);

// Borrows the row and the environment. Starts nothing: the first call does.
Result<std::unique_ptr<Connector>> open_plugin(const PluginRow& row, const Settings& settings,
                                               const Environment& environment);

}  // namespace amends::channel
