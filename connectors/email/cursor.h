// How far each folder was read. Opaque to core; JSON so that a person can read it in a backup:
//   {"v":1,"folders":{"INBOX":{"uidvalidity":17,"uid":42,"modseq":99,"uidnext":43}}}
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace amends::connectors::email {

struct FolderCursor {
  std::uint64_t uid_validity = 0;
  std::uint64_t uid = 0;     // the last one that was handed on, or is known to be gone
  std::uint64_t modseq = 0;  // with uid_next: what the server said when nothing was left; both the same means no news
  std::uint64_t uid_next = 0;
  std::uint64_t restored = 0;  // how often this UIDVALIDITY was read again because its UIDs went backwards
  friend bool operator==(const FolderCursor&, const FolderCursor&) = default;
};

struct Cursor {
  std::map<std::string, FolderCursor> folders;  // by folder name
};

// "" is the very start. corrupt for what isn't a cursor of ours.
Result<Cursor> read_cursor(std::string_view text);
std::string write_cursor(const Cursor& cursor);

// "INBOX;17;42", or "INBOX;17.1;42" after the folder went back once.
std::string external_id(std::string_view folder, const FolderCursor& at, std::uint64_t uid);

}  // namespace amends::connectors::email
