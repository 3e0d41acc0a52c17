// A Mastodon server played for tests: one account of ours, one customer, statuses, notifications, an Idempotency-Key
// that is forgotten after an hour. Threads: the test's own; handlers run under the site's lock.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/mastodon/fake_apps.h"
#include "core/base/clock.h"
#include "tests/support/site_fake.h"

namespace amends::connectors::mastodon {

class FakeMastodon {
 public:
  struct Status {
    std::string id, author, text, visibility = "public", answers, warning, language;
    Timestamp written, edited;  // edited.ms 0: never
    bool deleted = false;
    bool notifies = false;           // a mention of ours
    std::vector<std::string> media;  // ids of files
  };

  struct File {
    std::string bytes, alt;
    bool taken = false;  // by a status
  };

  FakeMastodon();

  // The customer writes; by default a public mention. Answers its id.
  std::string writes(std::string_view text, std::string_view visibility = "public", std::string_view answers = "",
                     bool mentions = true);
  std::string we_write(std::string_view text);  // by another program
  Status* find(std::string_view id);
  std::vector<Status> ours() const;
  const File& file(const std::string& id) const { return files_.at(id); }
  void forget_files() { files_.clear(); }  // as a day after nobody took them
  // The server's own clock goes on.
  void later(std::chrono::minutes by) {
    const auto held = site.held();
    now_ = now_ + by;
  }

  test::SiteFake site;
  bool locked = false;
  bool has_list = true;  // statuses by ids (Mastodon 4.3)
  int max_characters = 500;
  int image_size_limit = 16'777'216;
  int preparing = 0;  // so many looks at the next file come too early
  std::string token = "token-of-the-shop";
  std::string bio_link = "https://guest.example/";
  FakeApps apps{site, token};

 private:
  std::string add(Status status);
  test::SiteAnswer post(const test::SiteRequest& request);
  test::SiteAnswer take_file(const test::SiteRequest& request);

  std::vector<Status> statuses_;
  std::map<std::string, std::pair<std::string, Timestamp>> keys_;
  std::map<std::string, File> files_;
  Timestamp now_{1'767'258'000'000};  // 2026-01-01T09:00:00Z
};

}  // namespace amends::connectors::mastodon
