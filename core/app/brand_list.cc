#include "core/app/brand_list.h"

#include <algorithm>

namespace amends::app {

BrandList::BrandList() {
  lists_.push_back(std::make_unique<const std::vector<Brand>>());
  now_ = lists_.back().get();
}

const Brand* BrandList::find(BrandId id) const {
  const auto& brands = all();
  const auto it = std::find_if(brands.begin(), brands.end(), [&](const Brand& b) { return b.id == id; });
  return it == brands.end() ? nullptr : &*it;
}

void BrandList::put(BrandId id, BrandConfig config) {
  const std::lock_guard lock(changing_);
  configs_.push_back(std::make_unique<const BrandConfig>(std::move(config)));
  auto fresh = std::make_unique<std::vector<Brand>>(all());
  const auto it = std::find_if(fresh->begin(), fresh->end(), [&](const Brand& b) { return b.id == id; });
  if (it == fresh->end()) {
    fresh->push_back({id, configs_.back().get()});
  } else {
    it->config = configs_.back().get();
  }
  now_.store(fresh.get(), std::memory_order_release);
  lists_.push_back(std::move(fresh));
}

}  // namespace amends::app
