// Four places that are no mail, played in memory, one of each kind that core must treat differently:
//   stars   reviews; one public reply each, a new one overwrites it, the site looks at it first; tells of reviews by
//   mail posts   mentions; any number of short public replies, each under a key chat    direct messages; 24 hours after
//   the customer's last word, seven days for a person guide   reviews that no program can answer: a person posts there;
//   tells of reviews by mail
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/channel/connector.h"
#include "core/channel/descriptor.h"

namespace amends::test {

// Something on a site as it is delivered: a review, a post, a message, or our reply.
struct Thing {
  std::string id, author = "ada", name = "Ada L.", text = "Cold coffee", answers = {}, version = {};
  std::optional<double> rating = {};
  std::string location = {}, link = {}, moderation = {}, reason = {}, website = {};
  std::string report = {};  // sent, delivered, read, failed: no thing, but what became of ours that `answers` names …
  std::string key = {};     // … and that had borne this
  bool own = false, deleted = false;
  Timestamp at{1'767'258'000'000};

  std::string json() const;
};

class Site {
 public:
  enum class Mood {
    serves,
    forgets,  // takes it, and the answer is lost
    is_down,
    refuses,      // what is answered isn't there any more
    says_little,  // takes it, and names it only when it is pulled
  };
  static Site& of(const std::string& channel);
  static void reset();

  void delivers(const Thing& thing);  // with the next pull
  // What we said there as it stands, by its id.
  std::map<std::string, Thing> ours() const;
  // Our reply with this id comes by the next pull, as it stands there or as `change` makes it.
  void shows_ours(const std::string& id, void (*change)(Thing&) = nullptr);
  int writes() const;

  Mood mood = Mood::serves;
  // What happens after it took ours and before we hear so: its id there, and the key that it came with.
  std::function<void(const std::string& id, const std::string& key)> meanwhile;
  Timestamp now{1'767'258'000'000};

 private:
  friend class SiteConnector;
  mutable std::mutex mutex_;
  std::vector<Thing> feed_;
  std::map<std::string, Thing> ours_;
  std::map<std::string, std::string> by_key_;
  int writes_ = 0;
};

extern const channel::Descriptor kStars, kPosts, kChat, kGuide;

}  // namespace amends::test
