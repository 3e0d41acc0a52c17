// Which items are being understood right now, in a small file that outlives a crash of the process. When an item takes
// the program down (or a watchdog ends it), the next start finds its name there and knows whom to suspect; after
// kMaxCrashes of them the item goes into quarantine unread, and everything behind it gets through.
//
// The file is mapped into memory: entering and leaving an item costs two stores and no system call. That survives the
// death of the process; after a power cut it may be stale, which only costs a suspect a try.
//
// Threads: each parsing thread has its own Slot.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace amends::app {

class CrashGuard {
 public:
  static constexpr int kMaxCrashes = 2;
  static constexpr std::size_t kSlots = 16;

  // Opens `<folder>/parsing`; what an earlier process left in it is counted as crashed once more.
  static Result<std::unique_ptr<CrashGuard>> open(const std::string& folder);
  ~CrashGuard();
  CrashGuard(const CrashGuard&) = delete;
  CrashGuard& operator=(const CrashGuard&) = delete;

  // How often an item with this digest (its first 16 bytes count) took the process along.
  int crashes(std::string_view digest) const;
  // After the item was put into quarantine, or read after all, or erased: its name is in the file no more.
  void forget(std::string_view digest);

  // Marks the item for as long as it lives. REQUIRES: slot < kSlots, one thread a slot.
  class Parsing {
   public:
    Parsing(CrashGuard& guard, std::size_t slot, std::string_view digest, std::chrono::milliseconds ticks);
    ~Parsing();
    Parsing(const Parsing&) = delete;
    Parsing& operator=(const Parsing&) = delete;

   private:
    CrashGuard& guard_;
    std::size_t slot_;
  };

  // True when some slot has been in one item for longer than `limit`: its parser hangs.
  bool hangs(std::chrono::milliseconds ticks, std::chrono::milliseconds limit) const;

 private:
  struct Page;
  CrashGuard(Page* page, int fd) : page_(page), fd_(fd) {}
  Page* page_;
  int fd_;
};

}  // namespace amends::app
