// The walk over the lines of a body that gives each its role. Internal: reply.cc feeds it text, reply_html.cc lines
// whose role the markup already told.
#pragma once

#include <vector>

#include "core/mime/reply.h"
#include "core/mime/reply_lines.h"

namespace amends::mime::reply {

Body split(std::vector<Line> lines, const BodyHints& hints);

}  // namespace amends::mime::reply
