// What the receiving server found out about the sender, from its Authentication-Results (RFC 8601).
//
// Anybody can write such a field into a mail. It counts only under a trusted name and only where our own server puts
// it: above the first Received field of that server. What stands below came from outside.
#pragma once

#include <string>
#include <vector>

#include "core/mime/header.h"
#include "core/mime/notes.h"
#include "core/model/content.h"

namespace amends::mime {

// With `trust_below_received` the fields between that Received field and the next one count too.
//
// `from` is everything From names; a mail with several authors is never verified.
model::Auth read_auth(const Header& header, const std::vector<model::Party>& from,
                      const std::vector<std::string>& trusted_authserv_ids, bool trust_below_received, Notes& notes);

}  // namespace amends::mime
