// A message as the hub's threading sees it: everything that identifies somebody or something is a keyed hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace amends::thread {

using Hash = std::int64_t;  // 64 keyed bits, as the database holds them; 0 means none

// How a message stands under a key of thread_key. Stored: never renumber. Bearers come first.
enum class Role : std::uint8_t {
  bears = 0,    // the key is its Message-ID
  answers = 1,  // the key is the mail it answers: its In-Reply-To, or its last reference
  names = 2,    // the key is another of its references
  speaks = 3,   // the key is its subject with the person it was exchanged with
  asks = 4,     // the same, of an answer that names no mail: it looks for what it answers
};

struct Node {
  std::int64_t message = 0;
  std::int64_t thread = 0;
  Timestamp at, received_at;
  Hash sender = 0;

  bool own = false;        // we sent it
  bool vouched = false;    // the platform says where it belongs
  bool verified = false;   // its sender is who they say
  bool claims_us = false;  // its sender bears one of our addresses, and we did not send it
  bool asks = false;       // a person wants an answer from us
  bool bare = false;       // an answer that names no mail
  bool whole = false;      // all it names lay in its own thread when it came
  bool unsaid = false;     // ours, and as far as is known it reached nobody

  Hash id = 0;
  std::vector<Hash> references;  // oldest first
  std::size_t parent = 0;        // the one it answers; references.size() when none
  std::vector<Hash> recipients;  // To and Cc
  std::vector<Hash> subjects;    // one for each person it was exchanged with, see Role::speaks
  std::int64_t anchor = 0;       // a message of the thread whose reply address it was sent to

  std::int64_t flags() const;
  void set_flags(std::int64_t flags);
  // The lists, packed: counts, then hashes.
  std::string links() const;
  void set_links(std::string_view packed);
};

// Somebody who says to be us, and is not known to be.
inline bool is_impostor(const Node& n) { return n.claims_us && !n.verified && !n.own; }

// Whom a message lets into its thread: those we wrote to; From, To and Cc of a sender who is who they say. Of anybody
// else only the sender, who may go on with what that same address began.
std::vector<Hash> lets_in(const Node& n);

}  // namespace amends::thread
