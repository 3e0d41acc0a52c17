// Which of two versions of an edited item is the younger one, by what the channel says of them, so that what comes late
// or out of order changes nothing.
//
// Pure. Threads: any.
#pragma once

#include <string_view>

namespace amends::timeline {

enum class Age { older, same, younger, unknown };

// How `version` stands to `known`. No version is the item as first written, older than any edit of it. Numbers are
// compared as numbers, RFC 3339 times as times; of anything else (an entity tag) the order can't be told.
Age age_of(std::string_view version, std::string_view known);

struct Told {
  std::string_view version;
  bool deleted = false;
};
// Whether what just came takes the place of what is shown. Of versions whose order nobody can tell the later arrival
// wins; but a deletion stays until a version comes that is known to be younger, and is itself only passed over for one
// that is.
bool replaces(const Told& news, const Told& shown);

}  // namespace amends::timeline
