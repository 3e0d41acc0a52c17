// Which letters of an archive answer each other. For mail that lies somewhere without an owner: a file, a folder, a
// list's archive. Nobody is kept out; the hub, which has strangers at its door, decides by guard.h instead.
//
// A letter belongs with every mail it names in References and In-Reply-To, and so with every other letter that names
// the same mail, whether that mail was ever seen or not. An answer that names no mail we have belongs with the newest
// letter before it that has the same base subject, lies within a window of time, and shares its people or its list. A
// letter that is no answer, and a forward, never joins by its subject.
//
// Pure: the same set of letters gives the same threads in whatever order they stand. Near-linear in their number.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.h"

namespace amends::thread {

struct Letter {
  std::string message_id;                // as in the header; "" when none
  std::string name;                      // breaks ties: the message_id, or what stands for it. Unique but for copies
  std::vector<std::string> in_reply_to;  // as in the header
  std::vector<std::string> references;   // oldest first
  std::string subject;
  std::string sender;                   // an address in lower case
  std::vector<std::string> recipients;  // To and Cc; empty when the archive left them out
  std::string list_id;
  std::optional<Timestamp> at;
};

struct SubjectWindows {
  std::chrono::hours answer{24 * 30};  // an answer that names no mail at all
  std::chrono::hours astray{24 * 14};  // one that names only mails nobody has
  std::chrono::hours vague{24 * 4};    // one whose subject says next to nothing
  std::chrono::hours clock_error{12};  // how much younger than its answer a first mail may claim to be
};

// Every letter's number stands in exactly one thread. A thread's letters are ordered by date, then name; threads by
// their first letter. Letters without a date stand where their thread begins.
std::vector<std::vector<std::size_t>> thread_archive(std::span<const Letter> letters,
                                                     const SubjectWindows& windows = {});

}  // namespace amends::thread
