#include "core/inbox/erase.h"

namespace amends::inbox {

Written written_about(store::Reader& reader, ThreadId thread) {
  return {reader.count("SELECT COUNT(*) FROM note WHERE thread_id = ?", thread),
          reader.count("SELECT COUNT(*) FROM draft WHERE thread_id = ?", thread)};
}

std::vector<AuthoredDraft> drafts_about(store::Reader& reader, ThreadId thread) {
  std::vector<AuthoredDraft> out;
  for (auto q = reader.query("SELECT author, text, saved_at FROM draft WHERE thread_id = ? ORDER BY author", thread);
       q.next();) {
    out.push_back({q.row().string(0), q.row().string(1), q.row().time(2)});
  }
  return out;
}

void erase_thread(store::Tx& tx, ThreadId thread) {
  erase_drafts(tx, thread);
  tx.run("DELETE FROM note WHERE thread_id = ?", thread);
  tx.run("DELETE FROM thread_tag WHERE thread_id = ?", thread);
  tx.run("DELETE FROM inbox_thread WHERE thread_id = ?", thread);
}

void erase_drafts(store::Tx& tx, ThreadId thread) { tx.run("DELETE FROM draft WHERE thread_id = ?", thread); }

}  // namespace amends::inbox
