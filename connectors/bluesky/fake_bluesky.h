// Bluesky played for tests as the real network behaves (tests/peers/bluesky): sessions with tokens that end, posts
// under names, notifications sorted by what their author claims, a name that is taken answered by 500. Threads: the
// test's own; handlers run under the site's lock.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::bluesky {

class FakeBluesky {
 public:
  struct Post {
    std::string uri, author, record;  // the record as JSON
    Timestamp indexed;
    bool deleted = false, blocked = false;
    std::string reason;  // of our notification; "" for none
  };

  FakeBluesky();

  // The customer writes to us; `answers` is a post's address. Answers the new one's address.
  std::string writes(std::string_view text, std::string_view answers = "");
  std::string we_write(std::string_view text);  // by another program
  Post* find(std::string_view uri);
  std::vector<Post> ours() const;
  // The bytes of a file by its name (a blob's "$link").
  const std::string& blob(const std::string& link) const { return blobs_.at(link); }
  void expire() { ++session_; }

  static constexpr const char* kShop = "did:plc:shop";
  static constexpr const char* kGuest = "did:plc:guest";

  test::SiteFake site;
  bool locked = false;
  bool refresh_is_over = false;
  int logins = 0, refreshes = 0;

 private:
  std::string add(Post post, const std::string& rkey);
  test::SiteAnswer session(bool open);
  test::SiteAnswer create(const test::SiteRequest& request);
  std::string access() const { return "access-token-" + std::to_string(session_); }
  std::string refresh() const { return "refresh-token-" + std::to_string(session_); }

  std::vector<Post> posts_;
  std::map<std::string, std::string> blobs_;
  int session_ = 1;
  Timestamp now_{1'767'258'000'000};  // 2026-01-01T09:00:00Z
};

}  // namespace amends::connectors::bluesky
