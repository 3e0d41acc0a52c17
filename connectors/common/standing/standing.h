// What stands on a site that tells of no change: a census (core/channel/census.h) that also gives every change a
// version, so that an edit, a removal and a return are told apart from what comes late. The version of something that
// changed is when we saw that; of what stands as first seen there is none.
//
// Pure. Threads: one at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/channel/census.h"

namespace amends::connectors::standing {

struct Seen {
  bool news = false;
  std::string version;  // "" or RFC 3339
};

class Standing {
 public:
  // A reading begins; see Census::begin.
  void begin() { census_.begin(); }
  // It stands there with these bytes.
  Seen saw(const std::string& id, std::string_view bytes, Timestamp written, Timestamp now);
  bool knows(std::string_view id) const { return census_.knows(id); }
  // When it was written, or last seen to change.
  std::optional<Timestamp> updated(std::string_view id) const { return census_.updated(id); }
  // Those that were not seen since begin(), in the order of their ids, and changed last after `after`.
  std::vector<std::string> missing(std::optional<Timestamp> after) const;
  // It is no longer there; the version of its tombstone.
  std::string gone(const std::string& id, Timestamp now);

  static Standing read(std::string_view json);
  std::string write() const { return census_.write(); }

 private:
  channel::Census census_;
};

}  // namespace amends::connectors::standing
