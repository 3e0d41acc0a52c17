// An Instagram account behind the Graph API, played: one medium with comments and their replies, a conversation, a
// mention, and webhooks signed as Meta signs them.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "core/channel/connector.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::instagram {

class FakeInstagram {
 public:
  static constexpr const char* kAccount = "17841400000000001";
  static constexpr const char* kPage = "1010";
  static constexpr const char* kToken = "EAApage";
  static constexpr const char* kSecret = "0123456789abcdef0123456789abcdef";
  static constexpr const char* kVerify = "a-long-word-of-our-own";
  static constexpr const char* kMedia = "18000000000000001";
  static constexpr const char* kCustomer = "555";

  struct Comment {
    std::string id, from, text, parent;
    Timestamp at;
  };

  FakeInstagram();

  std::string comment(const std::string& text, const std::string& from = kCustomer, const std::string& parent = "");
  void remove(const std::string& id);
  std::string message(const std::string& text, const std::string& from = kCustomer);
  void lock_out();
  channel::WebhookRequest told_of(const std::string& id) const;
  static channel::WebhookRequest sign(const std::string& changes_json);

  std::vector<Comment> comments() const;
  std::vector<Comment> messages() const;
  test::SiteFake site;

 private:
  mutable std::mutex mutex_;
  std::vector<Comment> comments_, messages_;
  int made_ = 0;
  Timestamp clock_{1'767'250'000'000};
  bool locked_ = false;
};

}  // namespace amends::connectors::instagram
