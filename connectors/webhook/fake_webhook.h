// A program of somebody's own, played: it hands in items, signed, and takes answers once however often they come.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "core/channel/connector.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::webhook {

class FakeProgram {
 public:
  static constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";

  FakeProgram();

  std::string write(const std::string& text);
  channel::WebhookRequest told_of(const std::string& id) const;
  static channel::WebhookRequest sign(const std::string& body, Timestamp at, const std::string& secret = kSecret);
  std::map<std::string, std::string> answers() const;  // by webhook-id: the bodies
  void lock_out();

  test::SiteFake site;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> items_, answers_;
  bool locked_ = false;
};

}  // namespace amends::connectors::webhook
