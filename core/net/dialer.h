// Opens a TCP connection to a host by name, past the guard: the name is resolved once, every answer is checked, and the
// checked address is the one that is dialled.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/net/fd.h"
#include "core/net/guard.h"
#include "core/net/wait.h"

namespace amends::net {

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

using Resolve =
    std::function<Result<std::vector<Address>>(const std::string& host, Deadline deadline, const Interrupt* interrupt)>;

// The system's resolver, on a thread of its own so that a dead name server can't hold the caller past its deadline.
Result<std::vector<Address>> system_resolve(const std::string& host, Deadline deadline, const Interrupt* interrupt);

// A connected, non-blocking socket with keep-alive, so that a peer that vanished is noticed within five minutes even
// while nobody writes. invalid: no host, or refused by the guard. unavailable: no address, nobody listens, no answer.
Result<Fd> dial(const Endpoint& endpoint, const Guard& guard, Deadline deadline, const Interrupt* interrupt = nullptr,
                const Resolve& resolve = system_resolve);

}  // namespace amends::net
