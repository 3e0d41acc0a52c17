// What is being shown right now: who looks at a thread, who types. Remembered until it ends, told when it changes; see
// live.h. Of Live alone.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/app/live.h"

namespace amends::app {

class LivePassing {
 public:
  using Ticks = std::chrono::milliseconds;

  // False when nothing is to be told: it was shown like that already, or there is too much.
  bool show(const Passing& passing, Ticks until, Ticks now, std::size_t most);
  // What is to be told by now: changes that have waited for `gather`, and what has ended ("gone").
  std::vector<Passing> due(Ticks now, Ticks gather);
  // When due() may have something.
  std::optional<Ticks> next(Ticks gather) const;

  std::vector<Passing> of_thread(BrandId brand, ThreadId thread) const;
  std::vector<Passing> all() const;
  std::size_t size() const;

 private:
  using Key = std::tuple<std::int64_t, std::int64_t, std::string, std::string>;  // brand, thread, kind, who
  struct Shown {
    std::string state, told;  // told: "" for nothing yet
    Ticks until{0};
    std::optional<Ticks> changed_at;
  };
  static Passing passing_of(const Key& key, const std::string& state);

  mutable std::mutex mutex_;
  std::map<Key, Shown> shown_;
};

}  // namespace amends::app
