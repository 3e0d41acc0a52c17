// Union-find: which things have been put together so far. Near-linear (path halving, union by size).
#pragma once

#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace amends::thread {

class DisjointSets {
 public:
  explicit DisjointSets(std::size_t count = 0) : parent_(count), size_(count, 1) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t add() {
    parent_.push_back(parent_.size());
    size_.push_back(1);
    return parent_.size() - 1;
  }
  std::size_t size() const { return parent_.size(); }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  // The root of both afterwards.
  std::size_t join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    if (a == b) return a;
    if (size_[a] < size_[b]) std::swap(a, b);
    parent_[b] = a;
    size_[a] += size_[b];
    return a;
  }
  bool together(std::size_t a, std::size_t b) { return find(a) == find(b); }

 private:
  std::vector<std::size_t> parent_, size_;
};

}  // namespace amends::thread
