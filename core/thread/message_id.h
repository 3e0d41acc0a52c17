// Message-IDs as they really come: with angle brackets, broken by folds, with a mail address or a sentence where an id
// should stand.
//
// Pure. Threads: any.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace amends::thread {

// At most this many references of one mail are followed: the first, where a thread begins, and the newest ones.
inline constexpr std::size_t kMaxReferences = 64;

// The spelling two copies of an id share: no brackets, no white space, no punctuation after it, lower case, since some
// gateways fold case. "" when nothing usable is left.
std::string canonical_id(std::string_view id);

// Whether the text may be taken for a Message-ID when nobody has seen a mail of that name: it has an "@" between two
// parts, or is a single token long enough not to be a word.
bool is_plausible_id(std::string_view canonical);

struct References {
  std::vector<std::string> ids;  // canonical, oldest first, each once; the mail's own id is not among them
  std::size_t parent = 0;        // which one is answered; ids.size() when there is none
};

// What a mail answers. References count in full. In-Reply-To counts when it names one mail; when it names several, and
// References are there, it is one of those odd ones that list mail addresses or a whole digest and is left alone.
// Without References those of its ids that `seen` knows stand, or else the last: old clients wrote the author's address
// before the id. `people` are the mail's own addresses, canonical, which are no ids either. `seen` may be empty.
References read_references(std::string_view message_id, const std::vector<std::string>& in_reply_to,
                           const std::vector<std::string>& references, const std::vector<std::string>& people,
                           const std::function<bool(const std::string& id)>& seen = {});

}  // namespace amends::thread
