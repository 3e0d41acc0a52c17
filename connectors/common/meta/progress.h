// How far the listings of a page or an account were read: a reading is a line of requests, one a pull, each of which
// may put others in front (the comments of a post, the next page). What stood there is compared with what stood before.
//
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/common/standing/standing.h"
#include "core/base/clock.h"
#include "core/channel/api.h"

namespace amends::connectors::meta {

// GET <id>/<edge>, from `after` on.
struct Job {
  std::string edge, id, after;
};

struct Progress {
  standing::Standing standing;
  std::optional<Timestamp> last;   // when the last whole reading began
  std::optional<Timestamp> begun;  // the one under way
  std::vector<Job> jobs;

  // A reading begins when none is under way.
  void begin(const std::vector<Job>& listings, Timestamp now);
  // In front of the others, in this order.
  void first(const std::vector<Job>& more);
  // Nothing is left of the reading; finish() ends it.
  bool done() const { return jobs.empty(); }
  void finish();

  // What is none of ours reads as the start.
  static Progress read(std::string_view json);
  std::string write() const;
};

}  // namespace amends::connectors::meta
