// Yelp: its API is closed to ordinary owners, so reviews come in by the mails that it sends to them.
#include "connectors/common/by_mail/by_mail.h"

namespace amends::connectors::yelp {
extern const channel::Descriptor descriptor;

namespace {

constexpr std::string_view kSetup[] = {
    "In Yelp for Business, Settings, switch on e-mails about new reviews.",
    "Let them come to a mailbox that Amends reads. Its account needs trusted_authserv_ids: only mails that are proven "
    "to come from Yelp count.",
    "Answers are prepared here: copy the text, open the link, post it there, and mark it as posted.",
};

// What the site mails to owners, as data (core/channel/notification.h).
constexpr std::string_view kNotifications =
#include "connectors/yelp/notifications.inc"
    ;

std::string reply_link(const model::Content& content) {
  return content.permalink.empty() ? "https://biz.yelp.com/reviews" : content.permalink;
}

}  // namespace

constinit const channel::Descriptor descriptor =
    by_mail::channel_of({.name = "yelp",
                         .title = "Yelp",
                         .setup = kSetup,
                         .notifications = kNotifications,
                         .longest_answer = 5000,
                         .display = {channel::Display::embed_only, true, true, true,
                                     "Yelp Terms of Service and Display Requirements, 2026-11-21"},
                         .reply_link = reply_link});

}  // namespace amends::connectors::yelp
