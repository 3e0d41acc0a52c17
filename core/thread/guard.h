// Who may join whose thread in the hub. Two messages may belong together when they meet: one names the other, both name
// a mail nobody has, one speaks of what the other did. Whether they do is decided by who takes part in their threads.
//
//   what meets                          they join when
//   a message and the mail it names     its sender takes part in that mail's thread
//   our own message and what it         always; what else it names only when we wrote to somebody who takes part there,
//     answers                           for a stranger's mail can put any reference into our answer
//   two that name the same mail         each sender takes part in the other's thread
//   two that bear the same Message-ID   they have the same sender
//   a bare answer and a message         they have the same subject and the same person, the senders are who they say,
//   and
//                                       the answer came within kSubjectWindow after
//   a message to a reply address of     its sender takes part in that thread; ours always, as it was written there
//     ours, and the address's thread
//
// A Message-ID that several senders bear means, to who names it, the mail of the sender they are or write to; to others
// the first of them, ours before all. Somebody who says to be us and isn't known to be never joins anything. What a
// platform vouches for always joins.
//
// Joining only ever lets more people in, and nothing above depends on who was left out: the outcome is one fixpoint,
// whatever the order in which messages came.
//
// Pure. Threads: any.
#pragma once

#include <chrono>
#include <functional>
#include <span>

#include "core/thread/node.h"

namespace amends::thread {

inline constexpr std::chrono::hours kSubjectWindow{24 * 30};
inline constexpr std::chrono::hours kClockError{12};

enum class Meeting : std::uint8_t {
  names,         // `a` names the mail `b`: see meant_by
  names_same,    // both name it, and mean the same
  same_id,       // both bear it
  same_subject,  // `a` is a bare answer
  same_address,  // `a` came to a reply address of the thread of `b`
};

struct Pair {
  const Node* a;
  const Node* b;
  Meeting meeting;
  bool a_answers = false;  // what meets is what `a` answers, not only names
  bool b_answers = false;
};

// A person whose coming into a thread may make a pair join.
struct Missing {
  std::int64_t thread_of;  // of which message's thread: a.message or b.message
  std::int64_t waiting;    // the message whose pairs to look at again
  std::vector<Hash> people;
};

// Whether somebody takes part in the thread a message is in now.
using TakesPart = std::function<bool(Hash person, const Node& in_thread_of)>;

struct Verdict {
  bool joins = false;
  std::optional<Missing> missing;  // when it may join later
};
Verdict judge(const Pair& pair, const TakesPart& takes_part);

// Whose mails a message means by a Message-ID that these bear: their sender, one of `bearers`. Nothing when nobody
// bears it. All bearers with that sender are meant.
const Node* meant_by(const Node& naming, std::span<const Node* const> bearers);
inline bool is_same_author(const Node& a, const Node& b) { return a.sender == b.sender && a.own == b.own; }

// The fixpoint, straight: for a handful of messages at a time (its cost is the square of those that meet). Answers the
// part each node belongs to, parts counted from 0 in the order of their first node. `elsewhere` are messages that stay
// where they are and only matter for what the Message-IDs they bear mean.
std::vector<std::size_t> partition(std::span<const Node> nodes, std::span<const Node> elsewhere = {});

}  // namespace amends::thread
