#include "connectors/common/standing/standing.h"

namespace amends::connectors::standing {
namespace {

// What went is remembered under a name that nothing on a site has.
constexpr char kGone = '\x7f';

std::string grave_of(const std::string& id) { return kGone + id; }

}  // namespace

Seen Standing::saw(const std::string& id, std::string_view bytes, Timestamp written, Timestamp now) {
  const auto before = census_.updated(id);
  const bool returns = !before && census_.knows(grave_of(id));
  if (returns) census_.forget(grave_of(id));
  Seen out;
  out.news = census_.saw(id, bytes, before.value_or(returns ? now : written));
  if (!out.news || (!before && !returns)) return out;
  census_.saw(id, bytes, now);
  out.version = to_rfc3339(now);
  return out;
}

std::vector<std::string> Standing::missing(std::optional<Timestamp> after) const {
  std::vector<std::string> out;
  for (std::string& id : census_.missing()) {
    if (!id.empty() && id.front() == kGone) continue;
    const auto at = census_.updated(id);
    if (!after || (at && *at > *after)) out.push_back(std::move(id));
  }
  return out;
}

std::string Standing::gone(const std::string& id, Timestamp now) {
  census_.forget(id);
  census_.saw(grave_of(id), "", now);
  return to_rfc3339(now);
}

Standing Standing::read(std::string_view json) {
  Standing out;
  out.census_ = channel::Census::read(json);
  return out;
}

}  // namespace amends::connectors::standing
