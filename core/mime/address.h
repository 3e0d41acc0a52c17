// Address lists of header fields (RFC 5322 section 3.4 with its obsolete forms), read as people meant them: groups,
// comments, quoted local parts, missing brackets, unquoted commas and at-signs in names, semicolons between addresses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/mime/notes.h"
#include "core/model/content.h"

namespace amends::mime {

struct Mailbox {
  std::string name;     // decoded, on one line, "" when none
  std::string address;  // as written, the domain in lower case; "" when there is only a name
};

// `raw` is a field's value. `hint` is the charset of raw 8-bit bytes, when the mail says one.
std::vector<Mailbox> read_addresses(std::string_view raw, Notes& notes, std::string_view hint = {});

// What identity knows the address by: lower case, the domain in its ASCII form (IDNA 2008).
std::string handle_of(std::string_view address);

// The part behind the last "@", as in handle_of(); "" when there is none.
std::string domain_of(std::string_view address);

}  // namespace amends::mime
