// Message-ID, In-Reply-To and References (RFC 5322 section 3.6.4) as ids without angle brackets. Both sides of a thread
// are read by the same rules, so a broken id still meets its answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/mime/notes.h"

namespace amends::mime {

// The ids in the order they stand there, each once. Phrases and comments between them (RFC 822) are left out.
std::vector<std::string> read_ids(std::string_view raw, Notes& notes);

// The first id of a Message-ID field, which may also stand without brackets. "" when there is none or it's over 998
// bytes.
std::string read_message_id(std::string_view raw, Notes& notes);

}  // namespace amends::mime
