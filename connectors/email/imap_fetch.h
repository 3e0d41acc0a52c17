// Searching for UIDs and fetching mails without touching a flag (RFC 9051 sections 6.4.4, 6.4.5, 6.4.9; RFC 4731).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/email/imap_connection.h"
#include "core/base/clock.h"

namespace amends::connectors::email {

// Ascending, each once, none 0: whatever the server sent.
Result<std::vector<std::uint32_t>> search_uids(ImapConnection& connection, const Command& criteria);
// UIDs from `first` to `last` (0: the end) that exist now. Never one below `first`, though "n:*" always names one.
Result<std::vector<std::uint32_t>> uids_between(ImapConnection& connection, std::uint64_t first, std::uint64_t last);
// Mails of the open folder with exactly this Message-ID (without angle brackets).
Result<std::vector<std::uint32_t>> uids_of_message_id(ImapConnection& connection, const std::string& message_id);

struct Fetched {
  std::uint64_t size = 0;  // as announced by RFC822.SIZE; never believed
  std::string internal_date;
  bool has_body = false;
  std::string body;
};
using FetchedMap = std::map<std::uint32_t, Fetched>;

// What was fetched before an error is kept in `into`. UIDs that weren't asked for are dropped, of repeated ones the
// first body stays.
Result<Done> fetch_sizes(ImapConnection& connection, const std::vector<std::uint32_t>& uids, FetchedMap& into);
Result<Done> fetch_bodies(ImapConnection& connection, const std::vector<std::uint32_t>& uids, std::size_t largest,
                          FetchedMap& into);
Result<Done> fetch_header(ImapConnection& connection, std::uint32_t uid, FetchedMap& into);

// "17-Jul-1996 02:44:25 -0700"; nothing for anything else.
std::optional<Timestamp> from_internal_date(std::string_view text);

}  // namespace amends::connectors::email
