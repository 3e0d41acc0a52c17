// A WordPress with WooCommerce, played: comments and reviews in one table, held to contract.json. Like the real one it
// lists by pages with X-WP-Total, moves what is removed to the trash, and refuses the same words twice.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::wordpress {

struct FakeComment {
  std::int64_t id = 0, post = 1, parent = 0, author = 0;
  std::string name, mail, raw, status = "approved", type = "comment";
  Timestamp at;
  int rating = 0;
};

class FakeWordpress {
 public:
  static constexpr std::int64_t kUs = 7;
  static constexpr const char* kUser = "amends";
  static constexpr const char* kPassword = "abcd EFGH 1234 ijkl MNOP 5678";

  FakeWordpress();

  // Its id. `at` empty: a minute after the one before.
  std::int64_t write(FakeComment comment);
  void edit(std::int64_t id, const std::string& raw);
  void set_status(std::int64_t id, const std::string& status);
  void destroy(std::int64_t id);  // past the trash
  std::vector<FakeComment> all() const;

  void with_shop(bool there);
  void hold_our_answers();  // as for a user who may not moderate
  void lock_out();

  test::SiteFake site;

 private:
  test::SiteAnswer list(const test::SiteRequest& request, const std::string& type);
  test::SiteAnswer create(const test::SiteRequest& request);
  std::string json_of(const FakeComment& comment) const;

  mutable std::mutex mutex_;
  std::vector<FakeComment> comments_;
  Timestamp clock_{1'767'000'000'000};
  bool shop_ = true, hold_ = false, locked_ = false;
};

}  // namespace amends::connectors::wordpress
