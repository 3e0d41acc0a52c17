#include "core/channel/environment.h"

#include <algorithm>

namespace amends::channel {

Result<Done> Brakes::may_go(std::string_view bucket, Timestamp now) const {
  const std::lock_guard lock(mutex_);
  const auto it = until_.find(bucket);
  if (it == until_.end() || it->second <= now) return Done{};
  Error error = fail(Kind::rate_limited, "the site asked us to wait until " + to_rfc3339(it->second));
  error.retry_after = std::chrono::ceil<std::chrono::seconds>(it->second - now);
  return error;
}

void Brakes::hold(std::string_view bucket, Timestamp until) {
  const std::lock_guard lock(mutex_);
  const auto [it, fresh] = until_.try_emplace(std::string(bucket), until);
  if (!fresh) it->second = std::max(it->second, until);
}

std::map<std::string, Timestamp> Brakes::held(Timestamp now) const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Timestamp> out;
  for (const auto& [bucket, until] : until_) {
    if (until > now) out.emplace(bucket, until);
  }
  return out;
}

}  // namespace amends::channel
