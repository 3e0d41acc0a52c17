// Which folders there are, and opening one read-only (RFC 9051 sections 6.3.3 and 6.3.9, RFC 2342, RFC 6154).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/email/imap_connection.h"

namespace amends::connectors::email {

struct Folder {
  std::string name;  // UTF-8; the wire name itself where that is no valid modified UTF-7
  std::string wire_name;
  char delimiter = 0;
  bool selectable = true;
  std::string special_use;  // "\\Sent", "" when none
  bool own = false;         // only our own side puts mail there
};

// All folders. Names that can't be decoded are kept as they are.
Result<std::vector<Folder>> list_folders(ImapConnection& connection);

// The folder a person means by `name`: as written, ignoring case, with "/" for the server's delimiter, or under the
// personal namespace ("INBOX.Sent" for "Sent"). Null when there is none. Pure.
const Folder* find_folder(const std::vector<Folder>& folders, std::string_view name, std::string_view prefix = {});

// By special use, then by the names that mail programs give it. Null when there is none. Pure.
const Folder* find_sent(const std::vector<Folder>& folders);

// The personal namespace's prefix, "" where the server has none or doesn't say.
std::string personal_prefix(ImapConnection& connection);

// EXAMINE: no flag changes, nothing becomes \Seen. The state is also kept in connection.folder. not_found and rejected:
// this folder can't be opened, others may.
Result<FolderState> examine(ImapConnection& connection, const std::string& wire_name);

// Only counts, without opening.
Result<FolderState> status_of(ImapConnection& connection, const std::string& wire_name);

}  // namespace amends::connectors::email
