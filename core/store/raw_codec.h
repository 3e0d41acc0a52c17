// Raw items compressed with zstd, apart from the rows that lists read. Short mails of one mailbox share most of their
// headers, so a dictionary trained on the first few hundred of them makes the rest several times smaller.
//
// Tables: raw_body(raw_id, dictionary_id, bytes), raw_dictionary(id, bytes).
// Threads: a codec belongs to its Tx or Reader for the call; the cache of dictionaries inside is shared and locked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/store/database.h"

namespace amends::store {

class RawCodec {
 public:
  RawCodec();
  ~RawCodec();

  // Stores the bytes of a raw item. Trains the dictionary when enough samples have gone by.
  void put(Tx& tx, RawItemId id, std::string_view bytes);
  // not_found when there is none, corrupt when the bytes don't decompress.
  Result<std::string> get(Reader& reader, RawItemId id);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amends::store
