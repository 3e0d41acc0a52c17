// Mails that a review site sends to the owner of a place ("Marta left a review for Bakery"), understood as the reviews
// they tell of: what works on the first day, without keys or approval. Sites change such mails when they like, so the
// wording is data: a table a site, which whoever runs Amends can correct. A mail that fits no row stays a mail.
//
//   {"site": "Google Business Profile",
//    "senders": ["businessprofile-noreply@google.com", "@trustpilot.com"],   "@" and a domain: it and those below it
//    "rows": [
//      {"language": "en", "seen": "public code that reads these mails, 2026-11-21",
//       "rating": "5",                                                       only where the mail says none
//       "subject": ["{author} left a review for {location}"],                any one of them
//       "body": [{"line": "{*}got a new {rating}-star review{*}"},           the next line like this, or no match
//                {"line": "Read review{*}", "optional": true},
//                {"take": "author"},                                         the whole next line
//                {"take": "text", "until": ["Reply to review{*}"]}],         lines up to one like this, or no match
//       "link": ["example.com/reviews/{id}", "example.com"]}]}               the first address with the first of these;
//                                                                            {id} at its end is the site's own name
//
// A template is text with {author} {location} {rating} {title} {text} {id} or {*} for whatever; letters of either case,
// white space and quotes of any kind are the same. It fits a whole line or subject; a {…} ends at the next place where
// the text behind it stands, so no template is slow. Two {…} never touch but in {*}{rating}, where the rating is the
// last word. A rating is 1 to 5: a number, stars, or a word (en, de, fr, es). A row fits when it finds a rating or a
// text, and an author.
//
// Pure. Threads: any.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/model/content.h"

namespace amends::channel {

class Notifications {
 public:
  // invalid: names the row and what is wrong with it.
  static Result<Notifications> read(std::string_view table);

  // The review, its message_id the site's own when the mail names it, else empty. Its author has no handle: a name in a
  // mail tells nobody apart.
  std::optional<model::Content> understand(const model::Content& mail) const;

  // With what somebody corrected, a table whose "senders" or "rows" may be missing: its rows are tried before these,
  // its senders count beside these, and with "alone": true its rows take the place of these. invalid as read().
  Result<Notifications> corrected(std::string_view correction) const;

 private:
  struct Table;
  static Result<Table> read_table(std::string_view table, bool& alone);
  explicit Notifications(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
  std::shared_ptr<const Table> table_;
};

// One row of a table by itself. invalid: what is wrong with it.
Result<Done> check_wording(std::string_view row);

// What stands for the {…} of a template, by name, or nothing when it doesn't fit.
std::optional<std::map<std::string, std::string, std::less<>>> fit_template(std::string_view pattern,
                                                                            std::string_view line);
// "4", "4,0", "5/5", "★★★★☆", "vier": 1 to 5. Nothing for anything else.
std::optional<double> read_stars(std::string_view words);

}  // namespace amends::channel
