// App Store Connect, played: the customer reviews of one app and the responses to them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::app_store {

class FakeAppStore {
 public:
  struct Response {
    std::string text, at, state;
  };
  struct Review {
    std::string id, nickname, title, body, created, territory = "DEU";
    int rating = 3;
    std::optional<Response> response;
  };

  FakeAppStore();

  std::map<std::string, std::string> settings() const;
  std::string writes(std::string_view text);  // the external id
  void edits(const std::string& external_id, std::string_view text);
  void deletes(const std::string& external_id);
  Review& at(const std::string& external_id) { return reviews_.at(external_id.substr(external_id.find('/') + 1)); }
  std::vector<std::string> responses() const;

  void lock_out() { locked_ = true; }
  int writes_heard() const { return writes_; }

  test::SiteFake site;
  int page_size = 100;
  std::string last_pass;  // the token of the last request
  std::string requests_left;

 private:
  std::string tick();

  std::map<std::string, Review> reviews_;
  int count_ = 0, writes_ = 0;
  bool locked_ = false;
  std::int64_t now_ms_ = 1'767'250'800'000;  // 2026-01-01T07:00:00Z
};

}  // namespace amends::connectors::app_store
