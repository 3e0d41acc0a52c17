#include "core/app/live_passing.h"

#include <algorithm>

namespace amends::app {
namespace {

constexpr std::string_view kGone = "gone";

}  // namespace

Passing LivePassing::passing_of(const Key& key, const std::string& state) {
  return {BrandId{std::get<0>(key)}, std::get<2>(key), ThreadId{std::get<1>(key)}, std::get<3>(key), state};
}

bool LivePassing::show(const Passing& passing, Ticks until, Ticks now, std::size_t most) {
  const Key key{passing.brand.value, passing.thread.value, passing.kind, passing.who};
  const std::lock_guard lock(mutex_);
  auto it = shown_.find(key);
  if (it == shown_.end()) {
    if (passing.state == kGone || shown_.size() >= most) return false;
    it = shown_.emplace(key, Shown{}).first;
  }
  Shown& shown = it->second;
  shown.until = passing.state == kGone ? now : until;
  shown.state = passing.state;
  if (shown.state == shown.told) {
    shown.changed_at.reset();
    return false;
  }
  if (!shown.changed_at) shown.changed_at = now;
  return true;
}

std::vector<Passing> LivePassing::due(Ticks now, Ticks gather) {
  std::vector<Passing> out;
  const std::lock_guard lock(mutex_);
  for (auto it = shown_.begin(); it != shown_.end();) {
    Shown& shown = it->second;
    const bool ended = shown.state == kGone || shown.until <= now;
    if (ended) {
      if (!shown.told.empty()) out.push_back(passing_of(it->first, std::string(kGone)));
      it = shown_.erase(it);
      continue;
    }
    if (shown.changed_at && *shown.changed_at + gather <= now) {
      shown.changed_at.reset();
      shown.told = shown.state;
      out.push_back(passing_of(it->first, shown.state));
    }
    ++it;
  }
  return out;
}

std::optional<LivePassing::Ticks> LivePassing::next(Ticks gather) const {
  std::optional<Ticks> out;
  const auto at = [&](Ticks when) { out = out ? std::min(*out, when) : when; };
  const std::lock_guard lock(mutex_);
  for (const auto& [key, shown] : shown_) {
    at(shown.until);
    if (shown.changed_at) at(*shown.changed_at + gather);
  }
  return out;
}

std::vector<Passing> LivePassing::of_thread(BrandId brand, ThreadId thread) const {
  std::vector<Passing> out;
  const std::lock_guard lock(mutex_);
  for (auto it = shown_.lower_bound(Key{brand.value, thread.value, "", ""});
       it != shown_.end() && std::get<0>(it->first) == brand.value && std::get<1>(it->first) == thread.value; ++it) {
    if (it->second.state != kGone) out.push_back(passing_of(it->first, it->second.state));
  }
  return out;
}

std::vector<Passing> LivePassing::all() const {
  std::vector<Passing> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, shown] : shown_) {
    if (!shown.told.empty() && shown.told != kGone) out.push_back(passing_of(key, shown.told));
  }
  return out;
}

std::size_t LivePassing::size() const {
  const std::lock_guard lock(mutex_);
  return shown_.size();
}

}  // namespace amends::app
