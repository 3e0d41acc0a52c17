#include "core/ingest/erase.h"

namespace amends::ingest {

void erase(store::Tx& tx, store::RawCodec& codec, const std::set<RawItemId>& items) {
  for (const RawItemId item : items) {
    codec.remove(tx, item);
    tx.run("DELETE FROM raw_item WHERE id = ?", item);
  }
}

}  // namespace amends::ingest
