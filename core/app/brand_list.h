// The brands of an installation, as everybody sees them while they are changed. Which ones there are is settled when
// the hub opens; how one is called and what it says of itself may change meanwhile. A changed brand is a new Brand in
// the old one's place, and the old one stays valid as long as the list: whoever holds it finishes with what it began
// with.
//
// Threads: any.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "core/app/config.h"
#include "core/base/ids.h"

namespace amends::app {

struct Brand {
  BrandId id;
  const BrandConfig* config = nullptr;
};

class BrandList {
 public:
  BrandList();
  // Valid as long as the BrandList, and never another one than it was.
  const std::vector<Brand>& all() const { return *now_.load(std::memory_order_acquire); }
  const Brand* find(BrandId id) const;
  // In the place of the one with its id, or at the end.
  void put(BrandId id, BrandConfig config);

 private:
  std::mutex changing_;
  std::vector<std::unique_ptr<const BrandConfig>> configs_;
  std::vector<std::unique_ptr<const std::vector<Brand>>> lists_;
  std::atomic<const std::vector<Brand>*> now_;
};

}  // namespace amends::app
