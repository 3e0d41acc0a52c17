#include "core/http/throttle.h"

#include <algorithm>

namespace amends::http {

double Throttle::filled(const Bucket& bucket, Clock::time_point now) const {
  const double seconds = std::chrono::duration<double>(now - bucket.at).count();
  return std::min(burst_, bucket.tokens + std::max(0.0, seconds) * per_second_);
}

bool Throttle::allow(const Address& who, Clock::time_point now) {
  if (per_second_ <= 0) return true;
  if (buckets_.size() >= most_kept_ && buckets_.find(who) == buckets_.end()) forget_full(now);
  Bucket& bucket = buckets_.try_emplace(who, Bucket{burst_, now}).first->second;
  bucket.tokens = filled(bucket, now);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

// A full bucket says no more than none. When an attack comes from more addresses than fit, everybody starts anew, for
// looking for room at every request would be the greater harm.
void Throttle::forget_full(Clock::time_point now) {
  for (auto it = buckets_.begin(); it != buckets_.end();) {
    it = filled(it->second, now) >= burst_ ? buckets_.erase(it) : std::next(it);
  }
  if (buckets_.size() > most_kept_ / 4 * 3) buckets_.clear();
}

bool Crowd::enter(const Address& who) {
  std::size_t& open = open_[who];
  if (most_ != 0 && open >= most_) return false;
  ++open;
  return true;
}

void Crowd::leave(const Address& who) {
  const auto found = open_.find(who);
  if (found != open_.end() && --found->second == 0) open_.erase(found);
}

}  // namespace amends::http
