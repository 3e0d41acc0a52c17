// Putting a mail into a folder (RFC 9051 section 6.3.12, RFC 4315).
#pragma once

#include <string>
#include <string_view>

#include "connectors/email/imap_connection.h"

namespace amends::connectors::email {

struct Appended {
  std::uint64_t uid_validity = 0, uid = 0;  // 0 where the server doesn't say
};

// As read mail. Makes the folder when the server says that this would help.
Result<Appended> append(ImapConnection& connection, const std::string& wire_name, std::string_view mail);

}  // namespace amends::connectors::email
