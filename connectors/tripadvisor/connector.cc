// Tripadvisor: its API is closed to ordinary owners, so reviews come in by the mails that Tripadvisor sends to them,
// and answers are prepared here and posted there by a person.
#include "core/channel/connector.h"

#include "core/channel/descriptor.h"
#include "core/channel/notification.h"

namespace amends::connectors::tripadvisor {
extern const channel::Descriptor descriptor;

namespace {

constexpr std::string_view kSetup[] = {
    "In the Tripadvisor Management Center switch on e-mails about new reviews.",
    "Let them come to a mailbox that Amends reads. Its account needs trusted_authserv_ids: only mails that are proven "
    "to come from Tripadvisor count.",
    "Answers are prepared here: copy the text, open the link, post it there, and mark it as posted.",
};

// What the site mails to owners, as data (core/channel/notification.h).
constexpr std::string_view kNotifications =
#include "connectors/tripadvisor/notifications.inc"
    ;

std::optional<model::Content> from_notification(const model::Content& mail) {
  static const auto table = channel::Notifications::read(kNotifications);
  return table ? table->understand(mail) : std::nullopt;
}

// Where the owner answers; the mail's own link leads to the very review.
std::string reply_link(const model::Content& content) {
  return content.permalink.empty() ? "https://www.tripadvisor.com/Owners" : content.permalink;
}

Result<model::Content> parse(const model::Item&, const channel::ParseContext&) {
  return fail(Kind::unsupported, "reviews of Tripadvisor come in by its mails");
}

// Nothing is asked of the site: every call answers that it isn't offered.
class Tripadvisor final : public channel::Connector {};

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings&, const channel::Environment&) {
  return std::unique_ptr<channel::Connector>(std::make_unique<Tripadvisor>());
}

}  // namespace

constinit const channel::Descriptor descriptor = [] {
  channel::Descriptor out;
  out.name = "tripadvisor";
  out.title = "Tripadvisor";
  out.handle_kind = "tripadvisor";
  out.can.public_reply = true;
  out.limits.text = 5000;
  out.slots = {1, true, false};
  out.reply = channel::ReplyGrade::prepared;
  out.display = {channel::Display::embed_only, true, true, true, "Tripadvisor Display Requirements, 2026-11-21"};
  out.sign_in = channel::SignIn::none;
  out.setup = kSetup;
  out.visibility = model::Visibility::public_;
  out.parse = parse;
  out.reply_link = reply_link;
  out.from_notification = from_notification;
  out.open = open;
  return out;
}();

}  // namespace amends::connectors::tripadvisor
