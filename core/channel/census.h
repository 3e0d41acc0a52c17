// What a site was seen to hold, so that a later whole reading shows what changed without a new date and what is gone:
// sites that tell neither of edits nor of deletions leave nothing else. A connector keeps it in its cursor.
//
// About 45 bytes and the name of each one are kept. Pure. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace amends::channel {

class Census {
 public:
  // More than this is not taken in: what is new there comes as news every time, and its absence is not noticed.
  static constexpr std::size_t kMost = 20'000;

  // It stands there, with these bytes, last changed then. True when that is news.
  bool saw(std::string_view id, std::string_view bytes, Timestamp updated);
  bool knows(std::string_view id) const { return rows_.find(id) != rows_.end(); }
  std::optional<Timestamp> updated(std::string_view id) const;
  void forget(std::string_view id);
  void forget_before(Timestamp updated);  // who changed last before then
  std::size_t size() const { return rows_.size(); }

  // A whole reading begins: who isn't seen from now on is missing. A reading that is broken off goes on with the same
  // round.
  void begin() { ++round_; }
  // In the order of their ids.
  std::vector<std::string> missing() const;

  // JSON; what is none of ours reads as empty.
  static Census read(std::string_view json);
  std::string write() const;

 private:
  struct Row {
    std::string digest;  // six characters: 36 bits are plenty to notice an edit of one message
    Timestamp updated;
    std::uint32_t round = 0;
  };
  std::map<std::string, Row, std::less<>> rows_;
  std::uint32_t round_ = 0;
};

}  // namespace amends::channel
