// A Facebook page behind the Graph API, played: posts with comments, recommendations and one conversation, and webhooks
// signed as Meta signs them.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "core/channel/connector.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::facebook {

class FakeFacebook {
 public:
  static constexpr const char* kPage = "1010";
  static constexpr const char* kApp = "2020";
  static constexpr const char* kToken = "EAApage";
  static constexpr const char* kSecret = "0123456789abcdef0123456789abcdef";
  static constexpr const char* kVerify = "a-long-word-of-our-own";
  static constexpr const char* kCustomer = "555";

  struct Comment {
    std::string id, from, message, parent;
    Timestamp at;
  };
  struct Message {
    std::string id, from, text;
    std::string file;  // its bytes
    Timestamp at;
  };

  FakeFacebook();

  std::string comment(const std::string& message, const std::string& from = kCustomer, const std::string& parent = "");
  void edit(const std::string& id, const std::string& message);
  void remove(const std::string& id);
  std::string message(const std::string& text, const std::string& from = kCustomer, const std::string& file = "");
  void recommend(const std::string& type, const std::string& text);
  void close_window();  // 24 hours are over
  void lock_out();

  channel::WebhookRequest told_of(const std::string& id, const std::string& verb = "add") const;
  static channel::WebhookRequest sign(const std::string& body, Timestamp at);

  std::vector<Comment> comments() const;
  std::vector<Message> messages() const;
  std::vector<std::string> tags() const;  // of messages, "" without one
  test::SiteFake site;

 private:
  test::SiteAnswer list_comments(const test::SiteRequest& request) const;
  std::string comments_json(std::size_t from, std::size_t count) const;

  mutable std::mutex mutex_;
  std::vector<Comment> comments_;
  std::vector<Message> messages_;
  std::vector<std::pair<std::string, std::string>> ratings_;
  std::vector<std::string> tags_;
  std::vector<std::string> uploads_;  // bytes; the id is the place
  Timestamp clock_{1'767'250'000'000};
  bool open_ = true, locked_ = false, subscribed_ = false;
};

}  // namespace amends::connectors::facebook
