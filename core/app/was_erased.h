// Whether what a channel delivers is an erased person's old item, which must not come in again: from a mailbox read
// anew, an archive imported twice, or the time between a backup and its restoring. Costs nothing while nobody was
// erased. Threads: the database's writer.
#pragma once

#include <string_view>

#include "core/app/hub.h"
#include "core/base/clock.h"
#include "core/model/content.h"
#include "core/model/item.h"
#include "core/store/database.h"

namespace amends::app {

// The very bytes were erased.
bool erased_bytes(Hub& hub, store::Reader& reader, const HubAccount& account, std::string_view digest);
// The person behind a handle was erased at or after this time.
bool erased_before(Hub& hub, store::Reader& reader, const HubAccount& account, std::string_view handle, Timestamp at);
// The same message in other bytes; or one of the erased person's, or of ours to erased persons alone, that came before
// the erasure by a clock its sender doesn't set. What comes after it is new.
bool was_erased(Hub& hub, store::Reader& reader, const HubAccount& account, const model::Item& item,
                const model::Content& content, bool own);

}  // namespace amends::app
