#include "core/channel/descriptor.h"

#include <gtest/gtest.h>

namespace amends::channel {
namespace {

constexpr Setting kSettings[] = {
    {"host", SettingKind::host, true, "Host", "where it is"},
    {"port", SettingKind::port, false, "Port", "which port", "993"},
    {"password", SettingKind::secret, true, "Password", "the password"},
    {"mode", SettingKind::choice, false, "Mode", "how", "tls", "tls|starttls"},
    {"folders", SettingKind::list, false, "Folders", "which"},
    {"on", SettingKind::flag, false, "On", "whether"},
};

Descriptor descriptor() {
  Descriptor d;
  d.name = "test";
  d.settings = kSettings;
  return d;
}

TEST(Settings, FallbacksFillWhatIsAbsent) {
  const auto settings = check_settings(descriptor(), {{"host", "imap.example.org"}, {"password", "x"}});
  ASSERT_TRUE(settings) << settings.error().what;
  EXPECT_EQ(settings->number("port"), 993);
  EXPECT_EQ(settings->get("mode"), "tls");
  EXPECT_FALSE(settings->has("folders"));
  EXPECT_FALSE(settings->flag("on"));
}

TEST(Settings, ListsArePartedByCommasAndLines) {
  const auto settings =
      check_settings(descriptor(), {{"host", "h"}, {"password", "x"}, {"folders", "INBOX, Orders\n Sent ,,"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->list("folders"), (std::vector<std::string>{"INBOX", "Orders", "Sent"}));
}

TEST(Settings, WhatIsWrongIsNamedAndNoSecretIsRepeated) {
  const auto complaint = [](std::map<std::string, std::string> given) {
    given.insert({{"host", "h"}, {"password", "hunter2"}});
    const auto settings = check_settings(descriptor(), given);
    EXPECT_FALSE(settings);
    EXPECT_EQ(settings.error().kind, Kind::invalid);
    EXPECT_EQ(settings.error().what.find("hunter2"), std::string::npos);
    return settings.error().what;
  };
  EXPECT_NE(complaint({{"prot", "993"}}).find("\"prot\""), std::string::npos);
  EXPECT_NE(complaint({{"port", "70000"}}).find("1 to 65535"), std::string::npos);
  EXPECT_NE(complaint({{"mode", "plain"}}).find("tls, starttls"), std::string::npos);
  EXPECT_NE(complaint({{"on", "yes"}}).find("true or false"), std::string::npos);
  EXPECT_NE(check_settings(descriptor(), {{"host", "h"}}).error().what.find("\"password\" is missing"),
            std::string::npos);
  EXPECT_FALSE(check_settings(descriptor(), {{"host", "a b"}, {"password", "x"}}));
}

}  // namespace
}  // namespace amends::channel
