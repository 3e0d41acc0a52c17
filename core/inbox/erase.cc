#include "core/inbox/erase.h"

namespace amends::inbox {

Written written_about(store::Reader& reader, ThreadId thread) {
  return {reader.count("SELECT COUNT(*) FROM note WHERE thread_id = ?", thread),
          reader.count("SELECT COUNT(*) FROM draft WHERE thread_id = ?", thread)};
}

void erase_thread(store::Tx& tx, ThreadId thread) {
  erase_drafts(tx, thread);
  tx.run("DELETE FROM note WHERE thread_id = ?", thread);
  tx.run("DELETE FROM thread_tag WHERE thread_id = ?", thread);
  tx.run("DELETE FROM inbox_thread WHERE thread_id = ?", thread);
}

void erase_drafts(store::Tx& tx, ThreadId thread) { tx.run("DELETE FROM draft WHERE thread_id = ?", thread); }

}  // namespace amends::inbox
