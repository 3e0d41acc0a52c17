// Reading on in one folder: from a cursor to the next items and the cursor that covers exactly them. The cursor moves
// over a contiguous prefix of UIDs only: what lies below it was handed on or is gone for good, whatever broke in
// between.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "connectors/email/cursor.h"
#include "connectors/email/imap_connection.h"
#include "connectors/email/imap_folders.h"
#include "core/model/item.h"

namespace amends::connectors::email {

struct PullLimits {
  std::size_t mails = 200;
  std::size_t bytes = 8u << 20;           // soft: one mail more than this may come
  std::size_t message_bytes = 50u << 20;  // of a larger one only the header is fetched
  bool one_by_one = false;                // each mail with a FETCH of its own, to learn which one is too large
};

struct FolderPage {
  std::vector<model::Item> items;
  FolderCursor cursor;
  bool more = false;
  std::int64_t remaining = 0;
  std::vector<std::string> notes;
  // The connection went in the middle; items and cursor hold for what came before.
  std::optional<Error> broke;
  std::uint64_t too_large_uid = 0;  // one_by_one found out that this mail is larger than announced
};

// `header_only` holds UIDs that turned out larger than announced. not_found and rejected: this folder can't be opened.
Result<FolderPage> pull_folder(ImapConnection& connection, const Folder& folder, const FolderCursor& at,
                               const PullLimits& limits, const std::set<std::uint64_t>& header_only, Timestamp now);

// A mail of which only the header is here, made readable: the header without what described the body, then the notice
// as text. Pure.
std::string header_with_notice(std::string_view header, std::string_view notice);

}  // namespace amends::connectors::email
