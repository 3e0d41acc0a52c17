// Telegram's Bot API played for tests: one bot, one person, a private chat and a public group; updates wait until a
// later offset confirms them. Threads: the test's own; handlers run under the site's lock.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::telegram {

class FakeTelegram {
 public:
  FakeTelegram();

  // Into the private chat, or the group when `chat` is kGroup. Answers "bot/chat/message".
  std::string writes(std::string_view text, const std::string& chat = kPrivate);
  void edits(const std::string& name, std::string_view text);
  void joins();                                             // a service message
  std::string update_about(const std::string& name) const;  // its latest update, as Telegram posts it; "" for none
  std::vector<std::string> ours() const;
  std::vector<std::string> files() const;  // that went with ours

  static constexpr const char* kToken = "4242:AAtoken_of-the-bot";
  static constexpr const char* kPrivate = "7001";
  static constexpr const char* kGroup = "-1009001";

  test::SiteFake site;
  bool locked = false;
  std::string webhook_url, webhook_secret;

 private:
  std::string message(const std::string& chat, int id, std::string_view text, bool edited) const;
  void add(const char* kind, const std::string& message);
  test::SiteAnswer take_file(const test::SiteRequest& request, const char* kind);

  struct Update {
    int id;
    std::string json, name;
  };
  std::vector<Update> updates_, all_;
  std::map<std::string, std::string> texts_;  // by name, of what stands in a chat
  std::vector<std::string> ours_, files_;
  int last_message_ = 0, last_update_ = 500;
  Timestamp now_{1'767'258'000'000};  // 2026-01-01T09:00:00Z
};

}  // namespace amends::connectors::telegram
