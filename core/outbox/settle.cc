#include "core/outbox/settle.h"

#include <algorithm>
#include <iterator>

namespace amends::outbox {
namespace {

using std::chrono::seconds;

constexpr seconds kLooks[] = {seconds(0),   seconds(5),   seconds(30), seconds(120),
                              seconds(300), seconds(600), seconds(900)};
constexpr std::int32_t kLookCount = std::size(kLooks);
constexpr seconds kUnreachablePause{300};
constexpr seconds kUnreachableLimit{24 * 3600};

Ruling look_for_it(const Delivery& delivery, Look look, Timestamp now) {
  const Timestamp since = delivery.doubt_since.value_or(now);
  if (look == Look::unsupported) return {Remedy::ask, {}};
  if (look == Look::unreachable) {
    if (now - since >= kUnreachableLimit) return {Remedy::ask, {}};
    return {Remedy::look, now + kUnreachablePause};
  }
  const std::int32_t done = delivery.looks + (look == Look::none ? 0 : 1);
  if (done < kLookCount) return {Remedy::look, std::max(now, since + kLooks[done])};
  return {look == Look::no ? Remedy::repeat : Remedy::ask, {}};
}

}  // namespace

Ruling after_doubt(const SendPolicy& policy, const Delivery& delivery, Look look, Timestamp now) {
  if (look == Look::yes) return {Remedy::mark_sent, {}};
  switch (policy.send_class) {
    case channel::SendClass::named: return {Remedy::repeat, {}};
    case channel::SendClass::keyed: {
      const auto age = now - delivery.first_try.value_or(now);
      if (policy.key_window.count() == 0 || age < policy.key_window) return {Remedy::repeat, {}};
      return look_for_it(delivery, look, now);
    }
    case channel::SendClass::lookable: return look_for_it(delivery, look, now);
    case channel::SendClass::blind:
    case channel::SendClass::none: break;
  }
  return {Remedy::ask, {}};
}

Happening after_crash(const Delivery& delivery, Timestamp now) {
  if (!delivery.past_return) return {Event::defer, now, {}, "interrupted before anything was sent"};
  return {Event::doubt, now, {}, "interrupted while the other side may have taken it"};
}

}  // namespace amends::outbox
