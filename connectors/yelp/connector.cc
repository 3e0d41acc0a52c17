// Yelp: its API is closed to ordinary owners, so reviews come in by the mails that Yelp sends to them, and answers are
// prepared here and posted there by a person.
#include "core/channel/connector.h"

#include "core/channel/descriptor.h"
#include "core/channel/notification.h"

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

std::optional<model::Content> from_notification(const model::Content& mail) {
  static const auto table = channel::Notifications::read(kNotifications);
  return table ? table->understand(mail) : std::nullopt;
}

// Where the owner answers; the mail's own link leads to the very review.
std::string reply_link(const model::Content& content) {
  return content.permalink.empty() ? "https://biz.yelp.com/reviews" : content.permalink;
}

Result<model::Content> parse(const model::Item&, const channel::ParseContext&) {
  return fail(Kind::unsupported, "reviews of Yelp come in by its mails");
}

// Nothing is asked of the site: every call answers that it isn't offered.
class Yelp final : public channel::Connector {};

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings&, const channel::Environment&) {
  return std::unique_ptr<channel::Connector>(std::make_unique<Yelp>());
}

}  // namespace

constinit const channel::Descriptor descriptor = [] {
  channel::Descriptor out;
  out.name = "yelp";
  out.title = "Yelp";
  out.handle_kind = "yelp";
  out.can.public_reply = true;
  out.limits.text = 5000;
  out.slots = {1, true, false};
  out.reply = channel::ReplyGrade::prepared;
  out.display = {channel::Display::embed_only, true, true, true,
                 "Yelp Terms of Service and Display Requirements, 2026-11-21"};
  out.sign_in = channel::SignIn::none;
  out.setup = kSetup;
  out.visibility = model::Visibility::public_;
  out.parse = parse;
  out.reply_link = reply_link;
  out.from_notification = from_notification;
  out.open = open;
  return out;
}();

}  // namespace amends::connectors::yelp
