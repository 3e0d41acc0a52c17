#include "core/webhook/retry.h"

#include <algorithm>
#include <iterator>

namespace amends::webhook {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds kWaits[] = {seconds(5), seconds(30), minutes(5), minutes(30), hours(2),  hours(5),
                                   hours(10),  hours(10),   hours(10),  hours(10),   hours(10), hours(10)};

}  // namespace

Verdict verdict_of(int status) {
  if (status >= 200 && status < 300) return Verdict::delivered;
  return status == 410 ? Verdict::gone : Verdict::again;
}

std::optional<milliseconds> wait_after(std::int64_t failures, seconds asked, std::uint64_t seed) {
  if (failures < 1 || failures > static_cast<std::int64_t>(std::size(kWaits))) return {};
  const milliseconds wait = kWaits[failures - 1];
  const milliseconds jitter(wait.count() * static_cast<std::int64_t>(seed % 100) / 1000);
  return std::max<milliseconds>(wait + jitter, asked);
}

}  // namespace amends::webhook
