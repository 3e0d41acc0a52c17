// YouTube, played: the comment threads of one channel, and Google's sign-in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::youtube {

inline constexpr const char* kOwnChannel = "UCownchannel000000000000";

class FakeYouTube {
 public:
  struct Comment {
    std::string id, parent, author, author_channel, text, published, updated, status = "published";
  };

  FakeYouTube();

  std::map<std::string, std::string> settings() const;
  std::string writes(std::string_view text);                              // a new thread
  std::string answers(const std::string& thread, std::string_view text);  // somebody under it
  void edits(const std::string& id, std::string_view text);
  void deletes(const std::string& id);
  Comment& at(const std::string& id) { return comments_.at(id); }
  std::vector<std::string> our_words() const;

  void refuse_token() { good_access_ = "access-" + std::to_string(++made_); }
  void lock_out() { locked_ = true; }
  int writes_heard() const { return writes_; }

  test::SiteFake site;
  int page_size = 100;
  std::size_t replies_along = 2;  // how many replies come with a thread

 private:
  std::string tick();
  std::vector<Comment> under(const std::string& thread) const;  // "" for the threads, newest first
  std::string add(const std::string& parent, std::string_view text, bool ours);

  std::map<std::string, Comment> comments_;
  std::string good_access_ = "access-1";
  int made_ = 1, count_ = 0, writes_ = 0, likes_ = 0;
  bool locked_ = false;
  std::int64_t now_ms_ = 1'768'986'000'000;  // 2026-01-21T09:00:00Z, ahead of every test's clock
};

}  // namespace amends::connectors::youtube
