// What an erased person's updates say of them. The rows stay, because an id is a name that was given out; words,
// addresses and bytes go. Tables and threads: as outbox.h.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/model/update.h"
#include "core/store/database.h"

namespace amends::outbox {

struct OfThread {
  UpdateId id;
  MessageId message;
  model::UpdateState state = model::UpdateState::draft;
};
// All updates of a thread, copies for the Sent folder included.
std::vector<OfThread> all_of_thread(store::Reader& reader, BrandId brand, ThreadId thread);

// Unfinished ones are cancelled. conflict: one is being sent this moment.
Result<Done> erase(store::Tx& tx, BrandId brand, const std::set<UpdateId>& updates, Timestamp now);
// One recipient among others. conflict: it has not gone to them yet.
Result<Done> erase_recipient(store::Tx& tx, BrandId brand, UpdateId update, const std::set<std::string>& addresses);

}  // namespace amends::outbox
