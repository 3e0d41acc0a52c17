#include "core/mime/reply.h"

#include "core/mime/reply_lines.h"
#include "core/mime/reply_split.h"

namespace amends::mime {

Body split_text(std::string_view text, const BodyHints& hints) { return reply::split(reply::read_lines(text), hints); }

}  // namespace amends::mime
