// An account whose servers a test plays on loopback.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "core/channel/connector.h"
#include "core/channel/descriptor.h"
#include "tests/support/bare_environment.h"

namespace amends::connectors::email {

extern const channel::Descriptor descriptor;

using Given = std::map<std::string, std::string>;

inline Given settings_for(std::uint16_t imap, std::uint16_t smtp = 0) {
  Given given = {{"address", "support@shop.test"},
                 {"imap_host", "localhost"},
                 {"imap_port", std::to_string(imap)},
                 {"password", "secret-word"},
                 {"imap_timeout", "5"},
                 {"smtp_timeout", "5"},
                 {"final_reply_timeout", "5"},
                 {"allow_private_network", "true"},
                 {"imap_security", "insecure_none"},
                 {"smtp_security", "insecure_none"}};
  if (smtp != 0) {
    given["smtp_host"] = "localhost";
    given["smtp_port"] = std::to_string(smtp);
  }
  return given;
}

// For tests that open thousands of connections.
inline Given without_resolver(Given given) {
  given["imap_host"] = "127.0.0.1";
  if (given.count("smtp_host") > 0) given["smtp_host"] = "127.0.0.1";
  return given;
}

inline std::unique_ptr<channel::Connector> open_account(const Given& given) {
  auto settings = channel::check_settings(descriptor, given);
  EXPECT_TRUE(settings) << settings.error().what;
  auto connector = descriptor.open(*settings, test::bare_environment());
  EXPECT_TRUE(connector) << connector.error().what;
  return std::move(*connector);
}

inline std::string mail_text(int n) {
  return "From: ann@guest.test\r\nTo: support@shop.test\r\nMessage-ID: <" + std::to_string(n) +
         "@guest.test>\r\nSubject: number " + std::to_string(n) + "\r\n\r\nBody " + std::to_string(n) + "\r\n";
}

}  // namespace amends::connectors::email
