// After a backup was restored: whoever was signed in when it was made isn't any more, and links handed out then open
// nothing. Passwords and API tokens are as the backup has them.
// Tables: session, link. Threads: the database's writer.
#pragma once

#include "core/store/database.h"

namespace amends::people {

void end_what_was_open(store::Tx& tx);

}  // namespace amends::people
