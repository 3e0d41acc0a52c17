// Where a signature begins at the end of what somebody wrote. Internal to the reply splitter.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/mime/reply_lines.h"

namespace amends::mime::reply {

// Marks the signature lines of [begin, end), a stretch of the author's own lines. `last` says that nothing the author
// wrote comes after it: weaker signs count only there.
void mark_signature(std::vector<Line>& lines, std::size_t begin, std::size_t end, bool last,
                    std::string_view author_name);

}  // namespace amends::mime::reply
