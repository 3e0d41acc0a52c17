// Raw items compressed with zstd, apart from the rows that lists read. Short mails of one mailbox share most of their
// headers, so a dictionary trained on the first few hundred of them makes the rest several times smaller.
//
// Tables: raw_body(raw_id, dictionary_id, bytes), raw_dictionary(id, number, bytes).
// Threads: any; the cache of dictionaries inside is locked.
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

  // Stores the bytes of a raw item. Trains a dictionary when enough samples have gone by.
  void put(Tx& tx, RawItemId id, std::string_view bytes);
  // not_found when there is none, corrupt when the bytes don't decompress.
  Result<std::string> get(Reader& reader, RawItemId id);
  // For an erasure; nothing happens when there is none.
  void remove(Tx& tx, RawItemId id);

 private:
  std::int64_t make_dictionary(Tx& tx, RawItemId before, std::int64_t number);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amends::store
