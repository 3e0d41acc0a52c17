// Bytes of a mail to what a person and the hub need of it (RFC 5322, 2045-2049, 2047, 2231, 3464, 3676, 3834, 8601).
// Pure and total: parse() reads any bytes; what had to be repaired is said in `notes`. The walk is our own (tree.h): a
// library that builds the whole tree first spends 250 MB and over a second on a 7 MB mail of 100,000 parts before a cap
// can act.
//
// Caps (everything beyond is kept raw and said in `notes`): MIME depth 20, 1,000 parts, 50 MB, 256 KB of headers.
// Threads: any; nothing is shared. init() once, before the first parse.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/mime/address.h"
#include "core/model/content.h"

namespace amends::mime {

void init();

struct ParseOptions {
  // Names (authserv-id, RFC 8601 section 2.5) of the mail servers whose Authentication-Results are believed. Empty:
  // none is believed, every sender is unverified.
  std::vector<std::string> trusted_authserv_ids;
  // Postfix with a filter and some large hosts put their results right below their own Received field. Believe these
  // too; safe only where that server removes fields of its own name from mail that comes in (RFC 8601 section 5).
  bool trust_below_received = false;
  bool hash_attachments = true;
};

// A mail, whole. Mail is always MessageKind::mail; `version`, `rating`, `permalink` stay empty.
model::Content parse(std::string_view raw, const ParseOptions& options = {});

// The mailboxes of all fields of that name ("to"), as they are written: for showing. Party::handle is for comparing.
std::vector<Mailbox> written_addresses(std::string_view raw, std::string_view field);

// One leaf part, decoded: the bytes of attachment `part` as numbered by parse(). not_found when there is none.
Result<std::string> part_bytes(std::string_view raw, std::int32_t part);

// True when something is wrong enough that a person should look: nothing that looks like a header at all, for one.
// Empty otherwise; the text is the reason shown in quarantine.
std::string quarantine_reason(std::string_view raw);

}  // namespace amends::mime
