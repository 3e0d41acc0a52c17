// The channel plugins of [plugins]: each is started once, while the configuration is read, so that accounts may name
// its channel. Threads: before anything else runs.
#pragma once

#include <string>

#include "core/base/result.h"

namespace amends::app {

// A path that was loaded already is fine. Errors: those of channel::add_plugin.
Result<Done> load_plugin(const std::string& path);

}  // namespace amends::app
