#include "core/store/raw_codec.h"

#define ZDICT_STATIC_LINKING_ONLY  // for the trainer whose cost can be set
#include <zdict.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/crypto/digest.h"

namespace amends::store {
namespace {

// Measured on 10,000 mails of 7.4 KB: level 1 with 32 KiB takes 26 us and leaves 41 % (level 3: 40 us and 40 %; without
// a dictionary 26 us and 48 %). Sixteen times as many bytes to train on change less than 1 %.
constexpr int kLevel = 1;
constexpr std::size_t kDictionarySize = 32 * 1024;
constexpr int kSamples = 256;
constexpr std::size_t kSampleSize = 4096;  // the headers and the beginning are what mails share
// The first dictionary comes with item 256, the next with item 4,096, then 65,536: what arrives changes over the years.
constexpr int kFirstTraining = 256;
constexpr int kGrowth = 16;
constexpr int kMostDictionaries = 4;
// Above what any channel accepts (50 MB): a length beyond it is damage.
constexpr std::uint64_t kLargestItem = 256u << 20;

struct FreeCompressor {
  void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
  void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
  void operator()(ZSTD_CDict* c) const { ZSTD_freeCDict(c); }
  void operator()(ZSTD_DDict* d) const { ZSTD_freeDDict(d); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeCompressor>;

struct Dictionary {
  Owned<ZSTD_CDict> compress;
  Owned<ZSTD_DDict> decompress;
};

std::string train(const std::vector<std::string>& samples) {
  std::string all;
  std::vector<std::size_t> sizes;
  for (const auto& sample : samples) {
    all += sample;
    sizes.push_back(sample.size());
  }
  ZDICT_fastCover_params_t parameters = {};
  parameters.k = 200;
  parameters.d = 8;
  parameters.f = 18;
  parameters.accel = 4;
  parameters.zParams.compressionLevel = kLevel;
  std::string dictionary(kDictionarySize, '\0');
  const std::size_t size = ZDICT_trainFromBuffer_fastCover(
      dictionary.data(), dictionary.size(), all.data(), sizes.data(), static_cast<unsigned>(sizes.size()), parameters);
  dictionary.resize(ZDICT_isError(size) ? 0 : size);
  return dictionary;
}

std::int64_t id_of(std::string_view dictionary) {
  const auto digest = crypto::sha256(dictionary);
  std::int64_t id = 0;
  for (std::size_t i = 0; i < 7; ++i) id = id << 8 | static_cast<unsigned char>(digest[i]);
  return id;
}

}  // namespace

struct RawCodec::Impl {
  std::mutex mutex;  // of all below
  std::unordered_map<std::int64_t, std::shared_ptr<const Dictionary>>
      dictionaries;  // shared: one is in use while another thread adds
  std::vector<Owned<ZSTD_DCtx>> idle;
  Owned<ZSTD_CCtx> compressor{ZSTD_createCCtx()};
  std::string buffer;

  // nullptr when there is none with that id.
  std::shared_ptr<const Dictionary> dictionary(Reader& reader, std::int64_t id) {
    {
      std::lock_guard lock(mutex);
      if (const auto found = dictionaries.find(id); found != dictionaries.end()) return found->second;
    }
    auto made = reader.first(
        "SELECT bytes FROM raw_dictionary WHERE id = ?",
        [](Row row) {
          const auto bytes = row.blob(0);
          return std::make_shared<const Dictionary>(
              Dictionary{Owned<ZSTD_CDict>(ZSTD_createCDict(bytes.data(), bytes.size(), kLevel)),
                         Owned<ZSTD_DDict>(ZSTD_createDDict(bytes.data(), bytes.size()))});
        },
        id);
    if (!made || !(*made)->compress || !(*made)->decompress) return nullptr;
    std::lock_guard lock(mutex);
    return dictionaries.emplace(id, *made).first->second;
  }

  Owned<ZSTD_DCtx> decompressor() {
    std::lock_guard lock(mutex);
    if (idle.empty()) return Owned<ZSTD_DCtx>(ZSTD_createDCtx());
    auto taken = std::move(idle.back());
    idle.pop_back();
    return taken;
  }
};

RawCodec::RawCodec() : impl_(std::make_unique<Impl>()) {}
RawCodec::~RawCodec() = default;

namespace {

struct Newest {
  std::int64_t id = 0, number = 0;
};

// Asked every time: a transaction that made or retired a dictionary may have been undone.
Newest newest_dictionary(Reader& reader) {
  return reader
      .first(
          "SELECT id, number FROM raw_dictionary WHERE id NOT IN (SELECT dictionary_id FROM raw_retired)"
          " ORDER BY number DESC LIMIT 1",
          [](Row row) {
            return Newest{row.integer(0), row.integer(1)};
          })
      .value_or(Newest{});
}

}  // namespace

void RawCodec::put(Tx& tx, RawItemId id, std::string_view bytes) {
  const auto newest = newest_dictionary(tx);
  auto in_use = newest.id;
  std::int64_t due = kFirstTraining;
  for (std::int64_t n = 0; n < newest.number; ++n) due *= kGrowth;
  if (id.value >= due && id.value % 64 == 0 && newest.number < kMostDictionaries) {
    if (const auto made = make_dictionary(tx, id, newest.number + 1)) in_use = made;
  }
  pack(tx, id, bytes, in_use);
}

void RawCodec::pack(Tx& tx, RawItemId id, std::string_view bytes, std::int64_t in_use) {
  const auto dictionary = in_use == 0 ? nullptr : impl_->dictionary(tx, in_use);

  std::lock_guard lock(impl_->mutex);
  auto* compressor = impl_->compressor.get();
  auto& buffer = impl_->buffer;
  buffer.resize(ZSTD_compressBound(bytes.size()));
  ZSTD_CCtx_reset(compressor, ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, 1);
  ZSTD_CCtx_setParameter(compressor, ZSTD_c_dictIDFlag, 0);
  if (dictionary) ZSTD_CCtx_refCDict(compressor, dictionary->compress.get());
  const auto size = ZSTD_compress2(compressor, buffer.data(), buffer.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size)) throw SqlFailure(Kind::internal, std::string("zstd: ") + ZSTD_getErrorName(size));
  tx.run("INSERT INTO raw_body (raw_id, dictionary_id, bytes) VALUES (?, ?, ?)", id,
         dictionary ? Value(in_use) : Value(nullptr), Blob{std::string_view(buffer).substr(0, size)});
  if (buffer.capacity() > (1U << 20)) std::string().swap(buffer);
}

std::int64_t RawCodec::make_dictionary(Tx& tx, RawItemId before, std::int64_t number) {
  std::vector<std::string> samples;
  std::vector<RawItemId> ids;
  for (auto q = tx.query("SELECT raw_id FROM raw_body WHERE raw_id < ? ORDER BY raw_id DESC LIMIT ?", before, kSamples);
       q.next();) {
    ids.push_back(q.row().id<RawItemId>(0));
  }
  if (ids.size() < kSamples) return 0;
  for (const auto sampled : ids) {
    if (auto bytes = get(tx, sampled)) samples.push_back((*bytes).substr(0, kSampleSize));
  }
  const std::string trained = train(samples);
  if (trained.empty()) return 0;  // too much alike or too little of it
  const std::int64_t id = id_of(trained);
  tx.run("INSERT INTO raw_dictionary (id, number, bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, number,
         Blob{trained});
  for (const auto sampled : ids) {
    tx.run("INSERT INTO raw_sample (raw_id, dictionary_id) VALUES (?, ?) ON CONFLICT DO NOTHING", sampled, id);
  }
  return id;
}

Result<std::string> RawCodec::get(Reader& reader, RawItemId id) {
  auto query = reader.query("SELECT dictionary_id, bytes FROM raw_body WHERE raw_id = ?", id);
  if (!query.next()) return fail(Kind::not_found, "raw item " + std::to_string(id.value) + " has no bytes");
  const Row row = query.row();
  const auto stored = row.blob(1);
  const auto damaged = [&](std::string_view why) {
    return fail(Kind::corrupt, "raw item " + std::to_string(id.value) + ": " + std::string(why));
  };
  std::shared_ptr<const Dictionary> dictionary;
  if (!row.is_null(0)) {
    dictionary = impl_->dictionary(reader, row.integer(0));
    if (!dictionary) return damaged("its dictionary is gone");
  }
  const auto size = ZSTD_getFrameContentSize(stored.data(), stored.size());
  if (size > kLargestItem) return damaged("its length is damaged");  // also what zstd says of a broken header
  std::string bytes(size, '\0');
  auto decompressor = impl_->decompressor();
  const auto got =
      dictionary ? ZSTD_decompress_usingDDict(decompressor.get(), bytes.data(), bytes.size(), stored.data(),
                                              stored.size(), dictionary->decompress.get())
                 : ZSTD_decompressDCtx(decompressor.get(), bytes.data(), bytes.size(), stored.data(), stored.size());
  {
    std::lock_guard lock(impl_->mutex);
    if (impl_->idle.size() < 4) impl_->idle.push_back(std::move(decompressor));
  }
  if (ZSTD_isError(got) || got != size) return damaged(ZSTD_isError(got) ? ZSTD_getErrorName(got) : "too short");
  return bytes;
}

void RawCodec::remove(Tx& tx, RawItemId id) {
  tx.run("DELETE FROM raw_body WHERE raw_id = ?", id);
  tx.run(
      "INSERT INTO raw_retired (dictionary_id) SELECT dictionary_id FROM raw_sample WHERE raw_id = ?"
      " ON CONFLICT DO NOTHING",
      id);
  tx.run("DELETE FROM raw_sample WHERE raw_id = ?", id);
}

bool RawCodec::repack(Tx& tx, int most) {
  struct Retired {
    std::int64_t id = 0, number = 0;
  };
  const auto retired = tx.first(
      "SELECT r.dictionary_id, COALESCE(d.number, 0) FROM raw_retired r LEFT JOIN raw_dictionary d"
      " ON d.id = r.dictionary_id ORDER BY r.dictionary_id LIMIT 1",
      [](Row row) {
        return Retired{row.integer(0), row.integer(1)};
      });
  if (!retired) return false;

  std::vector<RawItemId> packed;
  for (auto q = tx.query("SELECT raw_id FROM raw_body WHERE dictionary_id = ? ORDER BY raw_id LIMIT (? + 0)",
                         retired->id, most);
       q.next();) {
    packed.push_back(q.row().id<RawItemId>(0));
  }
  if (packed.empty()) {
    tx.run("DELETE FROM raw_dictionary WHERE id = ?", retired->id);
    tx.run("DELETE FROM raw_sample WHERE dictionary_id = ?", retired->id);
    tx.run("DELETE FROM raw_retired WHERE dictionary_id = ?", retired->id);
    return tx.count("SELECT COUNT(*) FROM raw_retired") != 0;
  }
  auto newest = newest_dictionary(tx);
  if (newest.number < retired->number) {
    const RawItemId after{tx.count("SELECT COALESCE(MAX(raw_id), 0) + 1 FROM raw_body")};
    if (const auto made = make_dictionary(tx, after, retired->number)) newest.id = made;
  }
  for (const auto id : packed) {
    const auto bytes = get(tx, id);
    // What can't be unpacked can't be saved by its dictionary either.
    if (!bytes && bytes.error().kind != Kind::corrupt) throw SqlFailure(bytes.error().kind, bytes.error().what);
    tx.run("DELETE FROM raw_body WHERE raw_id = ?", id);
    if (bytes) pack(tx, id, *bytes, newest.id);
  }
  return true;
}

}  // namespace amends::store
