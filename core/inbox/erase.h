// What agents wrote about threads: read in full for an export, gone for good for an erasure. Tables and threads: as
// inbox.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/store/database.h"

namespace amends::inbox {

struct Written {
  std::int64_t notes = 0, drafts = 0;
};
Written written_about(store::Reader& reader, ThreadId thread);
struct AuthoredDraft {
  std::string author, text;
  Timestamp saved_at;
};
std::vector<AuthoredDraft> drafts_about(store::Reader& reader, ThreadId thread);
// The whole thread: its row, notes, drafts and tags.
void erase_thread(store::Tx& tx, ThreadId thread);
// Drafts alone: they quote what was erased.
void erase_drafts(store::Tx& tx, ThreadId thread);

}  // namespace amends::inbox
