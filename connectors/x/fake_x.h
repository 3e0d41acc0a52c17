// X played for tests: our account, one customer, mentions with since_id and pages, edits that are posts of their own,
// errors beside data, refresh tokens that are good once. Threads: the test's own; handlers run under the site's lock.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::x {

class FakeX {
 public:
  struct Picture {
    std::string bytes, alt;
  };
  struct Post {
    std::string id, first, author, words, answers;  // `first`: the id of its first version
    Timestamp written;
    bool deleted = false;
    std::vector<Picture> pictures = {};
  };

  FakeX();

  std::string writes(std::string_view words, std::string_view answers = "");  // by the customer, to us
  std::string edits(std::string_view first, std::string_view words);          // answers the new version's id
  void deletes(std::string_view first);
  std::vector<Post> ours() const;
  void expire() { ++session_; }
  std::string access() const { return "access-token-" + std::to_string(session_); }
  std::string refresh() const { return "refresh-token-" + std::to_string(refresh_); }

  static constexpr const char* kShop = "100";
  static constexpr const char* kGuest = "200";

  test::SiteFake site;
  bool locked = false;
  bool may_upload = true;  // consent holds media.write
  bool guest_is_protected = false;
  int refreshes = 0;

 private:
  std::string add(Post post);
  const Post* find(std::string_view id) const;
  test::SiteAnswer create(const test::SiteRequest& request);

  std::vector<Post> posts_;
  std::map<std::string, Picture> pictures_;  // uploaded, by id
  int session_ = 1, refresh_ = 1;
  Timestamp now_{1'767'258'000'000};  // 2026-01-01T09:00:00Z
};

}  // namespace amends::connectors::x
