// Channels whose sites tell an owner by mail alone, because their API is closed to ordinary owners: reviews come in by
// those mails, answers are prepared here and posted there by a person. Nothing is asked of the site.
//
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/channel/connector.h"
#include "core/channel/descriptor.h"

namespace amends::connectors::by_mail {

struct Site {
  std::string_view name, title;  // as Descriptor's
  std::span<const std::string_view> setup;
  std::string_view notifications;
  std::int64_t longest_answer = 0;  // code points
  channel::DisplayPolicy display;
  // Where the owner answers: the mail's own link, else the site's page for it.
  std::string (*reply_link)(const model::Content& content) = nullptr;
};

inline Result<model::Content> parse(const model::Item&, const channel::ParseContext&) {
  return fail(Kind::unsupported, "what this site tells comes in by its mails");
}

inline Result<std::unique_ptr<channel::Connector>> open(const channel::Settings&, const channel::Environment&) {
  return std::make_unique<channel::Connector>();
}

// An owner's one public answer to each review, which may be changed there.
constexpr channel::Descriptor channel_of(const Site& site) {
  channel::Descriptor out;
  out.name = out.handle_kind = site.name;
  out.title = site.title;
  out.can.public_reply = true;
  out.limits.text = site.longest_answer;
  out.slots = {1, true, false};
  out.reply = channel::ReplyGrade::prepared;
  out.display = site.display;
  out.sign_in = channel::SignIn::none;
  out.setup = site.setup;
  out.visibility = model::Visibility::public_;
  out.parse = parse;
  out.reply_link = site.reply_link;
  out.notifications = site.notifications;
  out.open = open;
  return out;
}

}  // namespace amends::connectors::by_mail
