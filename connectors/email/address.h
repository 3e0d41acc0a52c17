// Mail addresses as they go into an SMTP command (RFC 5321 section 4.1.2, RFC 6531). Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace amends::connectors::email {

// One address that can be written between < and >: no control character, space or angle bracket anywhere, one @ that
// counts, both sides there, valid UTF-8.
bool is_mail_address(std::string_view address);

// The address as it is written on the wire: the domain in A-labels where it has others. `needs_smtputf8` is set when
// the local part isn't ASCII (RFC 6531). invalid for what is no address.
Result<std::string> wire_address(std::string_view address, bool& needs_smtputf8);

}  // namespace amends::connectors::email
