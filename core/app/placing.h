// Places what a pull stored while more is being fetched, in threads of its own: a long first pull waits for the site,
// understanding for the processor, placing for the disk. What was stored is handed over in memory, so that nothing is
// read back; whoever fetches faster than it is placed waits.
//
// Threads: one owner.
#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "core/app/bounded_queue.h"
#include "core/app/pipeline.h"

namespace amends::app {

class PlacingBeside {
 public:
  // Borrows the hub. Nobody else may use the crash guard's first slot meanwhile (Pipeline).
  explicit PlacingBeside(Hub& hub);
  ~PlacingBeside();
  PlacingBeside(const PlacingBeside&) = delete;
  PlacingBeside& operator=(const PlacingBeside&) = delete;

  // A page is about to be stored: what is being placed is committed first, however little it is, so that whoever
  // fetches doesn't wait for all of it. Until add().
  void make_way() { asked_ = true; }
  // A page whose commit is done; `ids[i]` is what `items[i]` was stored as, 0: it was here before.
  void add(const HubAccount& account, std::vector<model::Item>&& items, std::span<const RawItemId> ids);
  // Places what was added and whatever else waits, and ends the threads. What all of it came to, or the first error;
  // once.
  Result<InReport> finish();

 private:
  struct Stored {
    std::vector<ingest::RawItem> rows;
    std::vector<model::Item> items;  // without bytes: too large to be kept in memory, read again
  };
  struct Batch {
    std::vector<ingest::RawItem> rows;
    std::vector<Understood> items;
  };

  void understand();
  void place();

  Hub& hub_;
  Pipeline pipeline_;
  std::atomic<bool> asked_ = false;
  BoundedQueue<Stored> stored_{2};
  BoundedQueue<Batch> understood_{4};
  std::vector<std::string> suspects_;  // of the understanding thread until it ended
  InReport sum_;                       // of the placing thread until it ended, with error_
  std::optional<Error> error_;
  std::vector<std::jthread> threads_;
};

}  // namespace amends::app
