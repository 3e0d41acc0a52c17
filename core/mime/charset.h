// Bytes in whatever charset they claim to be, or really are, to UTF-8.
//
// A label is a claim. Bytes that are valid UTF-8 beyond ASCII are UTF-8 when the label is missing, unknown or one of
// those that software writes without looking (us-ascii, iso-8859-1, windows-1252). Otherwise labels mean what the
// WHATWG Encoding Standard says they mean on the web (iso-8859-1 is windows-1252, gb2312 is gb18030, shift_jis is cp932
// …). UTF-7 is never interpreted. Pure; total; threads: any.
#pragma once

#include <string>
#include <string_view>

#include "core/mime/notes.h"

namespace amends::mime {

// In place: ASCII and UTF-8 cost one look and no copy. `hint` is a second label for bytes that have none.
void to_utf8(std::string& bytes, std::string_view label, Notes& notes, std::string_view hint = {});

// True when the label names a charset we know, whatever the bytes say.
bool is_known_charset(std::string_view label);

}  // namespace amends::mime
