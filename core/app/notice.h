// A mail that a site sent to the owner about an item of its own ("you have a new review"), read as that item. Which
// mails those are says the site's descriptor (channel::Descriptor::from_notification); only a mail whose sender the
// receiving server vouches for is asked about, so nobody can write a review by mail.
//
// Pure. Threads: any.
#pragma once

#include <optional>
#include <string_view>

#include "core/channel/descriptor.h"
#include "core/model/content.h"

namespace amends::app {

struct Notice {
  const channel::Descriptor* channel = nullptr;  // which item it is about
  model::Content content;
};

// Nothing: it is an ordinary mail.
std::optional<Notice> find_notice(const model::Content& mail);
// The same when the channel is known: what the timeline shows of a notice again.
std::optional<model::Content> read_notice(const channel::Descriptor& channel, const model::Content& mail);

}  // namespace amends::app
