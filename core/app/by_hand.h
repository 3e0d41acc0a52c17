// Updates that a person posts where no program can: said to be there, then seen there by a pull, or not.
// Threads: the database's writer.
#pragma once

#include <string_view>

#include "core/app/hub.h"
#include "core/base/result.h"

namespace amends::app {

// "I posted it." `permalink`: where it stands, "" when they don't say.
// conflict: nobody posts that one by hand, or it is marked already; invalid: the link is none.
Result<Done> mark_posted(Hub& hub, store::Tx& tx, BrandId brand, UpdateId update, std::string_view permalink,
                         std::string_view who, Timestamp now);

// What was said to be posted and was not seen within outbox::kVerifyWithin is told on its thread, once; how many.
int tell_unverified(store::Tx& tx, Timestamp now);

}  // namespace amends::app
