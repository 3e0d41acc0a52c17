// Google Business Profile, played: one account with two locations, their reviews and replies, Google's sign-in and the
// keys of its push messages.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/signing_keys.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::google_business {

class FakeGoogleBusiness {
 public:
  struct Reply {
    std::string comment, at, state, violation;
  };
  struct Review {
    std::string name, author, stars = "FIVE", comment, created, updated;
    bool anonymous = false;
    std::optional<Reply> reply;
  };

  FakeGoogleBusiness();

  std::map<std::string, std::string> settings() const;
  // A customer writes about the location with this number, 202 or 203; the review's name.
  std::string writes(std::string_view text, int location = 202);
  void edits(const std::string& name, std::string_view text);
  void deletes(const std::string& name);
  Review& at(const std::string& name) { return reviews_.at(name); }
  bool has(const std::string& name) const { return reviews_.count(name) != 0; }
  std::vector<std::string> replies() const;  // as they stand, oldest first

  std::string push_body(const std::string& name, const std::string& type = "NEW_REVIEW") const;
  // The Authorization header of a push, with these claims changed.
  std::string push_token(const std::map<std::string, std::string>& changes = {}, bool stranger = false) const;

  void refuse_token() { good_access_ = "access-" + std::to_string(++made_); }
  void lock_out() { locked_ = true; }
  int writes_heard() const { return writes_; }

  test::SiteFake site;
  int page_size = 50;  // at most, whatever is asked for
  std::string reply_state = "PENDING";

 private:
  std::string tick();
  void play_reviews();
  void play_sign_in();

  std::map<std::string, Review> reviews_;
  std::string good_access_ = "access-1";
  int made_ = 1, count_ = 0, writes_ = 0;
  bool locked_ = false;
  std::int64_t now_ms_ = 1'767'250'800'000;  // 2026-01-01T07:00:00Z
};

}  // namespace amends::connectors::google_business
