// What to do when nobody knows whether an update went: after a connection cut behind the point of no return, after a
// crash, after a restored backup. The channel's class decides; see channel::SendClass.
//
//   keyed     repeat with the same key while the server remembers it, then look
//   named     repeat: the name makes it the same thing
//   lookable  look at 0, 5, 30 and 120 s, then 5, 10 and 15 minutes; found: sent; still absent at the end: send again;
//             an answer that proves nothing: a person decides
//   blind     a person decides
//
// Pure. Threads: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/base/clock.h"
#include "core/channel/descriptor.h"
#include "core/outbox/delivery.h"

namespace amends::outbox {

// What a look for an update gave.
enum class Look : std::uint8_t {
  none,         // not looked yet
  yes,          // it is there
  no,           // it is not there
  unknown,      // the answer proves nothing
  unreachable,  // no answer: it doesn't count as a look
  unsupported,  // this account can't be looked into
};

struct SendPolicy {
  channel::SendClass send_class = channel::SendClass::blind;
  std::chrono::seconds key_window{0};  // keyed: how long the server remembers a key; 0: for ever
};

enum class Remedy : std::uint8_t { mark_sent, repeat, look, ask };
struct Ruling {
  Remedy remedy = Remedy::ask;
  Timestamp at;  // look: when
};

// REQUIRES: the delivery is in doubt. `looks` in it counts the looks before this one.
Ruling after_doubt(const SendPolicy& policy, const Delivery& delivery, Look look, Timestamp now);

// A row found in `sending` although nobody holds it: the program died, or its worker did. Not past the point of no
// return: it has not gone, try again. Past it: doubt, whose first look is due at once.
Happening after_crash(const Delivery& delivery, Timestamp now);

}  // namespace amends::outbox
