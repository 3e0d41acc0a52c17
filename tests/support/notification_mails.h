// Mails of a site to an owner, many in one file, for the tests of a channel's notification table:
//
//   from: businessprofile-noreply@google.com
//   subject: Marta left a review for Bakery
//   expect: Marta | 2 | Bakery | No sugar in the doughnuts. | https://business.google.com/…      or:  expect: mail
//
//   You got a new 2-star review
//   …
//   =====
#pragma once

#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/model/content.h"
#include "tests/support/support.h"

namespace amends::test {

struct NotificationMail {
  model::Content mail;
  std::string expect;
};

inline std::vector<NotificationMail> notification_mails(const std::string& file) {
  std::vector<NotificationMail> out;
  NotificationMail one;
  bool head = true, any = false;
  const auto finish = [&] {
    one.mail.text = std::string(text::trim(one.mail.text));
    one.mail.message_id = "mail-" + std::to_string(out.size()) + "@site.test";
    if (any) out.push_back(std::move(one));
    one = {};
    head = true;
    any = false;
  };
  const std::string bytes = read_file(file);
  for (const std::string_view line : text::lines(bytes)) {
    const auto after = [&](std::string_view word) { return std::string(text::trim(line.substr(word.size()))); };
    if (line == "=====") {
      finish();
    } else if (!head) {
      one.mail.text += std::string(line) + "\n";
    } else if (line.rfind("from:", 0) == 0) {
      one.mail.author.handle = after("from:");
      any = true;
    } else if (line.rfind("subject:", 0) == 0) {
      one.mail.subject = after("subject:");
    } else if (line.rfind("expect:", 0) == 0) {
      one.expect = after("expect:");
    } else if (line.rfind("link:", 0) == 0) {
      one.mail.html = "<a href=\"" + after("link:") + "\">…</a>";
    } else if (line.empty() && any) {
      head = false;
    }
  }
  finish();
  return out;
}

// As a file says what it expects: author | stars | location | text | link.
inline std::string told_by(const std::optional<model::Content>& review) {
  if (!review) return "mail";
  const std::string stars = review->rating ? std::to_string(*review->rating).substr(0, 1) : "";
  const std::string words = review->subject.empty() ? review->text : review->subject + ": " + review->text;
  return review->author.name + " | " + stars + " | " + review->location + " | " +
         text::replace_all(words, "\n", " / ") + " | " + review->permalink;
}

}  // namespace amends::test
