// Raw items compressed with zstd, apart from the rows that lists read. Short mails of one mailbox share most of their
// headers, so a dictionary trained on the first few hundred of them makes the rest several times smaller.
//
// A dictionary holds pieces of the items that trained it. Therefore it is remembered whose they are; when one of them
// is removed, the dictionary is retired: nothing new is packed with it, repack() packs the rest anew, and then it goes.
//
// Tables: raw_body(raw_id, dictionary_id, bytes), raw_dictionary(id, number, bytes), raw_sample, raw_retired.
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
  // For an erasure; nothing happens when there is none. Retires what these bytes trained.
  void remove(Tx& tx, RawItemId id);
  // Packs at most `most` items anew that are packed with a retired dictionary; false when there are none left and every
  // retired dictionary is gone.
  bool repack(Tx& tx, int most);

 private:
  std::int64_t make_dictionary(Tx& tx, RawItemId before, std::int64_t number);
  void pack(Tx& tx, RawItemId id, std::string_view bytes, std::int64_t dictionary);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amends::store
