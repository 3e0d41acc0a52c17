// Heads of the audit chain in a file of its own beside the database ("amends.audit"): a line for each time it was
// noted. What the database can't tell of itself, that its end was cut off or the chain made anew, shows against them.
// The same heads go into the log ("audit.head"), which may be kept on another machine.
//
// At most kMostAnchors lines: of the older half every second one goes when there are more. A line that a crash cut is
// skipped. Errors: unavailable. Threads: one at a time.
#pragma once

#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace amends::audit {

inline constexpr std::size_t kMostAnchors = 1'000;

std::string anchor_file(const std::string& folder);
// None when there is no file. corrupt: it is something else.
Result<std::vector<Head>> anchors(const std::string& folder);
// Adds the head, unless it is the last one already; on disk when it returns.
Result<Done> anchor(const std::string& folder, const Head& head, Timestamp now);
// After a backup was restored on purpose: the heads so far are kept aside ("amends.audit.until-<number>") and `head` is
// the first of the new ones.
Result<Done> anchor_anew(const std::string& folder, const Head& head, Timestamp now);

}  // namespace amends::audit
