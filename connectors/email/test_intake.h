// What the tests of the IMAP side share: an intake that behaves as core's, and a filled server.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "connectors/email/test_account.h"
#include "tests/support/mail_imap.h"

namespace amends::connectors::email {

// Pulls as core does: commits a page, asks again while there is more, tries again after what may pass.
struct Intake {
  std::string cursor;
  std::vector<model::Item> items;
  std::vector<std::string> notes;
  int errors = 0;
  std::vector<std::size_t> page_sizes;

  void run(channel::Connector& account, int most_errors = 0) {
    for (int pages = 0; pages < 1000; ++pages) {
      auto page = account.pull(cursor);
      if (!page) {
        ASSERT_LE(++errors, most_errors) << page.error().what;
        continue;
      }
      ASSERT_FALSE(page->cursor.empty());
      page_sizes.push_back(page->items.size());
      for (auto& item : page->items) items.push_back(std::move(item));
      for (auto& note : page->notes) notes.push_back(std::move(note));
      cursor = page->cursor;
      if (!page->more) return;
    }
    FAIL() << "it never ends";
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> out;
    for (const auto& item : items) out.push_back(item.external_id);
    return out;
  }
};

inline std::vector<std::string> expected_ids(int from, int to, const std::string& prefix = "INBOX;17;") {
  std::vector<std::string> out;
  for (int uid = from; uid <= to; ++uid) out.push_back(prefix + std::to_string(uid));
  return out;
}

inline void fill(test::FakeImap& server, int mails, const std::string& folder = "INBOX") {
  for (int n = 1; n <= mails; ++n) server.add(folder, mail_text(n));
}

}  // namespace amends::connectors::email
