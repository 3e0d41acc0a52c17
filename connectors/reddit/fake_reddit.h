// Reddit played for tests: one account of ours, one redditor, an inbox, posts that a search finds, tokens that end.
// Threads: the test's own; handlers run under the site's lock.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::reddit {

class FakeReddit {
 public:
  struct Thing {
    std::string name, author, words, title, parent;
    std::string type;           // in our inbox: username_mention, comment_reply; "" for not in it
    Timestamp written, edited;  // edited.ms 0: never
    bool deleted = false;
  };

  FakeReddit();

  std::string writes(std::string_view words, std::string_view type = "username_mention");
  std::string posts(std::string_view title, std::string_view words);  // a post that mentions us
  std::string messages(std::string_view words);
  Thing* find(std::string_view name);
  std::vector<Thing> ours() const;
  void expire() { ++session_; }
  std::string access() const { return "access-token-" + std::to_string(session_); }

  static constexpr const char* kRefresh = "refresh-token-for-ever";

  test::SiteFake site;
  bool locked = false;
  std::string next_error;  // the errors of the next comment as JSON, "" for none

 private:
  std::string add(const char* kind, Thing thing);
  test::SiteAnswer comment(const test::SiteRequest& request);

  std::vector<Thing> things_;
  int session_ = 1;
  Timestamp now_{1'767'258'000'000};  // 2026-01-01T09:00:00Z
};

}  // namespace amends::connectors::reddit
