#include "core/app/import.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "core/app/bounded_queue.h"
#include "core/channel/registry.h"

namespace amends::app {
namespace {

// Measured: full-text indexing costs half as much a message in a commit of 500 as in one of 20, and little less beyond.
constexpr std::size_t kBatch = 500;
// A batch also ends here, so that a mailbox of large mails does not hold hundreds of them in memory.
constexpr std::size_t kBatchBytes = 16u << 20;
constexpr std::size_t kMaxTroubles = 100;

using Items = std::vector<model::Item>;
struct Work {
  Items items;
  channel::ImportProgress progress;
};
struct Parsed {
  std::vector<Understood> items;
  channel::ImportProgress progress;
};

struct Source {
  const channel::Descriptor* channel = nullptr;
  std::unique_ptr<channel::ImportSource> source;
};

Result<Source> open_source(const ImportRequest& request) {
  for (const channel::Descriptor* channel : channel::channels()) {
    if (channel->open_import == nullptr) continue;
    TRY(auto source, channel->open_import(request.path, request.options));
    if (source) return Source{channel, std::move(source)};
  }
  return fail(Kind::invalid, request.path + " is nothing that can be imported",
              "import takes an mbox, a Maildir, .eml files, .csv or .jsonl");
}

// Small chunks keep every parser busy and hold little memory.
constexpr std::size_t kChunk = 32;
constexpr std::size_t kChunkBytes = 2u << 20;

// One import under way: reader -> parsers -> the caller's thread, which commits.
class Import {
 public:
  Import(Hub& hub, const HubAccount& account, const ImportRequest& request)
      : pipeline_(hub),
        account_(account),
        history_(!request.open),
        stop_(request.stop),
        first_slot_(request.first_slot) {
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    const std::size_t slots = CrashGuard::kSlots - (first_slot_ == 0 ? 0 : first_slot_ + 2);
    parsers_ = std::clamp<std::size_t>(cores - 1, 1, slots);
  }

  Result<ImportReport> run(channel::ImportSource& source,
                           const std::function<void(const channel::ImportProgress&, const InReport&)>& progress) {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] { read(source); });
    std::atomic<std::size_t> running = parsers_;
    for (std::size_t slot = 0; slot < parsers_; ++slot) {
      threads.emplace_back([&, slot] {
        parse(first_slot_ + slot);
        if (--running == 0) parsed_.finish();
      });
    }
    const Result<Done> committed = commit(progress);
    if (!committed) {
      work_.close();
      parsed_.close();
    }
    threads.clear();  // joins
    if (!committed) return Error(committed.error());
    if (!read_result_) return std::move(read_result_).error();
    return std::move(report_);
  }

 private:
  void read(channel::ImportSource& source) {
    Work chunk;
    std::size_t bytes = 0;
    read_result_ = source.each(
        [&](model::Item&& item, const channel::ImportProgress& progress) {
          bytes += item.raw.size();
          report_.bytes += static_cast<std::int64_t>(item.raw.size());
          chunk.items.push_back(std::move(item));
          chunk.progress = progress;
          if (chunk.items.size() < kChunk && bytes < kChunkBytes) return true;
          bytes = 0;
          return work_.push(std::exchange(chunk, {}));
        },
        [&](const Error& error) {
          if (report_.troubles.size() < kMaxTroubles) report_.troubles.push_back(error.what);
        });
    if (!chunk.items.empty()) work_.push(std::move(chunk));
    work_.finish();
  }

  void parse(std::size_t slot) {
    while (auto work = work_.pop()) {
      Parsed out{{}, work->progress};
      out.items.reserve(work->items.size());
      for (model::Item& item : work->items) out.items.push_back(pipeline_.understand(account_, std::move(item), slot));
      if (!parsed_.push(std::move(out))) return;
    }
  }

  Result<Done> commit(const std::function<void(const channel::ImportProgress&, const InReport&)>& progress) {
    std::vector<Understood> batch;
    std::size_t bytes = 0;
    channel::ImportProgress at;
    const auto flush = [&]() -> Result<Done> {
      TRY(const InReport in, pipeline_.take_and_place(account_, batch, history_));
      report_.in += in;
      batch.clear();
      bytes = 0;
      if (progress) progress(at, report_.in);
      return Done{};
    };
    while (auto parsed = parsed_.pop()) {
      if (stop_.stop_requested()) return fail(Kind::conflict, "the import was cancelled");
      at = parsed->progress;
      for (Understood& one : parsed->items) {
        bytes += one.item.raw.size();
        batch.push_back(std::move(one));
      }
      if (batch.size() >= kBatch || bytes >= kBatchBytes) TRY_DO(flush());
    }
    if (!batch.empty()) TRY_DO(flush());
    return Done{};
  }

  Pipeline pipeline_;
  const HubAccount& account_;
  const bool history_;
  const std::stop_token stop_;
  const std::size_t first_slot_;
  std::size_t parsers_ = 1;
  BoundedQueue<Work> work_{8};
  BoundedQueue<Parsed> parsed_{8};
  Result<Done> read_result_ = Done{};
  ImportReport report_;  // `in` by the committing thread, the rest by the reader; handed out after both ended
};

}  // namespace

Result<ImportReport> import_path(Hub& hub, const Brand& brand, const ImportRequest& request,
                                 const std::function<void(const channel::ImportProgress&, const InReport&)>& progress) {
  TRY(Source source, open_source(request));
  TRY(const HubAccount* account, hub.import_account(brand, *source.channel, request.own_handles));
  return Import(hub, *account, request).run(*source.source, progress);
}

Result<std::vector<std::string>> describe_import(const ImportRequest& request) {
  TRY(Source source, open_source(request));
  return source.source->describe();
}

}  // namespace amends::app
