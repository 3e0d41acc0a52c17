// Raw items gone for good, for an erasure. Tables and threads: as ingest.h.
#pragma once

#include <set>

#include "core/base/ids.h"
#include "core/store/database.h"
#include "core/store/raw_codec.h"

namespace amends::ingest {

void erase(store::Tx& tx, store::RawCodec& codec, const std::set<RawItemId>& items);

}  // namespace amends::ingest
