#include "core/mime/reply.h"

namespace amends::mime {

Body split_html(std::string_view, std::string_view text, const BodyHints& hints) { return split_text(text, hints); }

}  // namespace amends::mime
