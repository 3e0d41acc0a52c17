#include "core/http/event_rings.h"

#include <algorithm>
#include <utility>

namespace amends::http {

std::shared_ptr<EventStream> EventRings::open(std::string overflow, std::size_t ring) {
  auto stream = std::make_shared<EventStream>(std::move(overflow), ring);
  stream->rings_ = shared_from_this();
  const std::lock_guard held(mutex_);
  if (streams_.size() >= sweep_at_) {
    std::erase_if(streams_, [](const auto& one) { return one.expired(); });
    sweep_at_ = std::max<std::size_t>(64, streams_.size() * 2);
  }
  streams_.push_back(stream);
  return stream;
}

void EventRings::relieve() {
  std::vector<std::pair<std::size_t, std::shared_ptr<EventStream>>> fattest;
  std::unique_lock held(mutex_);
  std::size_t left = waiting_;
  if (left <= most_) return;
  fattest.reserve(streams_.size());
  for (const auto& one : streams_) {
    if (auto stream = one.lock()) {
      const std::size_t waiting = stream->pending();
      if (waiting > 0) fattest.emplace_back(waiting, std::move(stream));
    }
  }
  std::sort(fattest.begin(), fattest.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  held.unlock();
  for (const auto& [waiting, stream] : fattest) {
    if (left <= most_ - most_ / 8) break;
    left -= std::min(left, waiting);
    stream->give_up();
  }
}

}  // namespace amends::http
