// What an answer to a webhook means, and when to try again: at once, then after waits that grow from seconds to ten
// hours, over about three days. Then the endpoint is paused and shown; nothing is dropped meanwhile.
// Pure. Threads: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace amends::webhook {

enum class Verdict : std::uint8_t {
  delivered,  // 2xx
  again,      // anything else, no answer too: a redirect is not followed
  gone,       // 410: the receiver wants no more
};
// 0: no answer.
Verdict verdict_of(int status);

// How long after the `failures`-th failure of one delivery (1 and up), with up to a tenth of jitter by `seed`; what the
// receiver asks for wins when it is longer. Nothing: it is time to pause.
std::optional<std::chrono::milliseconds> wait_after(std::int64_t failures, std::chrono::seconds asked,
                                                    std::uint64_t seed);

}  // namespace amends::webhook
