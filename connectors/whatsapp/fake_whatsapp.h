// WhatsApp's Cloud API, played: it takes messages for one number, and tells of what customers wrote by webhooks signed
// as Meta signs them.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "core/channel/connector.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::whatsapp {

class FakeWhatsapp {
 public:
  static constexpr const char* kNumber = "106540352242922";
  static constexpr const char* kToken = "EAAsystemuser";
  static constexpr const char* kSecret = "0123456789abcdef0123456789abcdef";
  static constexpr const char* kVerify = "a-long-word-of-our-own";
  static constexpr const char* kCustomer = "16505551234";

  FakeWhatsapp();

  // A text of the customer; its wamid.
  std::string customer_writes(const std::string& text);
  channel::WebhookRequest delivery_of(const std::string& id) const;
  // Any value of a change of the field "messages", signed.
  static channel::WebhookRequest delivery(const std::string& value_json, Timestamp at);
  static channel::WebhookRequest sign(const std::string& body, Timestamp at);

  struct Sent {
    std::string to, type, text, context, template_name, language;
    std::string file;  // its bytes
    std::string key;   // biz_opaque_callback_data
  };
  std::vector<Sent> sent() const;
  // What became of the message of ours with this number, counted from 1: "sent", "delivered", "read", "failed".
  channel::WebhookRequest report(std::size_t number, const std::string& state) const;
  void close_window();  // as 24 hours after the customer's last word
  void lock_out();

  test::SiteFake site;

 private:
  test::SiteAnswer take(const test::SiteRequest& request);

  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> customers_;  // wamid, text
  std::vector<Sent> sent_;
  std::vector<std::string> media_;  // bytes; the id is the place
  bool open_ = true, locked_ = false;
};

}  // namespace amends::connectors::whatsapp
