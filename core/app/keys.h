// The installation's secret key, in a file of its own beside the database (0600): it signs reply addresses and
// Message-IDs. Losing it only means that replies to old addresses thread by their headers alone.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace amends::app {

// Reads `<folder>/amends.key`, or makes it. Refuses a file that others can read.
Result<Secret> load_or_make_key(const std::string& folder);

}  // namespace amends::app
