// Google Play, played: the reviews of one app of the last seven days, and Google's exchange of signed assertions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::google_play {

class FakeGooglePlay {
 public:
  struct Review {
    std::string id, author, text;
    std::int64_t at = 0;  // seconds
    int stars = 4;
    std::optional<std::string> reply;
    std::int64_t replied_at = 0;
  };

  FakeGooglePlay();

  std::map<std::string, std::string> settings() const;
  std::string writes(std::string_view text);  // the external id
  void edits(const std::string& external_id, std::string_view text);
  Review& at(const std::string& external_id) { return reviews_.at(external_id.substr(external_id.find('/') + 1)); }
  std::vector<std::string> replies() const;

  void refuse_token() { good_access_.clear(); }
  void lock_out() { locked_ = true; }
  int writes_heard() const { return writes_; }
  int tokens_made() const { return made_; }

  test::SiteFake site;
  int page_size = 100;

 private:
  std::map<std::string, Review> reviews_;
  std::string good_access_;
  int made_ = 0, count_ = 0, writes_ = 0;
  int votes_seen_ = 0;  // votes change at every look
  bool locked_ = false;
  std::int64_t now_ = 1'767'250'800;  // 2026-01-01T07:00:00Z
};

}  // namespace amends::connectors::google_play
