// Reading a review site: listings of places (shops, apps, company profiles), each newest first, where an item has at
// most one reply of the owner's. Such sites tell neither of deletions nor, mostly, of replies and of what they think of
// a reply: none of that moves a review in the listing. So a pull reads from the top down to a little below where the
// one before began, and now and then a place is read as a whole and compared with what was seen.
//
// Pure but for pull_reviews(), which asks the site by the functions it is given. Threads: one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/channel/census.h"
#include "core/channel/connector.h"
#include "core/channel/post.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::channel {

struct ReviewPiece {
  std::string external_id;  // of a reply: its review's and "/reply"
  std::string raw;
  Timestamp at;       // when it was written
  Timestamp updated;  // its last change, as far as the site says
  bool own = false;
};

// A review and the owner's reply to it are two people's words with two histories, so they are two items.
struct ReviewPieces {
  ReviewPiece review;
  std::optional<ReviewPiece> reply;
  Timestamp order;  // by which the listing is sorted
};

struct ReviewPage {
  std::vector<ReviewPieces> reviews;
  std::string next;  // the site's word for the next page; "" on the last one
  std::optional<std::int64_t> total;
  std::optional<double> average;
  std::vector<std::string> notes;
};

struct ReviewPlace {
  std::string name;   // as the site names it, for good
  std::string title;  // for people
};

// {"deleted": "accounts/1/locations/2/reviews/3", "version": "…"}, under the same name as what is gone. `last` is its
// last version we know of: the tombstone comes behind every state of that moment, a later edit still wins.
ReviewPiece tombstone(std::string_view external_id, Timestamp last);
// What a tombstone says; nothing for anything else.
std::optional<model::Content> read_tombstone(std::string_view raw);

// "17952534001231": a number that orders as the moments do; its last digit, `state` (0 to 8), orders states of one.
std::string version_of(Timestamp at, int state = 0);
// Without "/reply" at its end and without what core puts behind a ';'.
std::string review_of(std::string_view external_id);
model::Item item_of(const ReviewPiece& piece, std::string_view place);

struct ReviewSite {
  std::function<Result<ReviewPage>(const ReviewPlace&, const std::string& token)> list;
  // One review by its external id; not_found says that it is gone. Empty: the site doesn't tell, so nothing is ever
  // taken for deleted.
  std::function<Result<ReviewPieces>(const std::string& external_id)> get;

  std::chrono::seconds sweep_every{6 * 3600};    // 0: every reading is a whole one
  std::chrono::seconds overlap{14 * 24 * 3600};  // how far below the newest one of the last reading
  std::chrono::seconds shows{0};                 // how far back the site lists at all; 0: everything
};

// "name" or "name = Title", one a place, as a setting of kind list has them.
std::vector<ReviewPlace> places_of(const std::vector<std::string>& setting);

// A review takes one reply, and a new one overwrites it. What somebody wrote on the site since our last look (`there`)
// is not to be overwritten unseen: conflict, unless it says the same or the post replaces it knowingly.
Result<Done> slot_is_ours(const std::optional<std::string>& there, const Post& post);
// Whether the words in the slot are those of the post.
Found found_in_slot(const std::optional<std::string>& there, const Post& post);

// One page of one place, the cursor says which. A place that refuses (rejected, not_found, invalid) doesn't hold up
// the others: it is a note, unless it is the only one.
Result<Page> pull_reviews(std::string_view cursor, const std::vector<ReviewPlace>& places, const ReviewSite& site,
                          Timestamp now);

// A reading under way.
struct Reading {
  std::string token;                // of the next page; "" for the first
  bool whole = false;               // to the end, and then look for who is missing
  std::int64_t floor = 0, top = 0;  // by order: how far down, and the newest one met
};

// How far one place was read; a row of the cursor.
struct Progress {
  std::int64_t newest = 0;  // up to here everything was read; 0 before the first reading
  std::int64_t swept = 0;   // when the last whole reading ended
  std::int64_t gap = 0;     // the site's count less ours, then: some counted reviews are never shown
  std::optional<std::int64_t> total;
  std::int64_t reviews = 0;
  std::optional<Reading> reading;
  Census seen;

  // Starts a reading unless one is under way.
  void plan(Timestamp now, const ReviewSite& site);
  // What of a review is news: itself, its reply, or its reply's end.
  std::vector<ReviewPiece> news(const ReviewPieces& review);
  // After a page: whether the reading goes on. When it doesn't, missing() says whom to ask for by name; then end().
  bool turn(const ReviewPage& page);
  std::vector<std::string> missing() const;
  std::vector<ReviewPiece> gone(std::string_view review);
  // True when a whole reading must follow at once: the site counts less or more than it should.
  bool end(Timestamp now, const ReviewSite& site);
};

struct ReviewCursor {
  std::string turn;  // the place that comes next; "" at the start of a round
  std::map<std::string, Progress, std::less<>> places;

  // What is none of ours starts over: what was stored is not stored twice.
  static ReviewCursor read(std::string_view text);
  std::string write() const;
};

}  // namespace amends::channel
