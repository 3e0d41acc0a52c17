// Whether a message may be acknowledged by itself: RFC 3834 and then some, because a desk that answers everything is
// made to answer strangers (spam by reflection) or another desk (a loop). Every refusal has a reason for the log.
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/model/content.h"

namespace amends::compose {

inline constexpr std::chrono::hours kAckPause{24};  // one a sender
inline constexpr std::int64_t kAcksAnHour = 100;    // one brand

struct AckFacts {
  bool enabled = false;          // the brand wants acknowledgements
  bool starts_thread = true;     // it begins a new thread: answers are not acknowledged
  std::vector<std::string> own;  // our own addresses, lower case, without reply tokens
  std::optional<Timestamp> last_to_sender;
  std::int64_t in_last_hour = 0;  // acknowledgements of the brand
};

// Nothing: it may go. Else why not, a fragment for the log.
std::optional<std::string_view> ack_refusal(const model::Content& message, const AckFacts& facts, Timestamp now);

// Addresses that machines write from: postmaster, mailer-daemon, no-reply, owner-…, …-request, bounce+… (RFC 2142,
// 3834).
bool is_role_address(std::string_view address);

}  // namespace amends::compose
