// How the hub is, in one place: for /readyz, the banner of the screens, metrics and `doctor`. Cheap enough to ask at
// every request.
//
// When the disk runs low, intake and new sends stop first and start by themselves when there is room again; a file of
// 64 MiB ("ballast") is given up then, so that the outcome of what is leaving can still be written down.
//
// Threads: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/store/database.h"

namespace amends::app {

inline constexpr std::int64_t kBallastBytes = 64ll << 20;

struct DiskMarks {
  std::int64_t low = 256ll << 20;  // below it intake and new sends stop
  // Enough above the mark that the ballast fits again without going below it.
  std::int64_t enough() const { return low + kBallastBytes + kBallastBytes / 4; }
};
// Pure: whether the disk counts as low now. `was_low` makes the state stick until there is enough.
bool disk_is_low(const DiskMarks& marks, std::int64_t free_bytes, bool was_low);

class Health {
 public:
  Health(std::string data_folder, DiskMarks marks) : folder_(std::move(data_folder)), marks_(marks) {}

  // From now on a look makes the ballast when there is enough room. For a program that serves.
  void keep_ballast() { keep_ballast_ = true; }

  // Looks at the disk and follows: gives the ballast up or makes it again. Call every few seconds, and after a write
  // that found no room. True when the disk is low.
  bool look();
  // After a write failed because there was no room: low until a look finds enough.
  void no_room();
  bool disk_low() const { return low_.load(std::memory_order_acquire); }
  std::int64_t disk_free() const { return free_.load(std::memory_order_relaxed); }

  // What else keeps the hub from being ready, in words: "migrating", "stopping", "checking the database". Said twice it
  // stands once.
  void set(const std::string& reason, bool holds);

  struct Readiness {
    bool ready = true;
    std::vector<std::string> reasons;  // "the disk is low", "the database failed"; for people and probes
  };
  Readiness readiness(const store::Database& database) const;

 private:
  bool drop_ballast();
  void make_ballast();

  const std::string folder_;
  const DiskMarks marks_;
  std::atomic<bool> keep_ballast_{false};
  std::atomic<bool> low_{false};
  std::atomic<std::int64_t> free_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> reasons_;
};

}  // namespace amends::app
