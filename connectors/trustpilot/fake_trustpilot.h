// Trustpilot, played: the reviews of one company and its replies.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::trustpilot {

class FakeTrustpilot {
 public:
  struct Reply {
    std::string text, user, at;
  };
  struct Review {
    std::string id, author, text, created, updated;
    int stars = 2;
    std::optional<Reply> reply;
  };

  FakeTrustpilot();

  std::map<std::string, std::string> settings() const;
  std::string writes(std::string_view text);  // the external id
  void edits(const std::string& id, std::string_view text);
  void deletes(const std::string& id) { reviews_.erase(id); }
  Review& at(const std::string& id) { return reviews_.at(id); }
  std::vector<std::string> replies() const;

  void refuse_token() { good_access_.clear(); }
  void lock_out() { locked_ = true; }
  int writes_heard() const { return writes_; }
  const std::string& last_form() const { return last_form_; }

  test::SiteFake site;
  int page_size = 100;

 private:
  std::string tick();

  std::map<std::string, Review> reviews_;
  std::string good_access_, last_form_;
  int made_ = 0, count_ = 0, writes_ = 0, likes_ = 0;
  bool locked_ = false;
  std::int64_t now_ms_ = 1'767'250'800'000;  // 2026-01-01T07:00:00Z
};

}  // namespace amends::connectors::trustpilot
