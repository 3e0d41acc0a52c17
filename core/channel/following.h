// What connectors keep in their cursors to follow a site: how far a listing was read, and which messages are asked for
// again because the site doesn't tell when they change. Both write themselves as JSON, for the connector to put into
// its cursor; JSON that is nothing of theirs reads as empty, and what then comes twice is stored once.
//
// Pure. Threads: one at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/model/item.h"

namespace amends::channel {

// A listing that a site gives newest first, read page by page from its top down to where the reading before began. The
// cursor of each page says how to go on, so a reading that was broken off goes on where it was. Marks are the site's
// own: ids or times.
struct Listing {
  std::string until;  // mark of the newest one of the last whole reading; "" before the first
  std::string top;    // the same of the reading under way; "" when none is
  std::string next;   // the site's word for the page that comes next; "" for the first

  // After a page. `newest` is the mark of its first one, "" when it was empty; `token` the site's word for the next
  // page; `reached`: it went down to `until`. True when there is more to read.
  bool page(std::string_view newest, std::string_view token, bool reached);

  static Listing read(std::string_view json);
  std::string write() const;
};

inline constexpr std::chrono::hours kRecheckFor{24 * 30};

// Messages to look at again: at every pull in their first hour, then whenever their age has grown by an eighth, until
// they are kRecheckFor old. The newest kMost are kept.
class Rechecks {
 public:
  static constexpr std::size_t kMost = 300;

  // It stands there, in this version. True when that is news: unknown until now, or another version before.
  bool saw(std::string_view id, std::string_view version, Timestamp written, Timestamp now);
  bool knows(std::string_view id) const { return rows_.find(id) != rows_.end(); }
  std::string_view version_of(std::string_view id) const;  // "" when unknown
  // It is no longer there. True when that is news.
  bool gone(std::string_view id);
  // Those to ask for now, who waited longest first. `rest`: how long to leave each alone at least, where asking costs.
  std::vector<std::string> due(Timestamp now, std::size_t most, std::chrono::milliseconds rest = {}) const;

  static Rechecks read(std::string_view json);
  std::string write() const;

 private:
  struct Row {
    std::string version;
    Timestamp written, checked;
  };
  std::map<std::string, Row, std::less<>> rows_;
};

// What is gone, as an item under its own name: {"deleted": that name}.
model::Item gone_item(std::string_view external_id, bool own, Timestamp now);

}  // namespace amends::channel
